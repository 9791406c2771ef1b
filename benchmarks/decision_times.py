"""Takes the times of decisions in one namespace: with a controller that acts on them, and of bare requests without one.

All moments are of one clock, that of this process: of sending a request, of its answer, and of the watch event that
shows a Todo Active.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from benchmarks.active_watch import ActiveTodos
from benchmarks.api_client import ApiClient, ApiClientError, JsonObject
from benchmarks.decision_objects import approval, complete, decisions_path, manual, todos_path

PATIENCE_SECONDS = 60.0
SEEN_ACTIVE = {"status": {"phase": "Active", "reason": "AwaitingDecision", "message": "Waits to be completed"}}


@dataclass(frozen=True, slots=True)
class DecisionTimes:
    """Of one decision, in seconds: its creation, and until its dependent was seen Active."""

    creation: float
    from_sending: float
    from_answer: float


@dataclass(frozen=True, slots=True)
class BareTimes:
    """Without a controller, in seconds: the creation of a decision, and a status patch until its watch event."""

    creation: float
    patch: float


@dataclass(frozen=True, slots=True)
class Clients:
    """A connection for each identity: who writes Todos, who decides, and who alone may write a status."""

    admin: ApiClient
    person: ApiClient
    operator: ApiClient


class DecisionCourse:
    """The Todos of one namespace: those that stand there and wait, and pairs of a Todo and its dependent."""

    def __init__(self, clients: Clients, namespace: str, username: str, active: ActiveTodos) -> None:
        self._clients = clients
        self._todos = todos_path(namespace)
        self._decisions = decisions_path(namespace)
        self._username = username
        self._active = active
        self._pairs: list[tuple[JsonObject, str]] = []

    def prepare(self, *, standing: int, pairs: int) -> Self:
        """Create what stands there, half of it approvals, and the pairs; returns when all that can be are Active."""
        names = [f"standing-{number}" for number in range(standing)]
        for number, name in enumerate(names):
            self._create(approval(name) if number % 2 else manual(name))
        for number in range(pairs):
            first, then = f"first-{number}", f"then-{number}"
            self._pairs.append((self._create(manual(first)), then))
            self._create(manual(then, depends_on=first))
            names.append(first)
        for name in names:
            self._active.wait_for(name, PATIENCE_SECONDS)
        return self

    def decide(self, *, per_second: float, progress: Callable[[int], None]) -> list[DecisionTimes]:
        """Complete the first of each pair, one after another, so many each second.

        Raises ApiClientError when a request fails or a dependent does not follow.
        """
        times: list[DecisionTimes] = []
        begin = time.monotonic()
        for todo, dependent in self._pairs:
            time.sleep(max(0.0, begin + len(times) / per_second - time.monotonic()))
            sent = time.monotonic()
            self._clients.person.create(self._decisions, complete(todo, self._username))
            answered = time.monotonic()
            seen = self._seen(dependent, todo["metadata"]["name"])
            times.append(DecisionTimes(answered - sent, seen - sent, seen - answered))
            progress(len(times))
        return times

    def bare(self, count: int) -> list[BareTimes]:
        """The same requests while no controller runs: create a decision, patch a status to Active, see it.

        Raises ApiClientError.
        """
        times: list[BareTimes] = []
        for number in range(count):
            todo = self._create(manual(f"bare-{number}"))
            name = todo["metadata"]["name"]
            sent = time.monotonic()
            self._clients.person.create(self._decisions, complete(todo, self._username))
            answered = time.monotonic()
            self._clients.operator.merge(f"{self._todos}/{name}/status", SEEN_ACTIVE)
            times.append(BareTimes(answered - sent, self._active.wait_for(name, PATIENCE_SECONDS) - answered))
        return times

    def _create(self, todo: JsonObject) -> JsonObject:
        return self._clients.admin.create(self._todos, todo)

    def _seen(self, dependent: str, decided: str) -> float:
        """When the dependent was seen; without it the decision's own status says why."""
        try:
            return self._active.wait_for(dependent, PATIENCE_SECONDS)
        except ApiClientError as error:
            status = self._clients.admin.get(f"{self._decisions}/{decided}").get("status", "none")
            raise ApiClientError(f"{error}; the status of the decision it follows from: {status}") from error
