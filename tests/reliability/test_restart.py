"""The operator ends in the middle of its work, in good order or not, and its successor goes on where it was."""

import signal
import time
from collections import Counter

import pytest

from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = pytest.mark.cluster

STATUS, ANSWER = "patch todos/status", "patch tododecisions/status"
GRACE_SECONDS = 25.0
LAYERS, WIDTH = 6, 5


def test_a_run_survives_restarts_in_its_middle(operator: OperatorProcess, todos: Todos, writes: AuditedWrites) -> None:
    """Ended and killed: all 30 todos end, nothing is decided twice, none costs more than a write above its budget."""
    restarts = {1: signal.SIGTERM, 3: signal.SIGKILL}
    decisions = []
    for layer in range(LAYERS):
        for place in range(WIDTH):
            before = [f"step-{layer - 1}-{other}" for other in {place, (place + 1) % WIDTH}] if layer else []
            action = {} if place == 0 else {"wait": {"duration": f"{100 * place}ms"}}
            todos.create(f"step-{layer}-{place}", depends_on=before, **action)
    for layer in range(LAYERS):
        gate = f"step-{layer}-0"
        todos.wait(gate, "Active", timeout=30)
        decisions.append(todos.decide(todos.get(gate)))
        if layer in restarts:
            operator.restart(restarts[layer])
    statuses = todos.wait_for_all("Succeeded")
    answers = [todos.judged(decision) for decision in decisions]
    assert [answer["outcome"] for answer in answers] == ["Counted"] * LAYERS
    for layer in range(LAYERS):
        assert len(statuses[f"step-{layer}-0"]["decisions"]) == 1
    writes.settled()
    # Pending, Active, Succeeded; one more where the writer died before it saw the answer.
    assert max(writes.per_object().values()) <= 4
    assert set(writes.per_object(ANSWER).values()) == {1}
    assert set(writes.total()) == {STATUS, ANSWER}


def test_sigterm_ends_in_good_order_and_in_time(operator: OperatorProcess, todos: Todos) -> None:
    """With work in hand the exit code is 0 within the pod's grace period."""
    for number in range(40):
        todos.create(f"todo-{number}", wait={"duration": "0s"})
    ended = operator.stop()
    assert ended.code == 0
    assert ended.seconds < GRACE_SECONDS
    operator.start()
    todos.wait_for_all("Succeeded")


def test_deadlines_and_decisions_while_nobody_is_there(operator: OperatorProcess, todos: Todos) -> None:
    """A timeout strikes although the operator was down; a decision made in time counts, a late one does not."""
    for name in ("forgotten", "in-time", "too-late", "no-limit"):
        todos.create(name, **({} if name == "no-limit" else {"timeout": "4s"}))
    deadline = max(todos.wait(name, "Active").get("deadline", "") for name in ("forgotten", "in-time", "too-late"))
    todos.wait("no-limit", "Active")
    operator.kill()
    in_time = [todos.decide(todos.get(name)) for name in ("in-time", "no-limit")]
    time.sleep(5.5)
    late = todos.decide(todos.get("too-late"))
    operator.start()
    statuses = {
        name: todos.wait_until(name, lambda status: "completionTime" in status, "ended") for name in todos.all()
    }
    assert {name: (status["phase"], status["reason"]) for name, status in statuses.items()} == {
        "forgotten": ("Failed", "TimedOut"),
        "in-time": ("Succeeded", "Completed"),
        "too-late": ("Failed", "TimedOut"),
        "no-limit": ("Succeeded", "Completed"),
    }
    assert deadline[:19] in {
        statuses[name]["message"].removeprefix("timed out at ")[:19] for name in ("forgotten", "too-late")
    }
    assert Counter(todos.judged(decision)["outcome"] for decision in in_time) == {"Counted": 2}
    assert todos.judged(late)["reason"] == "TargetFinished"
