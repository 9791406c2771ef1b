"""Between the API's objects and the domain's: nothing is lost, nothing is written twice, nothing raises."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given

from myapp.application.snapshot import TodoSnapshot, UnreadableTodo
from myapp.domain.actions.catalog import ACTIONS
from myapp.domain.actions.manual import Manual
from myapp.domain.actions.wait import Wait
from myapp.domain.attempts import KEPT_ATTEMPTS, LONGEST_ATTEMPT_MESSAGE
from myapp.domain.condition import Readiness
from myapp.domain.decision import DecisionAction, DecisionOutcome
from myapp.domain.dependency import Dependency
from myapp.domain.effect import LONGEST_REFERENCE, MOST_REFERENCES, FailureKind
from myapp.domain.message import LONGEST_MESSAGE
from myapp.domain.reminders import Reminders
from myapp.domain.retry import RetryBackoff, RetryPolicy
from myapp.domain.todo_entry import OnTimeout
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.todo_status import TodoStatus
from myapp.infrastructure.crd import field_types, retry, todo_decision_resource, todo_spec
from myapp.infrastructure.crd import todo_status as api
from myapp.infrastructure.mapping.todo_mapper import status_patch, to_snapshot
from tests.unit.infrastructure.api_strategies import STATUSES

_METADATA = {
    "namespace": "shop",
    "name": "approve",
    "uid": "u-1",
    "resourceVersion": "42",
    "generation": 3,
    "creationTimestamp": "2026-12-01T08:00:00Z",
}


def _raw(spec: object, status: object = None) -> dict[str, Any]:
    return {"metadata": dict(_METADATA), "spec": spec, "status": status}


def test_every_field_of_the_spec_arrives() -> None:
    """A spec with all fields set becomes a todo with all fields set."""
    snapshot = to_snapshot(
        _raw(
            {
                "content": "Approve\nmore",
                "tags": ["prod"],
                "priority": 7,
                "assignees": [{"kind": "Group", "name": "sre"}],
                "dependsOn": [{"name": "smoke"}, {"name": "lint", "on": ["Failed", "Skipped"]}],
                "startTime": "2026-12-01T08:00:00Z",
                "dueTime": "2026-12-01T19:00:00+01:00",
                "timeout": "72h",
                "onTimeout": "Skip",
                "retry": {"maxAttempts": 3, "on": ["Failure"], "backoff": {"initial": "1s", "factor": 1.5}},
                "serviceAccountName": "deployer",
                "suspend": True,
                "readiness": "Complete",
                "ttlAfterFinished": "24h",
                "reminders": {"every": "24h", "beforeDue": ["24h", "1h"], "beforeTimeout": "2h"},
            }
        )
    )

    assert isinstance(snapshot, TodoSnapshot)
    todo = snapshot.todo
    assert (todo.id, str(todo.key), todo.generation, snapshot.version) == ("u-1", "shop/approve", 3, "42")
    assert (todo.title, todo.tags, todo.priority) == ("Approve", frozenset({"prod"}), 7)
    assert [str(assignee) for assignee in todo.assignees] == ["group sre"]
    assert todo.dependencies == (
        Dependency("smoke"),
        Dependency("lint", frozenset({Phase.FAILED, Phase.SKIPPED})),
    )
    assert todo.start_time == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert todo.due_time == datetime(2026, 12, 1, 18, tzinfo=UTC)
    assert (todo.timeout, todo.on_timeout) == (timedelta(hours=72), OnTimeout.SKIP)
    assert todo.retry == RetryPolicy(3, frozenset({FailureKind.FAILURE}), RetryBackoff(timedelta(seconds=1), 1.5))
    assert todo.service_account_name == "deployer"
    assert (todo.suspend, todo.readiness) == (True, Readiness.COMPLETE)
    assert todo.ttl_after_finished == timedelta(hours=24)
    hours = [timedelta(hours=count) for count in (1, 2, 24)]
    assert todo.reminders == Reminders(hours[2], (hours[2], hours[0]), hours[1])
    assert todo.action == Manual()


def test_the_action_arrives() -> None:
    """With its fields."""
    snapshot = to_snapshot(_raw({"content": "x", "wait": {"duration": "90s"}}))

    assert isinstance(snapshot, TodoSnapshot)
    assert snapshot.todo.action == Wait(timedelta(seconds=90))


def test_an_object_that_nobody_has_seen_has_the_default_status() -> None:
    """The CRD's default status, an empty one and none at all mean the same."""
    for status in (None, {}, {"observedGeneration": -1}):
        snapshot = to_snapshot(_raw({"content": "x"}, status))
        assert snapshot.status == TodoStatus()


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (None, "spec.content: Field required"),
        ({"content": 7}, "spec.content: Input should be a valid string (found '7')"),
        ({"content": "x", "timeout": "3 days"}, "spec.timeout"),
        ({"content": "x", "dependsOn": "smoke"}, "spec.dependsOn"),
        ({"content": "x", "wait": {}}, "exactly one of duration and until must be set"),
        ({"content": "x", "dependsOn": [{"name": "approve"}]}, "the name of another todo"),
        ({"content": "x", "readiness": "Soon"}, "spec.readiness"),
        (
            {"content": "x", "reminders": {"every": "30s"}},
            "spec.reminders.every: Value error, must be",
        ),
        ({"content": "x", "reminders": {"every": "daily"}}, "spec.reminders.every: must be a duration of at least 1m"),
        ({"content": "x", "reminders": {"beforeTimeout": "1s"}}, "spec.reminders.beforeTimeout: Value error, must be"),
        ({"content": "x", "reminders": {"beforeTimeout": "1h"}}, "spec: Value error, reminders.beforeTimeout must be"),
        (
            {"content": "x", "reminders": {"beforeDue": ["1h"]}},
            "spec: Value error, reminders.beforeDue needs a dueTime",
        ),
    ],
)
def test_a_malformed_spec_is_told_and_never_raised(spec: object, told: str) -> None:
    """The problem names the field and what was found; the status that is there is kept."""
    snapshot = to_snapshot(_raw(spec, {"observedGeneration": 2, "phase": "Active", "reason": "Waiting"}))

    assert isinstance(snapshot, UnreadableTodo)
    assert told in snapshot.problem
    assert snapshot.status is not None
    assert snapshot.status.phase is Phase.ACTIVE


@pytest.mark.parametrize(
    "status", [{"phase": "Queued"}, {"phase": "Active", "reason": "HeldByQueue"}, {"conditions": "none"}, "Active"]
)
def test_a_status_of_another_version_is_marked_as_unreadable(status: object) -> None:
    """Whatever a newer operator wrote, nothing may be written over it."""
    snapshot = to_snapshot(_raw({"content": "x"}, status))

    assert isinstance(snapshot, UnreadableTodo)
    assert snapshot.status is None


def _merge(document: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """RFC 7386, as the API server does it: objects within objects are merged as well."""
    merged = dict(document)
    for name, value in patch.items():
        before = document.get(name)
        merged[name] = _merge(before if isinstance(before, dict) else {}, value) if isinstance(value, dict) else value
    return {name: value for name, value in merged.items() if value is not None}


@given(STATUSES, STATUSES)
def test_a_written_status_reads_back_as_it_was_meant(before: TodoStatus, after: TodoStatus) -> None:
    """Patching any status into any other gives exactly the other: no field is left behind, none is lost."""
    stored = _merge({}, status_patch(TodoStatus(), before))

    stored = _merge(stored, status_patch(before, after))

    assert to_snapshot(_raw({"content": "x"}, stored)).status == after


def test_the_models_and_the_domain_know_the_same_words() -> None:
    """The CRD's enumerations are the domain's; neither can change alone."""
    assert set(get_args(api.Phase)) == set(Phase)
    assert set(get_args(todo_spec.EndedPhase)) == {phase for phase in Phase if phase.final}
    assert set(get_args(todo_spec.OnTimeout)) == set(OnTimeout)
    assert set(get_args(todo_spec.Readiness)) == set(Readiness)
    assert set(get_args(retry.FailureKind)) == set(FailureKind)
    assert set(get_args(todo_decision_resource.DecisionAction)) == set(DecisionAction)
    assert set(get_args(todo_decision_resource.Outcome)) == set(DecisionOutcome)
    assert set(ACTIONS) <= set(todo_spec.TodoSpec.model_fields)
    assert set(ACTIONS) == set(todo_spec.KINDS_OF_ACTION)
    assert field_types.MAX_MESSAGE == LONGEST_MESSAGE
    assert (api.MAX_REFERENCES, api.MAX_REFERENCE) == (MOST_REFERENCES, LONGEST_REFERENCE)
    assert (api.MAX_ATTEMPTS, api.MAX_ATTEMPT_MESSAGE) == (KEPT_ATTEMPTS, LONGEST_ATTEMPT_MESSAGE)
    described = api.TodoStatus.model_fields["reason"].description or ""
    assert [reason for reason in Reason if reason not in described] == []
