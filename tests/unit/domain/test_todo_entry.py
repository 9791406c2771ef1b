"""Building a todo from plain values: each field taken, and each wrong value refused with a message that helps."""

from dataclasses import FrozenInstanceError
from datetime import datetime, timedelta

import pytest

from myapp.domain.actions.manual import Manual
from myapp.domain.actions.wait import Wait
from myapp.domain.condition import Readiness
from myapp.domain.dependency import Dependency
from myapp.domain.duration import NOTATION
from myapp.domain.errors import DomainError, InvalidTodoError
from myapp.domain.todo_entry import Assignee, OnTimeout, TodoEntry
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase
from tests.unit.domain.builders import T0, at, fields, todo

NAIVE = datetime(2026, 12, 1)  # noqa: DTZ001 -- a time without a zone is what must be refused
TEXT = "a text that is not empty"
ZONED = "a time with a zone, such as 2026-12-01T08:00:00Z"
ENDS = "Succeeded, Failed, Skipped, Cancelled"


def test_the_least() -> None:
    """Content and identity are enough: manual, no deadline, never deleted."""
    entry = TodoEntry.create_from_dict(fields("deploy", content="Deploy", generation=3))

    assert entry == TodoEntry(
        id="uid-deploy", key=TodoKey("shop", "deploy"), created_at=T0, generation=3, content="Deploy", action=Manual()
    )
    assert (entry.timeout, entry.on_timeout, entry.ttl_after_finished) == (None, OnTimeout.FAIL, None)
    assert (entry.suspend, entry.readiness, entry.priority) == (False, Readiness.ACCEPTED, 0)


@pytest.mark.parametrize(
    ("field", "value", "attribute", "expected"),
    [
        ("tags", ["prod", "release", "prod"], "tags", frozenset({"prod", "release"})),
        ("tags", [], "tags", frozenset()),
        ("priority", -7, "priority", -7),
        ("assignees", [{"kind": "Group", "name": "sre"}], "assignees", (Assignee("Group", "sre"),)),
        ("depends_on", [{"name": "b"}], "dependencies", (Dependency("b", frozenset({Phase.SUCCEEDED})),)),
        ("depends_on", [{"name": "b", "on": []}], "dependencies", (Dependency("b", frozenset({Phase.SUCCEEDED})),)),
        (
            "depends_on",
            [{"name": "b", "on": ["Failed", "Cancelled"]}, {"name": "c", "on": ["Skipped"]}],
            "dependencies",
            (Dependency("b", frozenset({Phase.FAILED, Phase.CANCELLED})), Dependency("c", frozenset({Phase.SKIPPED}))),
        ),
        ("start_time", at(60), "start_time", at(60)),
        ("due_time", at(60), "due_time", at(60)),
        ("timeout", "1h30m", "timeout", timedelta(minutes=90)),
        ("on_timeout", "Skip", "on_timeout", OnTimeout.SKIP),
        ("suspend", True, "suspend", True),
        ("readiness", "Complete", "readiness", Readiness.COMPLETE),
        ("ttl_after_finished", "24h", "ttl_after_finished", timedelta(hours=24)),
        ("manual", {}, "action", Manual()),
        ("wait", {"duration": "10m"}, "action", Wait(duration=timedelta(minutes=10))),
        ("wait", {"until": at(60)}, "action", Wait(until=at(60))),
    ],
)
def test_takes_each_field(field: str, value: object, attribute: str, expected: object) -> None:
    """Each field lands where it belongs, in the domain's own type."""
    assert getattr(TodoEntry.create_from_dict(fields(**{field: value})), attribute) == expected


@pytest.mark.parametrize(
    "field",
    [
        *("tags", "priority", "assignees", "depends_on", "start_time", "due_time", "timeout", "on_timeout"),
        *("suspend", "readiness", "ttl_after_finished", "manual", "wait"),
    ],
)
def test_null_is_the_same_as_absent(field: str) -> None:
    """YAML authors write ``timeout:`` and leave it empty."""
    assert TodoEntry.create_from_dict(fields(**{field: None})) == TodoEntry.create_from_dict(fields())


@pytest.mark.parametrize(
    ("field", "value", "path", "found", "allowed"),
    [
        ("id", "", "metadata.uid", "", TEXT),
        ("id", None, "metadata.uid", None, TEXT),
        ("namespace", "", "metadata.namespace", "", TEXT),
        ("name", " ", "metadata.name", " ", TEXT),
        ("created_at", None, "metadata.creationTimestamp", None, "a time"),
        ("created_at", NAIVE, "metadata.creationTimestamp", NAIVE, ZONED),
        ("generation", "1", "metadata.generation", "1", "a whole number"),
        ("content", None, "spec.content", None, TEXT),
        ("content", " \n\t", "spec.content", " \n\t", TEXT),
        ("content", 5, "spec.content", 5, TEXT),
        ("tags", "prod", "spec.tags", "prod", "a list of texts"),
        ("tags", ["prod", 5], "spec.tags", ["prod", 5], "a list of texts"),
        ("tags", 5, "spec.tags", 5, "a list of texts"),
        ("priority", "high", "spec.priority", "high", "a whole number"),
        ("priority", 1.5, "spec.priority", 1.5, "a whole number"),
        ("priority", True, "spec.priority", True, "a whole number"),
        ("assignees", ["sre"], "spec.assignees", ["sre"], "a list of objects"),
        ("assignees", "sre", "spec.assignees", "sre", "a list of objects"),
        ("assignees", 5, "spec.assignees", 5, "a list of objects"),
        ("assignees", [{"kind": "User", "name": "ann"}, {"kind": "User"}], "spec.assignees[1].name", None, TEXT),
        ("assignees", [{"name": "ann"}], "spec.assignees[0].kind", None, TEXT),
        ("depends_on", ["b"], "spec.dependsOn", ["b"], "a list of objects"),
        ("depends_on", 5, "spec.dependsOn", 5, "a list of objects"),
        ("depends_on", [{}], "spec.dependsOn[0].name", None, TEXT),
        ("depends_on", [{"name": "b"}, {"name": ""}], "spec.dependsOn[1].name", "", TEXT),
        ("depends_on", [{"name": "b"}, {"name": "a"}], "spec.dependsOn", "a", "the name of another todo"),
        ("depends_on", [{"name": "b", "on": ["Done"]}], "spec.dependsOn[0].on", ["Done"], f"some of {ENDS}"),
        ("depends_on", [{"name": "b", "on": 5}], "spec.dependsOn[0].on", 5, f"some of {ENDS}"),
        ("depends_on", [{"name": "b", "on": ["Active"]}], "spec.dependsOn[0].on", ["Active"], f"some of {ENDS}"),
        ("depends_on", [{"name": "b", "on": ["Pending"]}], "spec.dependsOn[0].on", ["Pending"], f"some of {ENDS}"),
        ("start_time", NAIVE, "spec.startTime", NAIVE, ZONED),
        ("start_time", "2026-12-01T08:00:00Z", "spec.startTime", "2026-12-01T08:00:00Z", ZONED),
        ("due_time", NAIVE, "spec.dueTime", NAIVE, ZONED),
        ("timeout", "3 days", "spec.timeout", "3 days", NOTATION),
        ("timeout", 5, "spec.timeout", 5, NOTATION),
        ("on_timeout", "Explode", "spec.onTimeout", "Explode", "one of Fail, Skip, Succeed"),
        ("on_timeout", ["Fail"], "spec.onTimeout", ["Fail"], "one of Fail, Skip, Succeed"),
        ("suspend", "yes", "spec.suspend", "yes", "true or false"),
        ("suspend", 1, "spec.suspend", 1, "true or false"),
        ("readiness", "Soon", "spec.readiness", "Soon", "one of Accepted, Complete"),
        ("ttl_after_finished", "1d", "spec.ttlAfterFinished", "1d", NOTATION),
        ("manual", "please", "spec.manual", "please", "an object"),
        ("wait", 5, "spec.wait", 5, "an object"),
        ("wait", {}, "spec.wait", "neither", "one of duration and until"),
        ("wait", {"duration": "1s", "until": T0}, "spec.wait", "both", "one of duration and until"),
        ("wait", {"duration": "soon"}, "spec.wait.duration", "soon", NOTATION),
        ("wait", {"until": NAIVE}, "spec.wait.until", NAIVE, ZONED),
    ],
)
def test_refuses_each_field(field: str, value: object, path: str, found: object, allowed: str) -> None:
    """The whole message: the field's path in the API, what was found, what is allowed."""
    with pytest.raises(InvalidTodoError) as error:
        TodoEntry.create_from_dict(fields(**{field: value}))

    assert str(error.value) == f"{path}: found {found!r}, allowed is {allowed}"
    assert error.value.field == path
    assert isinstance(error.value, DomainError)


def test_refuses_two_actions() -> None:
    """A union has one member; an empty object counts."""
    with pytest.raises(InvalidTodoError, match=r"^spec: found 'manual and wait', allowed is one action at most$"):
        TodoEntry.create_from_dict(fields(manual={}, wait={"duration": "1s"}))


def test_a_new_kind_of_action_needs_no_change_here() -> None:
    """Whoever adds a kind names it in a catalog."""
    entry = TodoEntry.create_from_dict(fields(nap={"duration": "1s"}), {"nap": Wait.create_from_fields})

    assert entry.action == Wait(duration=timedelta(seconds=1))


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("Deploy", "Deploy"),
        ("Deploy\nto production", "Deploy"),
        ("\n\n  Deploy it  \n\nnow", "Deploy it"),
        ("Deploy\r\nnow", "Deploy"),
        ("Genehmigung für 東京\n", "Genehmigung für 東京"),
    ],
)
def test_title(content: str, title: str) -> None:
    """The first line that says something, which is what kubectl shows."""
    assert todo(content=content).title == title


def test_set_tag_adds_to_a_copy() -> None:
    """The todo itself stays as it was."""
    entry = todo(tags=["prod"])

    tagged = entry.set_tag("release").set_tag("release")

    assert tagged.tags == {"prod", "release"}
    assert entry.tags == {"prod"}
    assert tagged.set_tag("prod") == tagged


@pytest.mark.parametrize("tag", ["", " ", "a b", " a", "a\n", "a\tb"])
def test_set_tag_refuses_what_is_not_a_word(tag: str) -> None:
    """White space would make two tags of one wherever they are listed."""
    with pytest.raises(InvalidTodoError) as error:
        todo().set_tag(tag)

    assert str(error.value) == f"spec.tags: found {tag!r}, allowed is a word without white space"


def test_a_todo_cannot_be_changed_in_place() -> None:
    """Several reconciles may look at the same object."""
    with pytest.raises(FrozenInstanceError):
        todo().priority = 5  # type: ignore[misc] # the type forbids it as well


@pytest.mark.parametrize(
    ("kind", "shown"), [("User", "ann"), ("Group", "group ann"), ("ServiceAccount", "serviceaccount ann")]
)
def test_assignee_text(kind: str, shown: str) -> None:
    """People by their name, all else with its kind."""
    assert str(Assignee(kind, "ann")) == shown


@pytest.mark.parametrize(("seconds", "overdue"), [(9.999, False), (10, True), (11, True)])
def test_overdue_from_the_due_time_on(seconds: float, overdue: bool) -> None:
    """The due time itself is late."""
    assert todo(due_time=at(10)).overdue_at(at(seconds)) is overdue
    assert todo().overdue_at(at(seconds)) is False


def test_expires_only_if_asked_to() -> None:
    """Without ttlAfterFinished nothing is ever deleted; without an end there is nothing to count from."""
    assert todo().expires_at(at(10)) is None
    assert todo(ttl_after_finished="1m").expires_at(None) is None
    assert todo(ttl_after_finished="1m").expires_at(at(10)) == at(70)
    assert todo(ttl_after_finished="0s").expires_at(at(10)) == at(10)


@pytest.mark.parametrize(
    ("on_timeout", "phase"), [("Fail", Phase.FAILED), ("Skip", Phase.SKIPPED), ("Succeed", Phase.SUCCEEDED)]
)
def test_where_a_timeout_leads(on_timeout: str, phase: Phase) -> None:
    """The three choices."""
    assert OnTimeout(on_timeout).phase is phase
