"""What a todo costs in writes, counted in the API server's audit log (design 2.2)."""

from collections import Counter

import pytest

from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = pytest.mark.cluster

#: Long enough for an echo, a resync after the watch's listing, and the grace for missing dependencies.
QUIET_SECONDS = 2.5

STATUS, ANSWER = "patch todos/status", "patch tododecisions/status"


@pytest.mark.usefixtures("operator")
def test_c7_each_todo_costs_what_was_promised(todos: Todos, writes: AuditedWrites) -> None:
    """1 write for a wait that is over at once, 2 with a dependency or a person; no Event on success."""
    todos.create("at-once", wait={"duration": "0s"})
    todos.create("gate", content="Open the gate")
    todos.create("after", depends_on=["gate"], wait={"duration": "0s"})
    todos.create("slow", wait={"duration": "500ms"})
    todos.wait("after", "Pending", "WaitingForDependency")
    todos.wait("slow", "Succeeded")
    decision = todos.decide(todos.get("gate"))
    todos.wait_for_all("Succeeded")
    writes.settled(QUIET_SECONDS)
    assert writes.of("at-once") == [STATUS]
    assert writes.of("after") == [STATUS] * 2
    assert writes.of("gate") == [STATUS] * 2
    assert writes.of("slow") == [STATUS] * 2
    assert writes.of(decision) == [ANSWER]
    assert writes.total() == Counter({STATUS: 7, ANSWER: 1}), "nothing else was written, no Event either"


@pytest.mark.usefixtures("operator")
def test_many_dependencies_cost_no_more_than_one(todos: Todos, writes: AuditedWrites) -> None:
    """Who waits for many is written at the start and the end of waiting, not each time that one of them ends."""
    names = [f"part-{number}" for number in range(8)]
    for number, name in enumerate(names):
        todos.create(name, wait={"duration": f"{1000 + 150 * number}ms"})
    todos.create("whole", depends_on=names, wait={"duration": "0s"})
    todos.wait_for_all("Succeeded")
    writes.settled()
    assert len(writes.of("whole")) == 2


@pytest.mark.usefixtures("operator")
def test_a_whole_graph_applied_at_once_costs_two_writes_a_todo_at_most(todos: Todos, writes: AuditedWrites) -> None:
    """Dependents that are created before what they depend on spare the write that would say so."""
    for number in reversed(range(12)):
        depends_on = [f"step-{number - 1}"] if number else []
        todos.create(f"step-{number}", depends_on=depends_on, wait={"duration": "0s"})
    todos.wait_for_all("Succeeded")
    writes.settled()
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
    before = writes.settled()
    operator.restart()
    assert writes.settled(QUIET_SECONDS)[len(before) :] == []


def test_times_finer_than_a_millisecond_cost_nothing_at_a_restart(
    operator: OperatorProcess, todos: Todos, writes: AuditedWrites
) -> None:
    """Status keeps milliseconds; what is finer in the spec must not make a status look outdated for ever."""
    todos.create("start", startTime="2999-01-01T00:00:00.123456Z")
    todos.create("until", wait={"until": "2999-01-01T00:00:00.123456Z"})
    todos.create("due", dueTime="2999-01-01T00:00:00.123456Z")
    todos.create("seconds", timeout="3600.0005s")
    todos.create("hours", timeout="1.000001h")
    for name in ("start", "until", "due", "seconds", "hours"):
        todos.wait_until(name, lambda status: status.get("observedGeneration") == 1, "observed")
    before = writes.settled()
    operator.restart()
    assert [write.name for write in writes.settled(1.5)[len(before) :]] == []
