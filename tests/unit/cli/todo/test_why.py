"""Why a Todo is not done: the chain down to its roots."""

from datetime import UTC, datetime

import pytest

from myapp.cli.todo.todo_view import TodoView
from myapp.cli.todo.why import blocking_chain
from tests.unit.cli.todo.fake_cluster import todo

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
