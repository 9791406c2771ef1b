"""What becomes of people's decisions; each answer stands in the decision's own status."""

import pytest

from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("operator")]


def test_the_first_decision_counts_and_the_second_is_too_late(todos: Todos) -> None:
    """Completed once, by name; who comes later learns that all is over."""
    todo = todos.create("gate", content="Open the gate")
    todos.wait("gate", "Active")
    first = todos.judged(todos.decide(todo, message="done"))
    assert (first["outcome"], first["reason"]) == ("Counted", "Applied")
    assert first["time"]
    second = todos.judged(todos.decide(todo, user="release-lead"))
    assert (second["outcome"], second["reason"]) == ("Refused", "TargetFinished")
    assert "completed by oncall" in second["message"]
    status = todos.status("gate")
    assert [made["username"] for made in status["decisions"]] == ["oncall"]
    assert status["message"] == "completed by oncall"


def test_two_decisions_at_once_count_once(todos: Todos) -> None:
    """Of decisions that race, one is applied and the others are refused."""
    todo = todos.create("gate", content="Open the gate")
    todos.wait("gate", "Active")
    decisions = [todos.decide(todo, user=user) for user in ("oncall", "release-lead", "oncall", "release-lead")]
    outcomes = sorted(todos.judged(decision)["outcome"] for decision in decisions)
    assert outcomes == ["Counted", "Refused", "Refused", "Refused"]
    assert len(todos.status("gate")["decisions"]) == 1


def test_what_does_not_fit_is_refused_with_its_reason(todos: Todos) -> None:
    """No such todo, another uid, not started, suspended, not for people: refused, and never kept for later."""
    waits = todos.create("waits", wait={"duration": "1h"})
    early = todos.create("early", depends_on=["waits"])
    held = todos.create("held", content="Held")
    todos.wait("held", "Active")
    todos.edit("held", suspend=True)
    todos.wait("waits", "Active")
    todos.wait("early", "Pending", "WaitingForDependency")
    todos.wait("held", "Active", "Suspended")
    nobody = {"metadata": {"name": "nobody", "uid": waits["metadata"]["uid"]}}
    replaced = {"metadata": {"name": "held", "uid": "00000000-0000-0000-0000-000000000000"}}
    decided = {
        "TargetNotFound": todos.decide(nobody, keep=True),
        "TargetReplaced": todos.decide(replaced, keep=True),
        "TargetNotActive": todos.decide(early),
        "TargetSuspended": todos.decide(held),
        "NotForPeople": todos.decide(waits),
    }
    answers = {reason: todos.judged(decision) for reason, decision in decided.items()}
    assert {reason: (answer["outcome"], answer["reason"]) for reason, answer in answers.items()} == {
        reason: ("Refused", reason) for reason in decided
    }
    assert all(answer["message"] and answer["time"] for answer in answers.values())
    todos.edit("held", suspend=False)
    assert "decisions" not in todos.wait("held", "Active", "AwaitingDecision")
    assert "decisions" not in todos.status("early")
