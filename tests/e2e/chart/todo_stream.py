"""Todos that keep coming while something else happens, and what became of them."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.local import LocalCluster
from tests.api_server import JsonObject
from tests.manifests import todo_manifest

ALL_ENDED_WITHIN = 180


class TodoStream:
    """Creates a Todo that waits for three seconds and one that depends on it, with so many seconds between."""

    def __init__(self, cluster: LocalCluster, namespace: str, pause: float = 0.5) -> None:
        self._cluster = cluster
        self._namespace = namespace
        self._pause = pause
        self._enough = threading.Event()
        self.created: list[str] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """While the block runs."""
        thread = threading.Thread(target=self._create, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._enough.set()
            thread.join(timeout=60)

    def ended(self) -> dict[str, JsonObject]:
        """All Todos by name, when every one of them has ended. Raises KubectlError when one does not."""
        self._cluster.kubectl(
            *("wait", "todos", "--all", "-n", self._namespace, "--for=condition=Complete"),
            f"--timeout={ALL_ENDED_WITHIN}s",
            timeout=ALL_ENDED_WITHIN + 30,
        )
        listed = self._cluster.kubectl("get", "todos", "-n", self._namespace, "-o", "json").stdout
        return {each["metadata"]["name"]: each for each in json.loads(listed)["items"]}

    def _create(self) -> None:
        number = 0
        while not self._enough.wait(self._pause):
            first, second = f"first-{number}", f"second-{number}"
            todos = [
                todo_manifest(first, wait={"duration": "3s"}),
                todo_manifest(second, wait={"duration": "0s"}, dependsOn=[{"name": first}]),
            ]
            manifest = json.dumps({"apiVersion": "v1", "kind": "List", "items": todos})
            self._cluster.kubectl("create", "-n", self._namespace, "--filename=-", stdin=manifest)
            self.created += [first, second]
            number += 1
