"""A decision object becomes a decision of the domain; one that makes no sense can only be refused."""

from datetime import UTC, datetime
from typing import Any

from myapp.domain.decision import Answer, DecisionReason
from myapp.domain.judgement import without_target
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.crd.todo_decision_resource import TodoDecisionStatus
from myapp.infrastructure.mapping.decision_mapper import answer_status, is_judged, to_decision


def _raw(spec: object, status: object = None) -> dict[str, Any]:
    metadata = {
        "namespace": "shop",
        "name": "approve-complete-x",
        "uid": "d-1",
        "resourceVersion": "7",
        "creationTimestamp": "2026-12-01T08:00:00Z",
    }
    return {"metadata": metadata, "spec": spec, "status": status}


_SPEC = {
    "target": {"kind": "Todo", "name": "approve", "uid": "u-1"},
    "action": "Complete",
    "user": {"username": "oncall", "groups": ["sre"]},
    "message": "looks good",
}


def test_a_decision_arrives_whole() -> None:
    """Who, what, on what, when and in which version."""
    decision = to_decision(_raw(_SPEC))

    assert (decision.id, decision.username, decision.message, decision.version) == ("d-1", "oncall", "looks good", "7")
    assert (decision.target, decision.target_id) == (TodoKey("shop", "approve"), "u-1")
    assert decision.created_at == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert decision.problem == ""


def test_a_malformed_decision_carries_its_problem() -> None:
    """It is refused with the field that is wrong, whatever shape the object has."""
    decision = to_decision(_raw({**_SPEC, "action": "Explode"}))

    answer = without_target(decision)

    assert answer.reason is DecisionReason.INVALID_DECISION
    assert "spec.action" in answer.message
    for spec in (None, "text", {"target": "text"}, {"target": ["x"]}, {**_SPEC, "target": {"name": "../secrets"}}):
        assert to_decision(_raw(spec)).problem != ""
        assert to_decision(_raw(spec)).target == TodoKey("shop", "")


def test_only_an_outcome_makes_a_decision_judged() -> None:
    """No status, an empty one and one without outcome are unjudged."""
    assert not is_judged(_raw(_SPEC))
    assert not is_judged(_raw(_SPEC, {}))
    assert not is_judged(_raw(_SPEC, "Counted"))
    assert is_judged(_raw(_SPEC, {"outcome": "Refused"}))


def test_an_answer_fits_the_api() -> None:
    """What is written validates against the model of the decision's status, however long the message is."""
    decision = to_decision(_raw(_SPEC))
    answer = Answer.refused(decision, DecisionReason.TARGET_NOT_FOUND, "x" * 5000)

    status = TodoDecisionStatus.model_validate(answer_status(answer, datetime(2026, 12, 1, 9, tzinfo=UTC)))

    assert (status.outcome, status.reason) == ("Refused", "TargetNotFound")
