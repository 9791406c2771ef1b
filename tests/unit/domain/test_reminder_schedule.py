"""When people are told again: at fixed moments, each once, whatever happens to the operator in between."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from myapp.domain.plan import Notice, NoticeKind, Plan
from myapp.domain.reminder_schedule import marked
from myapp.domain.reminders import Reminders
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.todo_status import TodoStatus
from tests.unit.domain.builders import active, at, decision, plan, todo

MINUTE = 60
HOUR = 3600
DAY = 86400


def told(made: Plan) -> list[tuple[str, datetime | None]]:
    """The reminders of a plan."""
    return [(notice.reason, notice.moment) for notice in made.notices if notice.recorded_once_sent]


def recorded(made: Plan) -> TodoStatus:
    """The status once all reminders of the plan were sent."""
    status = made.status
    for notice in made.notices:
        if notice.recorded_once_sent and notice.moment is not None:
            status = marked(status, notice.kind, notice.moment)
    return status


def test_a_regular_reminder_comes_at_its_moment_until_it_is_recorded() -> None:
    """Not before; and a plan that was not carried out loses nothing."""
    entry = todo(reminders={"every": "24h"})
    begun = active(entry)

    early = plan(entry, begun, seconds=DAY - 1)
    due = plan(entry, begun, seconds=DAY)
    again = plan(entry, begun, seconds=DAY + 30)
    after = plan(entry, recorded(due), seconds=DAY + 40)

    assert begun.next_transition_time == early.look_again_at == at(DAY)
    assert told(early) == []
    assert told(due) == told(again) == [("Reminder", at(DAY))]
    assert due.notices[-1] == Notice(
        "Reminder", "waits for a person to complete it", NoticeKind.REMINDER, at(DAY), warning=False
    )
    assert told(after) == []
    assert after.look_again_at == after.status.next_transition_time == at(2 * DAY)


def test_a_reminder_costs_one_status_write() -> None:
    """Neither its moment nor the sending changes the status; the mark does, and with it what comes next."""
    entry = todo(reminders={"every": "1h"}, timeout="100h")
    begun = active(entry)

    due = plan(entry, begun, seconds=HOUR)
    after = plan(entry, recorded(due), seconds=HOUR + 1)

    assert due.status == begun
    assert due.look_again_at == at(HOUR + MINUTE), "nobody may have taken it: one looks again"
    assert (after.status.last_reminder_time, after.status.next_transition_time) == (at(HOUR), at(2 * HOUR))
    assert plan(entry, after.status, seconds=HOUR + 2).status == after.status


def test_what_passed_while_nobody_looked_is_told_once() -> None:
    """The latest of it, not each interval."""
    entry = todo(reminders={"every": "1h", "before_due": ["5h", "30m"]}, due_time=at(40 * HOUR))
    begun = active(entry)

    back = plan(entry, begun, seconds=37.2 * HOUR)
    after = plan(entry, recorded(back), seconds=37.3 * HOUR)

    assert told(back) == [("Reminder", at(37 * HOUR))]
    assert told(after) == []
    assert after.status.next_transition_time == at(38 * HOUR)


def test_before_the_due_time_and_no_more_after_it() -> None:
    """Then it is Overdue, which is told by itself."""
    entry = todo(reminders={"before_due": ["24h", "1h"]}, due_time=at(30 * HOUR))
    begun = active(entry)

    first = plan(entry, begun, seconds=6 * HOUR)
    second = plan(entry, recorded(first), seconds=29 * HOUR)
    late = plan(entry, begun, seconds=31 * HOUR)

    assert told(first) == [("Reminder", at(6 * HOUR))]
    assert first.notices[-1].message == "waits for a person to complete it; due at 2026-12-02T14:00:00Z"
    assert told(second) == [("Reminder", at(29 * HOUR))]
    assert [notice.reason for notice in late.notices] == ["Overdue"]


def test_what_lies_before_the_wait_is_not_told() -> None:
    """It became active an hour before it is due: that it waits is news enough."""
    entry = todo(reminders={"before_due": ["24h"]}, due_time=at(30 * HOUR))

    assert told(plan(entry, active(entry, seconds=29 * HOUR), seconds=29.5 * HOUR)) == []


def test_a_warning_before_the_timeout_strikes_and_then_its_own_end() -> None:
    """Without any reminders in the spec, too."""
    entry = todo(timeout="100m")
    begun = active(entry)

    early = plan(entry, begun, seconds=89 * MINUTE)
    warned = plan(entry, begun, seconds=90 * MINUTE)
    after = plan(entry, recorded(warned), seconds=91 * MINUTE)
    over = plan(entry, after.status, seconds=100 * MINUTE)

    assert begun.next_transition_time == at(90 * MINUTE)
    assert told(early) == told(after) == []
    assert told(warned) == [("ExpiresSoon", at(100 * MINUTE))]
    message = "times out at 2026-12-01T09:40:00Z: waits for a person to complete it"
    assert warned.notices[-1] == Notice("ExpiresSoon", message, NoticeKind.EXPIRES_SOON, at(100 * MINUTE))
    assert after.status.warned_deadline == after.status.next_transition_time == at(100 * MINUTE)
    assert (over.status.phase, over.status.reason) == (Phase.FAILED, Reason.TIMED_OUT)
    assert [notice.kind for notice in over.notices] == [NoticeKind.EXPIRED]


def test_a_deadline_that_moves_is_warned_of_anew() -> None:
    """By an edit of the timeout, and by a suspension; also where a reminder came in between."""
    entry = todo(timeout="100m", reminders={"before_timeout": "10m", "every": "1h"})
    warned = recorded(plan(entry, recorded(plan(entry, active(entry), seconds=HOUR)), seconds=90 * MINUTE))

    shorter = todo(timeout="70m", reminders={"before_timeout": "10m", "every": "1h"}, generation=2)
    at_once = plan(shorter, recorded(plan(entry, active(entry), seconds=HOUR)), seconds=65 * MINUTE)
    held = plan(todo(timeout="100m", suspend=True, generation=2), warned, seconds=95 * MINUTE)
    resumed = plan(todo(timeout="100m", generation=3), held.status, seconds=195 * MINUTE)

    assert told(at_once) == [("ExpiresSoon", at(70 * MINUTE))]
    assert told(resumed) == [("ExpiresSoon", at(200 * MINUTE))]


def test_nobody_is_told_of_what_is_suspended_or_waits_for_something_else() -> None:
    """Nor woken: the moments do not count as transitions then."""
    spec = {"reminders": {"every": "1h"}, "timeout": "10h"}
    begun = active(todo(**spec))

    held = plan(todo(**spec, suspend=True, generation=2), begun, seconds=5)
    still = plan(todo(**spec, suspend=True, generation=2), held.status, seconds=3.5 * HOUR)
    resumed = plan(todo(**spec, generation=3), still.status, seconds=3.6 * HOUR)
    waiting = plan(todo(needs="b", **spec), seconds=9 * HOUR)
    machine = todo(wait={"duration": "20h"}, timeout="10h")

    assert (told(held), held.look_again_at, told(still), still.look_again_at) == ([], None, [], None)
    assert told(resumed) == [("Reminder", at(3 * HOUR))], "once, not for each hour"
    assert (told(waiting), waiting.look_again_at) == ([], None)
    assert told(plan(machine, active(machine), seconds=9.9 * HOUR)) == []


def test_the_end_ends_it() -> None:
    """A decision that arrives with the reminder wins."""
    entry = todo(reminders={"every": "1h"})

    done = plan(entry, active(entry), seconds=HOUR, decisions=[decision(seconds=5)])

    assert done.status.phase is Phase.SUCCEEDED
    assert done.notices == ()


minutes = st.integers(min_value=1, max_value=300)
fates = st.sampled_from(["recorded", "killed before it was sent", "killed after it was sent"])


@st.composite
def reminded(draw: st.DrawFn) -> TodoEntry:
    """A todo that waits for people for hours, with any reminders."""
    timeout = draw(st.none() | st.integers(min_value=2, max_value=900))
    due = draw(st.none() | st.integers(min_value=1, max_value=900))
    lead = draw(st.none() | st.just(0) | st.integers(min_value=1, max_value=timeout - 1)) if timeout else None
    every = draw(st.none() | st.integers(min_value=7, max_value=300))
    reminders = {
        "every": f"{every}m" if every is not None else None,
        "before_due": [f"{ahead}m" for ahead in draw(st.lists(minutes, max_size=8))] if due else [],
        "before_timeout": f"{lead}m" if lead is not None else None,
    }
    return todo(
        reminders=draw(st.none() | st.just(reminders)),
        due_time=at(due * MINUTE) if due is not None else None,
        timeout=f"{timeout}m" if timeout is not None else None,
    )


def wanted(entry: TodoEntry, until: datetime) -> set[tuple[str, datetime]]:
    """All that is ever to be told up to a moment, counted out one by one."""
    reminders = entry.reminders or Reminders()
    moments = {entry.due_time - ahead for ahead in reminders.before_due} if entry.due_time else set()
    if reminders.every is not None:
        moments |= {at(0) + count * reminders.every for count in range(1, int((until - at(0)) / reminders.every) + 1)}
    found = {("Reminder", moment) for moment in moments if at(0) < moment <= until}
    if entry.timeout is None:
        return found
    strikes = at(0) + entry.timeout
    lead = entry.timeout / 10 if reminders.before_timeout is None else reminders.before_timeout
    warned = timedelta(minutes=1) <= lead and strikes - lead <= until
    return {(kind, moment) for kind, moment in found if moment < strikes} | (
        {("ExpiresSoon", strikes)} if warned else set()
    )


@given(reminded(), st.integers(min_value=1, max_value=900))
def test_an_operator_that_looks_when_it_said_it_would_tells_everything_once(entry: TodoEntry, length: int) -> None:
    """Each reminder at its moment, none twice, none missing."""
    end, status = at(length * MINUTE), active(entry)
    sent: list[tuple[str, datetime | None]] = []
    now = plan(entry, status).look_again_at
    while now is not None and now <= end and not status.phase.final:
        seconds = (now - at(0)).total_seconds()
        made = plan(entry, status, seconds=seconds)
        sent += told(made)
        status = recorded(made)
        now = plan(entry, status, seconds=seconds).look_again_at
        assert now is None or now > at(seconds), "it never looks again at once"

    assert len(sent) == len(set(sent))
    assert set(sent) == wanted(entry, end)


@given(reminded(), st.lists(st.tuples(minutes, fates), min_size=1, max_size=12))
def test_whatever_happens_to_the_operator_nothing_is_lost(entry: TodoEntry, steps: list[tuple[int, str]]) -> None:
    """It looks at any times, is killed before it sends or after it sent: what is recorded never comes again, and what
    was to be told is told, be it by a later reminder that makes it obsolete.
    """
    status, now = active(entry), 0
    sent: set[tuple[str, datetime | None]] = set()
    settled: set[tuple[str, datetime | None]] = set()
    for length, fate in [*steps, (0, "recorded")]:
        now += length * MINUTE
        made = plan(entry, status, seconds=now)
        if made.status.phase.final:
            return
        assert len(told(made)) == len({kind for kind, _ in told(made)}), "one of a kind at a time"
        assert settled.isdisjoint(told(made))
        if fate != "killed before it was sent":
            sent |= set(told(made))
        if fate == "recorded":
            settled |= set(told(made))
            status = recorded(made)
    overdue = entry.overdue_at(at(now))
    for kind, moment in wanted(entry, at(now)):
        if kind == "ExpiresSoon":
            assert (kind, moment) in sent
        elif not overdue:
            assert any(known == kind and when is not None and when >= moment for known, when in sent), moment
