"""Which changes are worth a Kubernetes Event: those for the worse, each once."""

import pytest

from myapp.domain.plan import Notice, NoticeKind
from myapp.domain.todo_phase import Phase
from tests.unit.domain.builders import active, at, decision, plan, sees, todo

LOOP = sees({"b": Phase.PENDING}, loop=("a", "b", "a"))


def test_success_is_silent() -> None:
    """An Event is a write: a start, a wait, a completion make none."""
    waiting = plan(todo(needs="b"), related=sees({"b": Phase.ACTIVE}))
    started = plan(todo(needs="b"), waiting.status, seconds=5, related=sees({"b": Phase.SUCCEEDED}))
    done = plan(todo(needs="b"), started.status, seconds=9, decisions=[decision(seconds=8)])

    assert done.status.phase is Phase.SUCCEEDED
    assert waiting.notices == done.notices == ()
    assert [(notice.kind, notice.event) for notice in started.notices] == [(NoticeKind.AWAITING_DECISION, False)]


def test_that_people_are_waited_for_is_told_once_and_is_an_event_on_request_alone() -> None:
    """Whoever sets reminders wants to be told, at the price of a write; a resumption is no new beginning."""
    entry = todo(reminders={})
    begun = plan(entry, seconds=3)
    held = plan(todo(reminders={}, suspend=True, generation=2), begun.status, seconds=5)
    resumed = plan(todo(reminders={}, generation=3), held.status, seconds=9)

    told = Notice("AwaitingDecision", begun.status.message, NoticeKind.AWAITING_DECISION, at(3), warning=False)
    assert begun.notices == (told,)
    assert held.notices == resumed.notices == ()
    assert plan(todo(wait={"duration": "5s"})).notices == ()


@pytest.mark.parametrize("on_timeout", ["Fail", "Skip", "Succeed"])
def test_a_timeout_is_reported_whatever_it_leads_to(on_timeout: str) -> None:
    """Nobody came: somebody should look, even where the author chose to go on."""
    entry = todo(timeout="10s", on_timeout=on_timeout)

    struck = plan(entry, active(entry), seconds=10)

    assert struck.notices == (Notice("TimedOut", "timed out at 2026-12-01T08:00:10Z", NoticeKind.EXPIRED, at(10)),)
    assert plan(entry, struck.status, seconds=20).notices == ()


def test_a_loop_is_reported_when_it_is_first_seen_and_when_it_comes_back() -> None:
    """Not on every reconcile in between."""
    entry = todo(needs="b")
    notice = Notice("DependencyCycle", "waits for itself: a -> b -> a")

    first = plan(entry, related=LOOP)
    still = plan(entry, first.status, seconds=5, related=LOOP)
    healed = plan(entry, still.status, seconds=10, related=sees({"b": Phase.PENDING}))
    again = plan(entry, healed.status, seconds=15, related=LOOP)

    assert (first.notices, still.notices, healed.notices, again.notices) == ((notice,), (), (), (notice,))


def test_being_late_is_reported_once() -> None:
    """When the due time passes; not again with a later reconcile, an edit or the end."""
    entry, edited = todo(due_time=at(10)), todo(due_time=at(10), priority=5, generation=2)

    late = plan(entry, active(entry), seconds=10)
    later = plan(edited, late.status, seconds=20)
    done = plan(edited, later.status, seconds=30, decisions=[decision(seconds=25)])

    assert late.notices == (Notice("Overdue", "was due at 2026-12-01T08:00:10Z", NoticeKind.OVERDUE, at(10)),)
    assert later.notices == done.notices == ()


def test_late_and_timed_out_at_once_are_two_notices() -> None:
    """The operator was down while both happened."""
    entry = todo(due_time=at(10), timeout="20s")

    assert [notice.reason for notice in plan(entry, active(entry), seconds=60).notices] == ["TimedOut", "Overdue"]


def test_waiting_and_being_skipped_is_no_news() -> None:
    """The failure was reported where it happened."""
    assert plan(todo(needs="b"), seconds=60).notices == ()
    assert plan(todo(needs="b"), related=sees({"b": Phase.FAILED})).notices == ()
    assert plan(todo(suspend=True)).notices == ()
