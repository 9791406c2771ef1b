"""When Todos became Active: a watch that the API server filters, read by a thread, with the clock of this process."""

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.api_client import REQUEST_TIMEOUT, ApiClient, ApiClientError, JsonObject

ACTIVE = "status.phase=Active"
WATCH_SECONDS = 1800
"""Longer than any run, and shorter than the API server's own limit for a watch that names none."""


class ActiveTodos:
    """The moment (`time.monotonic`) at which each Todo was first seen Active."""

    def __init__(self) -> None:
        self._moments: dict[str, float] = {}
        self._problem = ""
        self._changed = threading.Condition()

    def __len__(self) -> int:
        return len(self._moments)

    def follow(self, events: Iterable[JsonObject]) -> None:
        """Take events as they come until they end, which is a problem for everybody who still waits."""
        problem = "the watch has ended"
        try:
            for event in events:
                moment = time.monotonic()
                if event["type"] == "ERROR":
                    problem = f"the watch has ended: {event['object'].get('message')}"
                    break
                with self._changed:
                    self._moments.setdefault(event["object"]["metadata"]["name"], moment)
                    self._changed.notify_all()
        except ApiClientError as error:
            problem = str(error)
        with self._changed:
            self._problem = problem
            self._changed.notify_all()

    def wait_for(self, name: str, timeout: float) -> float:
        """The moment at which the Todo was seen.

        Raises ApiClientError after `timeout` seconds without it, or when nothing can be seen any more.
        """
        with self._changed:
            self._changed.wait_for(lambda: name in self._moments or self._problem, timeout)
            if name in self._moments:
                return self._moments[name]
        raise ApiClientError(self._problem or f"Todo {name} was not Active after {timeout:.0f} s")


@contextmanager
def watch_active(kubeconfig: Path, path: str) -> Iterator[ActiveTodos]:
    """Watch the Todos at `path` until the block ends."""
    active = ActiveTodos()
    with ApiClient(kubeconfig, timeout=WATCH_SECONDS + REQUEST_TIMEOUT) as client:  # nothing happens for long
        events = client.watch(path, ACTIVE, WATCH_SECONDS)
        reader = threading.Thread(target=active.follow, args=(events,), name="active-todos", daemon=True)
        reader.start()
        try:
            yield active
        finally:
            client.hang_up()
            reader.join(REQUEST_TIMEOUT)
