"""The status of a Todo: what it is before the operator has seen the object, and what the API server lets in."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from myapp.infrastructure.crd.todo_resource import TodoStatus
from tests.api_server import ApiServer, JsonObject
from tests.integration.crd.todo_creator import TodoCreator
from tests.manifests import ACTIONS, DURATION_FORM, numbered, todo_manifest, todos_path

pytestmark = pytest.mark.cluster

NOW = "2026-12-01T08:00:00Z"
NOT_YET_SEEN = {"observedGeneration": -1}

PHASES = '"Pending", "Active", "Succeeded", "Failed", "Skipped", "Cancelled"'


def conditions(*types: str) -> list[JsonObject]:
    """Conditions that hold."""
    return [
        {"type": name, "status": "True", "reason": "Accepted", "message": "", "lastTransitionTime": NOW}
        for name in types
    ]


def decisions(*uids: str, **changed: object) -> list[JsonObject]:
    """Decisions that took effect."""
    return [{"uid": uid, "action": "Complete", "username": "oncall", "time": NOW, **changed} for uid in uids]


ACCEPTED: dict[str, JsonObject] = {
    "all of it": {
        "observedGeneration": 1,
        "phase": "Active",
        "reason": "AwaitingDecision",
        "message": "m" * 2048,
        "attempt": 1000,
        "startTime": NOW,
        "completionTime": NOW,
        "deadline": NOW,
        "nextTransitionTime": NOW,
        "attemptStartTime": NOW,
        "suspendTime": NOW,
        "effect": {"references": {"k" * 253: "r" * 512, **dict.fromkeys(numbered(7), "")}, "withdrawing": True},
        "attempts": [
            {"attempt": number, "reason": "TimedOut", "message": "m" * 512, "startTime": NOW, "completionTime": NOW}
            | {"retryTime": NOW}
            for number in range(991, 1001)
        ],
        "suspendedFor": "1h2m3.456789s",
        "claimedBy": "u" * 512,
        "outputs": {"text": "x", "count": 3, "ratio": 0.5, "ok": True},
        "requester": "u" * 512,
        "decisions": decisions("u" * 64, message="c" * 1024, groups=numbered(16)),
        "conditions": conditions("Ready", "example.org/Audited"),
    },
    "the longest reason": {"reason": "R" * 64},
    "the most decisions": {"decisions": decisions(*numbered(64))},
    "the most conditions": {"conditions": conditions(*numbered(16))},
    "no attempt yet": {"attempt": 0},
}

REFUSED: dict[str, tuple[JsonObject, str, str]] = {
    "observedGeneration": (
        {"observedGeneration": -2},
        "status.observedGeneration",
        "Invalid value: -2: observedGeneration in body should be greater than or equal to -1",
    ),
    "phase": (
        {"phase": "Done"},
        "status.phase",
        f'Unsupported value: "Done": supported values: {PHASES}',
    ),
    "reason too long": ({"reason": "R" * 65}, "status.reason", "Too long: may not be more than 64 bytes"),
    "reason not CamelCase": (
        {"reason": "timed out"},
        "status.reason",
        "Invalid value: \"timed out\": reason in body should match '^[A-Z][A-Za-z0-9]*$'",
    ),
    "message": ({"message": "m" * 2049}, "status.message", "Too long: may not be more than 2048 bytes"),
    "attempt": (
        {"attempt": -1},
        "status.attempt",
        "Invalid value: -1: attempt in body should be greater than or equal to 0",
    ),
    "attempts": (
        {"attempt": 1001},
        "status.attempt",
        "Invalid value: 1001: attempt in body should be less than or equal to 1000",
    ),
    "suspendedFor": (
        {"suspendedFor": "-1s"},
        "status.suspendedFor",
        f'Invalid value: "-1s": must be a duration {DURATION_FORM}',
    ),
    "too many decisions": (
        {"decisions": decisions(*numbered(65))},
        "status.decisions",
        "Too many: 65: must have at most 64 items",
    ),
    "decision twice": (
        {"decisions": decisions("u", "u")},
        "status.decisions[1]",
        'Duplicate value: {"uid":"u"}',
    ),
    "uid of a decision": (
        {"decisions": decisions("u" * 65)},
        "status.decisions[0].uid",
        "Too long: may not be more than 64 bytes",
    ),
    "action of a decision": (
        {"decisions": decisions("u", action="Explode")},
        "status.decisions[0].action",
        f'Unsupported value: "Explode": supported values: {ACTIONS}',
    ),
    "username of a decision": (
        {"decisions": decisions("u", username="u" * 513)},
        "status.decisions[0].username",
        "Too long: may not be more than 512 bytes",
    ),
    "message of a decision": (
        {"decisions": decisions("u", message="c" * 1025)},
        "status.decisions[0].message",
        "Too long: may not be more than 1024 bytes",
    ),
    "too many conditions": (
        {"conditions": conditions(*numbered(17))},
        "status.conditions",
        "Too many: 17: must have at most 16 items",
    ),
    "condition twice": (
        {"conditions": conditions("Ready", "Ready")},
        "status.conditions[1]",
        'Duplicate value: {"type":"Ready"}',
    ),
    "type of a condition": (
        {"conditions": conditions("t" * 317)},
        "status.conditions[0].type",
        "Too long: may not be more than 316 bytes",
    ),
    "status of a condition": (
        {"conditions": [{**conditions("Ready")[0], "status": "Maybe"}]},
        "status.conditions[0].status",
        'Unsupported value: "Maybe": supported values: "True", "False", "Unknown"',
    ),
    "message of a condition": (
        {"conditions": [{**conditions("Ready")[0], "message": "m" * 2049}]},
        "status.conditions[0].message",
        "Too long: may not be more than 2048 bytes",
    ),
    "reason of a condition": (
        {"conditions": [{**conditions("Ready")[0], "reason": ""}]},
        "status.conditions[0].reason",
        "Invalid value: \"\": conditions[0].reason in body should match '^[A-Z][A-Za-z0-9]*$'",
    ),
    "generation of a condition": (
        {"conditions": [{**conditions("Ready")[0], "observedGeneration": -1}]},
        "status.conditions[0].observedGeneration",
        "Invalid value: -1: conditions[0].observedGeneration in body should be greater than or equal to 0",
    ),
}


@pytest.fixture(scope="module")
def status_path(api_as: Callable[[str], ApiServer], shared_namespace: str) -> str:
    """The status of a Todo that the dry runs of this module write to."""
    TodoCreator(api_as("admin"), api_as("operator"), shared_namespace)("todo")
    return f"{todos_path(shared_namespace)}/todo/status"


@pytest.mark.parametrize("status", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_accepted(operator_api: ApiServer, status_path: str, status: JsonObject) -> None:
    """What the operator may write is accepted, and reads back."""
    answer = operator_api.patch(status_path, {"status": status}, dry_run=True)

    assert answer.accepted, answer.message
    assert answer.body["status"] == {**NOT_YET_SEEN, **status}
    TodoStatus.model_validate(answer.body["status"])


@pytest.mark.parametrize(("status", "field", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(operator_api: ApiServer, status_path: str, status: JsonObject, field: str, message: str) -> None:
    """What is out of bounds is refused by the API server and by the operator's model."""
    answer = operator_api.patch(status_path, {"status": status}, dry_run=True)

    assert answer.causes == {(field, message)}
    with pytest.raises(ValidationError):
        TodoStatus.model_validate(status)


def test_not_yet_seen(create_todo: TodoCreator) -> None:
    """A new Todo shows the generation -1, so that kstatus reports InProgress until the operator has seen it."""
    assert create_todo()["status"] == NOT_YET_SEEN


def test_creator_cannot_set_the_status(api: ApiServer, namespace: str) -> None:
    """A status in a manifest is dropped: nobody applies a Todo that says of itself that it has succeeded."""
    forged = {**todo_manifest(), "status": {"phase": "Succeeded", "observedGeneration": 1}}

    created = api.create(todos_path(namespace), forged)

    assert created.body["status"] == NOT_YET_SEEN
    assert api.get(f"{todos_path(namespace)}/todo").body["status"] == NOT_YET_SEEN


def test_spec_update_keeps_the_status(api: ApiServer, namespace: str, create_todo: TodoCreator) -> None:
    """Whoever edits the spec cannot touch the status, and so cannot get around the rules that look at the phase."""
    create_todo(phase="Active")

    answer = api.patch(
        f"{todos_path(namespace)}/todo", {"spec": {"content": "Other"}, "status": {"phase": "Pending"}}, dry_run=True
    )

    assert {field for field, _ in answer.causes} == {"spec.content"}
