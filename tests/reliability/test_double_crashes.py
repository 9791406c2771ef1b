"""R2: the operator is killed at each write of a Todo that a machine does, and its successor at its own first write.

Whatever is left half done by both, the third one leads to the same end: one Job, one key, an object changed once.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TypeAlias

import pytest

from deploy.local import LocalCluster
from tests.api_server import ApiServer, JsonObject
from tests.e2e.actions.cluster_objects import ClusterObjects
from tests.http_sink import HttpSink, Reply
from tests.reliability.crashes import POINTS, TOOK_EFFECT, fatal, write_of
from tests.reliability.fault_proxy import FaultProxy
from tests.reliability.test_resource_crashes import OPERATIONS, prepared
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.automation import ACCOUNT
from tests.running_operator.jobs import TEMPLATE, Jobs
from tests.running_operator.operator_process import OperatorError, OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.long]

STATUS = "todos/status"
POLL = 0.1
LONGEST_LIFE = 60.0
#: For the death that follows a write which can be seen already.
MOMENT = 5.0
WRITES: Mapping[str, list[tuple[str, int]]] = {
    "job": [(STATUS, 1), ("jobs", 1), (STATUS, 2), (STATUS, 3)],
    "http": [(STATUS, 1), (STATUS, 2)],
    **{operation: writes for operation, (_, _, writes) in OPERATIONS.items()},
}
Crash: TypeAlias = tuple[str, tuple[str, int], str, str]
"""What is done, at which write the first operator dies, at which point of it, and at which point the second."""
#: After the last write took effect there is nothing left at which a successor could die.
CRASHES = [
    pytest.param((kind, write, first, second), id=f"{kind}-{number}-{first}-{second}")
    for kind, writes in WRITES.items()
    for number, write in enumerate(writes, 1)
    for first in POINTS
    for second in POINTS
    if not (write is writes[-1] and TOOK_EFFECT[first])
]


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done, which of the operator's writes belong to it, and what a test does to help it on."""

    spec: JsonObject
    resources: tuple[str, ...]
    help_on: Callable[[], None]
    """Called while the operator is dead, before its last write and when it lives on."""
    begun: Callable[[], object]
    """Returns when what is to be helped on is there."""
    check: Callable[[], None]
    """Raises AssertionError unless it was done once."""


class Workshop:
    """The namespace, and what can be done in it."""

    def __init__(self, cluster: LocalCluster, namespace: str, writes: AuditedWrites) -> None:
        self._cluster = cluster
        self._namespace = namespace
        self._writes = writes

    def work(self, kind: str) -> AbstractContextManager[Work]:
        """Of that kind."""
        return {"job": self._job, "http": self._http}.get(kind, lambda: self._object(kind))()

    @contextmanager
    def _job(self) -> Iterator[Work]:
        jobs, ended = Jobs(self._cluster, self._namespace), set[str]()

        def end_pods() -> None:
            for name in {job["metadata"]["name"] for job in jobs.all()} - ended:
                jobs.end_pod(name, 0, "digest=abc")
                ended.add(name)

        def check() -> None:
            created = [made for made in self._writes.settled() if str(made) == "create jobs" and made.succeeded]
            assert (len(created), len(jobs.all())) == (1, 1)
            assert 2 <= len(self._writes.of("todo")) <= 3, "the Job may have ended before it was recorded"

        spec = {"serviceAccountName": ACCOUNT, "job": {"template": TEMPLATE}}
        yield Work(spec, (STATUS, "jobs"), end_pods, jobs.wait_for_one, check)
        jobs.close()

    @contextmanager
    def _http(self) -> Iterator[Work]:
        with HttpSink() as sink:
            sink.reply = Reply(201, b'{"id": 1}')

            def check() -> None:
                assert len(set(sink.keys)) == 1
                assert 1 <= len(sink.received) <= 3
                self._writes.settled()
                assert self._writes.of("todo") == ["patch todos/status"] * 2

            http = {"url": sink.url(), "method": "POST", "body": "{}", "successWhen": "response.json.id == 1"}
            yield Work({"serviceAccountName": ACCOUNT, "http": http}, (STATUS,), _nothing, _nothing, check)

    @contextmanager
    def _object(self, operation: str) -> Iterator[Work]:
        server = ApiServer(self._cluster.kubeconfig())
        spec, resource, _ = OPERATIONS[operation]
        is_done = prepared(ClusterObjects(server, self._namespace), operation)

        def check() -> None:
            assert is_done()

        yield Work(spec, (STATUS, resource), _nothing, _nothing, check)
        server.close()


def _nothing() -> None:
    """It needs no help."""


@pytest.fixture
def workshop(cluster: LocalCluster, namespace: str, writes: AuditedWrites) -> Workshop:
    """Of the test's own."""
    return Workshop(cluster, namespace, writes)


@pytest.mark.parametrize("crash", CRASHES)
def test_a_crash_while_a_crash_is_made_good(
    *,
    proxy: FaultProxy,
    acting_operator: OperatorProcess,
    todos: Todos,
    workshop: Workshop,
    crash: tuple[str, tuple[str, int], str, str],
) -> None:
    """All pairs of a write and its point with the next write and its point."""
    kind, (resource, number), first, second = crash
    with workshop.work(kind) as work:
        with proxy.fault(fatal(acting_operator, first, write_of(resource), number)):
            todos.create("todo", **work.spec)
            if kind == "job" and (resource, number) == WRITES["job"][-1]:
                todos.wait_until("todo", lambda status: "effect" in status, "recorded")
                work.help_on()
            assert acting_operator.wait_for_end(timeout=30) < 0
        work.help_on()
        with proxy.fault(fatal(acting_operator, second, write_of(*work.resources))):
            acting_operator.start(ready=False)
            died = _dies(acting_operator, todos)
        assert died or first == "after_answer", "only who knew the answer can have gone on to the end before it died"
        work.help_on()
        acting_operator.start()
        work.begun()
        work.help_on()
        status = todos.wait("todo", "Succeeded", timeout=60)
        assert status["attempt"] == 1
        work.check()


def _dies(operator: OperatorProcess, todos: Todos) -> bool:
    """Whether the operator dies at its next write; it does not where the one before it has left nothing to be done."""
    give_up = time.monotonic() + LONGEST_LIFE
    while operator.alive and todos.status("todo").get("phase") != "Succeeded":
        assert time.monotonic() < give_up, f"it neither dies nor ends its work\n{operator.end_of_log()}"
        time.sleep(POLL)
    try:
        operator.wait_for_end(timeout=MOMENT)  # its last write may be the one that kills it
    except OperatorError:
        operator.kill()
        return False
    return True
