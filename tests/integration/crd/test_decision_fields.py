"""The fields of a TodoDecision: bounds, and that what was decided never changes."""

import pytest
from pydantic import ValidationError

from myapp.infrastructure.crd.todo_decision_resource import TodoDecisionSpec
from tests.api_server import ApiServer, JsonObject
from tests.integration.crd.todo_creator import TodoCreator
from tests.manifests import ACTIONS, ANYWHERE, decision_manifest, decisions_path

pytestmark = pytest.mark.cluster

TODO = {"metadata": {"name": "todo", "uid": "11111111-2222-3333-4444-555555555555"}}
TARGET = {"kind": "Todo", "name": "todo", "uid": TODO["metadata"]["uid"]}
NAME_PATTERN = r"'^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'"

ACCEPTED: dict[str, JsonObject] = {
    "no groups": {},
    "the most groups": {"user": {"username": "admin", "groups": ["system:masters"] * 256}},
    "the longest message": {"message": "m" * 1024},
    "the most values": {"values": {f"f{number}": "x" * 4096 for number in range(32)}},
    **{
        f"to cancel a run by {mode}": {"target": {**TARGET, "kind": "TodoWorkflow"}, "action": "Cancel", "mode": mode}
        for mode in ("Terminate", "Stop", "RunFinally")
    },
    **{
        f"to {action}": {"action": action}
        for action in (
            "Claim",
            "Release",
            "Approve",
            "Reject",
            "Comment",
            "Skip",
            "Retry",
            "Cancel",
            "Suspend",
            "Resume",
        )
    },
}

REFUSED: dict[str, tuple[JsonObject, str, str]] = {
    "target of another kind": (
        {"target": {**TARGET, "kind": "Pod"}},
        "spec.target.kind",
        'Unsupported value: "Pod": supported values: "Todo", "TodoWorkflow"',
    ),
    "target without a uid": ({"target": {"kind": "Todo", "name": "todo"}}, "spec.target.uid", "Required value"),
    "target with an empty uid": (
        {"target": {**TARGET, "uid": ""}},
        "spec.target.uid",
        'Invalid value: "": spec.target.uid in body should be at least 1 chars long',
    ),
    "uid too long": (
        {"target": {**TARGET, "uid": "u" * 65}},
        "spec.target.uid",
        "Too long: may not be more than 64 bytes",
    ),
    "target that is no name": (
        {"target": {**TARGET, "name": "To do"}},
        "spec.target.name",
        f'Invalid value: "To do": spec.target.name in body should match {NAME_PATTERN}',
    ),
    "name too long": (
        {"target": {**TARGET, "name": "n" * 254}},
        "spec.target.name",
        "Too long: may not be more than 253 bytes",
    ),
    "unknown action": (
        {"action": "Explode"},
        "spec.action",
        f'Unsupported value: "Explode": supported values: {ACTIONS}',
    ),
    "too many values": (
        {"values": {f"f{number}": "" for number in range(33)}},
        "spec.values",
        "Too many: 33: must have at most 32 items",
    ),
    "value too long": (
        {"values": {"a": "x" * 4097}},
        "spec.values.a",
        "Too long: may not be more than 4096 bytes",
    ),
    "values with a vote": (
        {"action": "Approve", "values": {"a": "x"}},
        "spec.values",
        "Invalid value: values can be given with the action Complete only",
    ),
    "a mode for a Todo": (
        {"action": "Cancel", "mode": "Stop"},
        "spec.mode",
        "Invalid value: mode goes with the action Cancel of a TodoWorkflow only",
    ),
    "a mode of another action": (
        {"target": {**TARGET, "kind": "TodoWorkflow"}, "action": "Retry", "mode": "Stop"},
        "spec.mode",
        "Invalid value: mode goes with the action Cancel of a TodoWorkflow only",
    ),
    "another mode": (
        {"target": {**TARGET, "kind": "TodoWorkflow"}, "action": "Cancel", "mode": "Kill"},
        "spec.mode",
        'Unsupported value: "Kill": supported values: "Terminate", "Stop", "RunFinally"',
    ),
    "no user": ({"user": None}, "spec.user", "Required value"),
    "empty username": (
        {"user": {"username": ""}},
        "spec.user.username",
        'Invalid value: "": spec.user.username in body should be at least 1 chars long',
    ),
    "username too long": (
        {"user": {"username": "u" * 513}},
        "spec.user.username",
        "Too long: may not be more than 512 bytes",
    ),
    "too many groups": (
        {"user": {"username": "admin", "groups": ["system:masters"] * 257}},
        "spec.user.groups",
        "Too many: 257: must have at most 256 items",
    ),
    "group too long": (
        {"user": {"username": "admin", "groups": ["g" * 513]}},
        "spec.user.groups[0]",
        "Too long: may not be more than 512 bytes",
    ),
    "message too long": ({"message": "m" * 1025}, "spec.message", "Too long: may not be more than 1024 bytes"),
}

EDITS: dict[str, JsonObject] = {
    "message": {"message": "on second thoughts"},
    "target": {"target": {"name": "other"}},
    "user": {"user": {"username": "oncall"}},
}


@pytest.mark.parametrize("spec", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_accepted(api: ApiServer, spec: JsonObject) -> None:
    """What is just within the bounds is accepted."""
    manifest = decision_manifest(TODO, username="admin", **spec)
    manifest["metadata"]["ownerReferences"][0]["kind"] = manifest["spec"]["target"]["kind"]

    answer = api.create(decisions_path(ANYWHERE), manifest, dry_run=True)

    assert answer.accepted, answer.message
    TodoDecisionSpec.model_validate(answer.body["spec"])


@pytest.mark.parametrize(("spec", "field", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(api: ApiServer, spec: JsonObject, field: str, message: str) -> None:
    """What is out of bounds is refused by the API server and by the operator's model."""
    manifest = decision_manifest(TODO, username="admin", **spec)

    answer = api.create(decisions_path(ANYWHERE), manifest, dry_run=True)

    assert answer.causes == {(field, message)}
    with pytest.raises(ValidationError):
        TodoDecisionSpec.model_validate(manifest["spec"])


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_never_changed(api: ApiServer, namespace: str, create_todo: TodoCreator, edit: JsonObject) -> None:
    """Not even admin can rewrite what somebody decided."""
    api.create(decisions_path(namespace), decision_manifest(create_todo(), username="admin"))

    answer = api.patch(f"{decisions_path(namespace)}/decision", {"spec": edit}, dry_run=True)

    [(field, message)] = answer.causes
    assert field == "spec"
    assert message.endswith("a decision is never changed: create a new TodoDecision instead")


def test_judged_by_status(api: ApiServer, operator_api: ApiServer, namespace: str, create_todo: TodoCreator) -> None:
    """The operator's judgement and the garbage collector's metadata go in although the spec is fixed."""
    api.create(decisions_path(namespace), decision_manifest(create_todo(), username="admin"))
    path = f"{decisions_path(namespace)}/decision"
    judgement = {
        "outcome": "Refused",
        "reason": "AlreadyEnded",
        "message": "it has ended",
        "time": "2026-12-01T08:00:00Z",
    }

    judged = operator_api.patch(f"{path}/status", {"status": judgement})
    released = api.patch(path, {"metadata": {"ownerReferences": None, "finalizers": None}})

    assert judged.body["status"] == judgement
    assert released.accepted, released.message


def test_unknown_outcome(api: ApiServer, operator_api: ApiServer, namespace: str, create_todo: TodoCreator) -> None:
    """A decision is Counted or Refused, nothing between."""
    api.create(decisions_path(namespace), decision_manifest(create_todo(), username="admin"))

    path = f"{decisions_path(namespace)}/decision/status"
    answer = operator_api.patch(path, {"status": {"outcome": "Pending"}}, dry_run=True)

    assert answer.causes == {("status.outcome", 'Unsupported value: "Pending": supported values: "Counted", "Refused"')}
