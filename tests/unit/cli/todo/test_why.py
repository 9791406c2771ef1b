"""Why a Todo is not done: the chain down to its roots."""

from datetime import UTC, datetime

import pytest

from myapp.cli.todo.todo_view import TodoView
from myapp.cli.todo.why import blocking_chain
from tests.unit.cli.todo.fake_cluster import todo

AWAITED = "AwaitingDecision"
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def pending(name: str, *needs: str) -> TodoView:
    """A Todo that waits for others."""
    spec = {"dependsOn": [{"name": other} for other in needs]}
    return todo(
        name, spec=spec, phase="Pending", reason="WaitingForDependency", message=f"waits for {', '.join(needs)}"
    )


def chain(first: TodoView, *others: TodoView) -> list[tuple[str, int, str]]:
    """Names, depths and causes."""
    found = blocking_chain(first, {other.name: other for other in others}, NOW)
    return [(link.name, link.depth, link.cause) for link in found]


@pytest.mark.parametrize(
    ("root", "cause", "advice"),
    [
        (todo("root", phase="Active", reason="AwaitingDecision"), "person", "kubectl todo complete root -n shop"),
        (
            todo("root", spec={"approval": {}}, phase="Active", reason="AwaitingDecision"),
            "missing approver",
            "kubectl todo approve root -n shop",
        ),
        (todo("root", phase="Active", reason="Suspended"), "suspended", "kubectl todo resume root -n shop"),
        (todo("root", spec={"wait": {"duration": "1h"}}, phase="Active", reason="Waiting"), "time", ""),
        (todo("root", phase="Pending", reason="InvalidSpec"), "refused object", "mend it"),
    ],
)
def test_each_kind_of_root_is_named_with_what_helps(root: TodoView, cause: str, advice: str) -> None:
    """Two Todos deep."""
    links = blocking_chain(pending("last", "middle"), {"middle": pending("middle", "root"), "root": root}, NOW)

    assert [(link.name, link.depth) for link in links] == [("last", 0), ("middle", 1), ("root", 2)]
    assert links[-1].cause == cause
    assert advice in links[-1].advice


def test_loops_and_missing_dependencies_end_the_chain() -> None:
    """A loop is spelled out once; what does not exist is a root."""
    assert chain(pending("a", "b"), pending("b", "a")) == [("a", 0, ""), ("b", 1, ""), ("a", 2, "loop")]
    assert chain(pending("a", "gone"))[-1] == ("gone", 1, "missing dependency")


def test_a_diamond_is_told_once() -> None:
    """The second way to a Todo refers to the first."""
    root = todo("root", phase="Active", reason="AwaitingDecision")

    told = chain(pending("end", "left", "right"), pending("left", "root"), pending("right", "root"), root)

    assert [(name, cause) for name, _, cause in told if cause] == [("root", "person")]
    assert [name for name, _, _ in told].count("root") == 2


def test_the_guard_is_a_root_wherever_decisions_wait() -> None:
    """With what it says; where nothing is said, it is the operator that is missing."""
    asked = todo("root", phase="Active", reason="AwaitingDecision")
    first = pending("last", "root")

    by_guard = blocking_chain(first, {"root": asked}, NOW, {asked.uid: "decisions on it wait: the policy is gone"})
    by_operator = blocking_chain(first, {"root": asked}, NOW, {asked.uid: ""})

    assert (by_guard[1].cause, by_guard[1].advice) == ("guard", "decisions on it wait: the policy is gone")
    assert (by_operator[1].cause, "does the operator run?" in by_operator[1].advice) == ("operator", True)


def test_whoever_is_asked_is_named() -> None:
    """Approvers of an approval; else assignees, and who has claimed it."""
    vote = todo(
        "vote", spec={"approval": {"approvers": [{"kind": "Group", "name": "sre"}]}}, phase="Active", reason=AWAITED
    )
    task = todo(
        "task", spec={"assignees": [{"kind": "User", "name": "ada"}]}, phase="Active", reason=AWAITED, claimedBy="bob"
    )

    assert blocking_chain(vote, {}, NOW)[0].advice == "kubectl todo approve vote -n shop (group:sre)"
    assert blocking_chain(task, {}, NOW)[0].advice == "kubectl todo complete task -n shop (ada, claimed by bob)"


@pytest.mark.parametrize(
    ("found", "cause"),
    [
        pytest.param(todo(), "operator", id="unseen"),
        pytest.param(todo(phase="Failed", reason="TimedOut"), "ended", id="ended"),
        pytest.param(todo(phase="Pending", reason="WaitingForDependency"), "operator", id="nothing-keeps-it"),
        pytest.param(todo(phase="Pending", reason="New", nextTransitionTime="2026-12-01T10:00:00Z"), "time", id="new"),
        pytest.param(todo(spec={"job": {}}, phase="Active", reason="Running"), "action", id="at-work"),
    ],
)
def test_every_end_of_a_chain_has_a_cause(found: TodoView, cause: str) -> None:
    """Also one whose reason this version does not know."""
    assert blocking_chain(found, {}, NOW)[0].cause == cause


def test_suspended_counts_also_where_dependencies_are_open() -> None:
    """Both must be seen to."""
    held = todo("held", spec={"dependsOn": [{"name": "root"}], "suspend": True}, phase="Pending", reason="Suspended")

    assert chain(held, todo("root", phase="Active", reason=AWAITED)) == [
        ("held", 0, "suspended"),
        ("root", 1, "person"),
    ]
