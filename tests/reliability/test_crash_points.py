"""The operator is killed at a write: before it is sent, once it took effect, once the answer is known."""

import pytest

from tests.reliability.crashes import POINTS, fatal, write_of
from tests.reliability.fault_proxy import FaultProxy
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.long]

#: Which write of that resource, and what it says.
KILLED_AT = {"active": ("todos/status", 1), "counted": ("todos/status", 2), "answered": ("tododecisions/status", 1)}


@pytest.mark.parametrize("crash", [(write, point) for write in KILLED_AT for point in POINTS], ids="-".join)
def test_a_write_that_kills_is_made_good(
    proxy: FaultProxy, proxied_operator: OperatorProcess, todos: Todos, writes: AuditedWrites, crash: tuple[str, str]
) -> None:
    """The successor leads the todo to the same end, counts the decision once, and repeats no write that took effect."""
    write, point = crash
    resource, number = KILLED_AT[write]
    with proxy.fault(fatal(proxied_operator, point, write_of(resource), number)):
        todo = todos.create("gate", content="A person's work")
        decision = ""
        if write != "active":
            todos.wait("gate", "Active")
            decision = todos.decide(todo)
        assert proxied_operator.wait_for_end(timeout=20) < 0
    proxied_operator.start()
    if not decision:
        todos.wait("gate", "Active")
        decision = todos.decide(todo)
    assert todos.judged(decision)["outcome"] == "Counted"
    assert len(todos.wait("gate", "Succeeded")["decisions"]) == 1
    writes.settled()
    assert len(writes.of("gate")) == 2
    assert len(writes.of(decision)) == 1
