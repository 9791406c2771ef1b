"""The models at run time: what comes from the API, and what the operator builds."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from myapp.infrastructure.crd.todo_decision_resource import TodoDecisionSpec
from myapp.infrastructure.crd.todo_resource import Todo, TodoSpec, TodoStatus

MORNING = datetime(2026, 12, 1, 8, tzinfo=UTC)


def test_spec_from_the_api() -> None:
    """The API's names become attributes, times become datetimes, and absent fields their defaults."""
    spec = TodoSpec.model_validate(
        {
            "content": "Deploy",
            "dependsOn": [{"name": "build"}, {"name": "check", "on": ["Failed"]}],
            "startTime": "2026-12-01T09:00:00+01:00",
            "wait": {"until": "2026-12-01T08:00:00Z"},
        }
    )

    assert [(dependency.name, dependency.on) for dependency in spec.depends_on] == [
        ("build", ("Succeeded",)),
        ("check", ("Failed",)),
    ]
    assert spec.start_time == MORNING
    assert spec.wait is not None
    assert spec.wait.until == MORNING
    assert (spec.on_timeout, spec.readiness, spec.suspend, spec.priority) == ("Fail", "Accepted", False, 0)
    assert (spec.tags, spec.assignees, spec.due_time, spec.timeout, spec.manual) == ((), (), None, None, None)


def test_fields_of_a_newer_version_are_ignored() -> None:
    """After a rollback the operator still reads what its successor has written."""
    assert TodoStatus.model_validate({"phase": "Active", "claimedBy": "somebody"}).phase == "Active"


def test_models_do_not_change() -> None:
    """What was read is a fact."""
    spec = TodoSpec(content="Deploy")

    with pytest.raises(ValidationError):
        spec.content = "Other"


def test_status_for_the_api() -> None:
    """What the operator builds by attribute goes out under the API's names, times in RFC 3339."""
    status = TodoStatus(observed_generation=2, phase="Active", start_time=MORNING, suspended_for="1h2m3s")

    assert status.model_dump(mode="json", exclude_defaults=True) == {
        "observedGeneration": 2,
        "phase": "Active",
        "startTime": "2026-12-01T08:00:00Z",
        "suspendedFor": "1h2m3s",
    }


def test_a_status_reads_back() -> None:
    """What goes out comes in again, microseconds and zones included."""
    eastern = datetime(2026, 12, 1, 8, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    status = TodoStatus(phase="Pending", next_transition_time=eastern)

    assert TodoStatus.model_validate(status.model_dump(mode="json", exclude_none=True)) == status


def test_a_todo_without_status() -> None:
    """An object from before the CRD had a default is one that has not been seen."""
    assert Todo.model_validate({"spec": {"content": "Deploy"}}).status.observed_generation == -1


@pytest.mark.parametrize("time", [1780000000, "1780000000", "2026-12-01T08:00:00", datetime(2026, 12, 1, 8), True])  # noqa: DTZ001 # a time without a zone is what must be refused
def test_times_without_a_zone_are_refused(time: object) -> None:
    """Neither numbers nor local times pass for a point in time."""
    with pytest.raises(ValidationError, match="must be a time with its zone, such as 2026-12-01T08:00:00Z"):
        TodoStatus.model_validate({"deadline": time})


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"timeout": "0s"}, "must be a duration above zero, such as 90s, 15m, 1h30m or 72h"),
        ({"timeout": "3d"}, "must be a duration above zero, such as 90s, 15m, 1h30m or 72h"),
        ({"ttlAfterFinished": "soon"}, "must be a duration such as 90s, 15m, 1h30m or 72h"),
        ({"content": "\n"}, "the first line is the title that kubectl shows: it must not be blank"),
        ({"manual": {}, "wait": {"duration": "1s"}}, "at most one action may be set"),
        ({"wait": {}}, "exactly one of duration and until must be set"),
        ({"tags": ["a", "a"]}, "the items must differ from each other"),
        ({"dependsOn": [{"name": "a"}, {"name": "a"}]}, "the items must differ from each other in name"),
        (
            {"startTime": "2026-12-01T08:00:00Z", "dueTime": "2026-12-01T07:00:00Z"},
            "dueTime must not be earlier than startTime",
        ),
    ],
)
def test_refusals_are_explained_as_by_the_api_server(spec: dict[str, object], message: str) -> None:
    """An object that got in before a rule is parked with the message that its creator would see today."""
    with pytest.raises(ValidationError, match=message):
        TodoSpec.model_validate({"content": "Deploy", **spec})


def test_decision_from_the_api() -> None:
    """A decision says who decided what on which object."""
    decision = TodoDecisionSpec.model_validate(
        {
            "target": {"kind": "Todo", "name": "deploy", "uid": "1"},
            "action": "Complete",
            "user": {"username": "oncall", "groups": ["sre"]},
        }
    )

    assert (decision.target.uid, decision.action, decision.user.groups, decision.message) == (
        "1",
        "Complete",
        ("sre",),
        None,
    )
