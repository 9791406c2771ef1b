"""What lies in a person's inbox, and in which order."""

from datetime import UTC, datetime

from myapp.cli.todo.inbox import Inbox
from myapp.cli.todo.todo_view import TodoView
from tests.unit.cli.todo.fake_cluster import FakeCluster, todo

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
BOTH = frozenset({"complete", "approve"})


def waiting(name: str, **spec: object) -> TodoView:
    """A Todo that waits for a person."""
    return todo(name, spec=dict(spec), phase="Active", reason="AwaitingDecision")


def inbox(*todos: TodoView, verbs: frozenset[str] = BOTH) -> list[str]:
    """Names, the most pressing first."""
    return [each.name for each in Inbox(FakeCluster(list(todos), verbs=verbs), "shop").of(todos, NOW)]


def test_only_what_the_person_may_act_on() -> None:
    """By verb, and for an approval by its approvers too."""
    manual, free = waiting("manual"), waiting("free", approval={})
    theirs = waiting("theirs", approval={"approvers": [{"kind": "Group", "name": "board"}]})
    ours = waiting("ours", approval={"approvers": [{"kind": "Group", "name": "sre"}]})

    assert set(inbox(manual, free, theirs, ours)) == {"manual", "free", "ours"}
    assert inbox(manual, free, theirs, ours, verbs=frozenset({"complete"})) == ["manual"]
    assert inbox(manual, free, theirs, ours, verbs=frozenset()) == []


def test_who_has_voted_is_not_asked_again() -> None:
    """The others are."""
    vote = {"uid": "1", "action": "Approve", "username": "oncall", "time": "2026-12-01T08:30:00Z"}
    voted = todo(
        "voted",
        spec={"approval": {"minApprovals": 2}},
        phase="Active",
        reason="AwaitingDecision",
        startTime="2026-12-01T08:00:00Z",
        decisions=[vote],
    )

    assert inbox(voted, waiting("other", approval={"minApprovals": 2})) == ["other"]


def test_who_is_not_needed_is_not_asked() -> None:
    """Where one of another group is waited for; the plug-in tells it in the operator's words."""
    groups = [{"kind": "Group", "name": "sre"}, {"kind": "Group", "name": "board", "minApprovals": 1}]
    vote = {"uid": "1", "action": "Approve", "username": "ann", "time": "2026-12-01T08:30:00Z", "groups": ["sre"]}
    for_the_board = todo(
        "for-the-board",
        spec={"approval": {"approvers": groups}},
        phase="Active",
        reason="AwaitingDecision",
        startTime="2026-12-01T08:00:00Z",
        decisions=[vote],
    )
    for_anybody = waiting("for-anybody", approval={"approvers": groups})

    assert inbox(for_the_board, for_anybody) == ["for-anybody"]


def test_the_most_pressing_first() -> None:
    """Overdue, then by due time, then by priority."""
    late, soon = waiting("late", dueTime="2026-12-01T08:30:00Z"), waiting("soon", dueTime="2026-12-01T10:00:00Z")

    assert inbox(waiting("low"), waiting("high", priority=5), soon, late) == ["late", "soon", "high", "low"]
