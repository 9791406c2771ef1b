"""What a todo costs in writes, counted in the API server's audit log (design 2.2)."""

import time
from collections import Counter

import pytest

from tests.operator.audited_writes import AuditedWrites
from tests.operator.operator_process import OperatorProcess
from tests.operator.todos import Todos

pytestmark = pytest.mark.cluster

#: Long enough for an echo, a resync after the watch's listing, and the grace for missing dependencies.
QUIET_SECONDS = 2.5

STATUS, ANSWER = "patch todos/status", "patch tododecisions/status"


@pytest.mark.usefixtures("operator")
def test_each_todo_costs_what_was_promised(todos: Todos, writes: AuditedWrites) -> None:
    """1 write for a wait that is over at once, 2 with a dependency or a person; no Event on success."""
    todos.create("at-once", wait={"duration": "0s"})
    todos.create("gate", content="Open the gate")
    todos.create("after", depends_on=["gate"], wait={"duration": "0s"})
    todos.create("after-it-too", depends_on=["gate", "at-once"], wait={"duration": "0s"})
    todos.create("slow", wait={"duration": "500ms"})
    todos.wait("after", "Pending", "WaitingForDependency")
    todos.wait("after-it-too", "Pending", "WaitingForDependency")
    todos.wait("slow", "Succeeded")
    decision = todos.decide(todos.get("gate"))
    todos.wait_for_all("Succeeded")
    time.sleep(QUIET_SECONDS)
    assert writes.of("at-once") == [STATUS]
    assert writes.of("after") == [STATUS] * 2
    assert writes.of("after-it-too") == [STATUS] * 2
    assert writes.of("gate") == [STATUS] * 2
    assert writes.of("slow") == [STATUS] * 2
    assert writes.of(decision) == [ANSWER]
    assert writes.total() == Counter({STATUS: 9, ANSWER: 1}), "nothing else was written, no Event either"


@pytest.mark.usefixtures("operator")
def test_a_whole_graph_applied_at_once_costs_two_writes_a_todo_at_most(todos: Todos, writes: AuditedWrites) -> None:
    """Dependents that are created before what they depend on spare the write that would say so."""
    for number in reversed(range(12)):
        depends_on = [f"step-{number - 1}"] if number else []
        todos.create(f"step-{number}", depends_on=depends_on, wait={"duration": "0s"})
    todos.wait_for_all("Succeeded")
    assert max(writes.per_object().values()) <= 2
    assert set(writes.total()) == {STATUS}


def test_a_restart_with_nothing_to_do_writes_nothing(
    operator: OperatorProcess, todos: Todos, writes: AuditedWrites
) -> None:
    """Todos in every state, among them times finer than a millisecond, are read back as they were written."""
    todos.create("ended", wait={"duration": "0s"})
    todos.create("person", timeout="1h", dueTime="2999-01-01T00:00:00Z", priority=3, tags=["a"])
    todos.create("held", suspend=True)
    todos.create("lost", depends_on=["nobody"])
    todos.create("loop-a", depends_on=["loop-b"])
    todos.create("loop-b", depends_on=["loop-a"])
    todos.create("overdue", dueTime="2001-01-01T00:00:00Z", ttlAfterFinished="24h")
    todos.wait("ended", "Succeeded")
    todos.wait("lost", "Pending", "DependencyNotFound")
    todos.wait("loop-b", "Pending", "DependencyCycle")
    todos.wait("overdue", "Active")
    todos.wait("person", "Active")
    todos.edit("person", suspend=True)
    todos.wait("person", "Active", "Suspended")
    time.sleep(0.3)
    before = writes.all()
    operator.restart()
    time.sleep(QUIET_SECONDS)
    assert writes.all()[len(before) :] == []


@pytest.mark.parametrize(
    "spec",
    [
        {"startTime": "2999-01-01T00:00:00.123456Z"},
        {"wait": {"until": "2999-01-01T00:00:00.123456789Z"}},
        {"dueTime": "2999-01-01T00:00:00.1234567Z"},
        {"timeout": "3600.0005s"},
        {"timeout": "1.000001h"},
    ],
    ids=lambda spec: next(iter(spec)),
)
def test_times_finer_than_a_millisecond_cost_nothing_at_a_restart(
    operator: OperatorProcess, todos: Todos, writes: AuditedWrites, spec: dict[str, object]
) -> None:
    """Status keeps milliseconds; what is finer in the spec must not make the status look outdated for ever."""
    todos.create("fine", **spec)
    todos.wait_until("fine", lambda status: status.get("observedGeneration") == 1, "observed")
    before = writes.all()
    operator.restart()
    time.sleep(1.5)
    assert writes.all()[len(before) :] == []
