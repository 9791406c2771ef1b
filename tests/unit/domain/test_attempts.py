"""The attempts of a todo: deadlines of their own, back-offs, records, and an end that says that it was the last."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myapp.domain.counted_decisions import claimed_by
from myapp.domain.decision import DecisionReason
from myapp.domain.duration import parse_duration
from myapp.domain.effect import (
    Accomplished,
    EffectId,
    EffectOrder,
    FailureKind,
    Held,
    Underway,
    Unsuccessful,
    Withdrawn,
)
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.todo_status import TodoStatus
from tests.fakes.effects import Errand
from tests.unit.domain.builders import UNSEEN, active, at, decision, plan, todo

TWICE = {"max_attempts": 2, "backoff": {"jitter": 0}}


def errand(*, goes_on: bool = True, **spec: object) -> TodoEntry:
    """A todo that has an effect."""
    return replace(todo(**spec), action=Errand(goes_on))  # type: ignore[arg-type] # keywords of a spec


def unsuccessful(seconds: float, kind: str = "Error", **facts: object) -> Unsuccessful:
    """A report so many seconds after T0."""
    return Unsuccessful(at(seconds), FailureKind(kind), Reason.UNAVAILABLE, "broke", **facts)  # type: ignore[arg-type]


@pytest.mark.statement("A2", "A10", "A13", "A17")
def test_each_attempt_has_a_deadline_of_its_own() -> None:
    """The back-off lies between, in which no clock runs."""
    entry = todo(timeout="1m", retry=TWICE)

    waits = plan(entry, active(entry), seconds=60).status
    assert (waits.phase, waits.reason, waits.attempt) == (Phase.ACTIVE, Reason.BACKING_OFF, 1)
    assert waits.message == "attempt 1 of 2: timed out at 2026-12-01T08:01:00Z; the next begins at 2026-12-01T08:01:10Z"
    assert (waits.deadline, waits.next_transition_time) == (None, at(70))
    again = plan(entry, waits, seconds=70).status
    assert (again.reason, again.attempt, again.deadline) == (Reason.AWAITING_DECISION, 2, at(130))
    assert (again.start_time, again.attempt_start_time) == (at(0), at(70))
    over = plan(entry, again, seconds=130).status
    assert (over.phase, over.reason) == (Phase.FAILED, Reason.TIMED_OUT)
    assert over.message == "timed out at 2026-12-01T08:02:10Z; it was attempt 2 of 2"
    assert [(one.attempt, one.reason, one.start_time, one.completion_time) for one in over.attempts] == [
        (1, Reason.TIMED_OUT, at(0), at(60)),
        (2, Reason.TIMED_OUT, at(70), at(130)),
    ]


@pytest.mark.parametrize(("on_timeout", "phase"), [("Skip", Phase.SKIPPED), ("Succeed", Phase.SUCCEEDED)])
@pytest.mark.statement("A6")
def test_on_timeout_is_about_the_last_attempt(on_timeout: str, phase: Phase) -> None:
    """The first is tried again."""
    entry = todo(timeout="1m", on_timeout=on_timeout, retry=TWICE)
    waits = plan(entry, active(entry), seconds=60).status
    again = plan(entry, waits, seconds=70).status

    assert (waits.phase, again.phase) == (Phase.ACTIVE, Phase.ACTIVE)
    assert plan(entry, again, seconds=130).status.phase is phase


@pytest.mark.statement("A1")
def test_without_retry_nothing_is_recorded_of_attempts() -> None:
    """A status of one attempt says it all itself."""
    entry = todo(timeout="1m")

    over = plan(entry, active(entry), seconds=60).status

    assert (over.phase, over.attempts, over.message) == (Phase.FAILED, (), "timed out at 2026-12-01T08:01:00Z")


def test_a_suspension_in_one_attempt_is_not_counted_in_the_next() -> None:
    """Its deadline is as far away as that of the first was."""
    entry = todo(timeout="1m", retry=TWICE)
    held = plan(replace(entry, suspend=True), active(entry), seconds=30).status
    goes_on = plan(entry, held, seconds=90).status
    assert goes_on.deadline == at(120)

    again = plan(entry, plan(entry, goes_on, seconds=120).status, seconds=130).status

    assert (again.attempt, again.deadline, again.suspended_for) == (2, at(190), timedelta())


@pytest.mark.statement("A15")
def test_nothing_begins_while_it_is_suspended() -> None:
    """Not even when the back-off is over; as soon as it goes on, the next attempt does."""
    entry = todo(timeout="1m", retry=TWICE)
    held = plan(replace(entry, suspend=True), plan(entry, active(entry), seconds=60).status, seconds=65).status
    later = plan(replace(entry, suspend=True), held, seconds=500).status

    assert (later.reason, later.attempt) == (Reason.SUSPENDED, 1)
    assert plan(entry, later, seconds=600).status.attempt == 2


@pytest.mark.statement("A8", "A20", "A21")
def test_between_two_attempts_nobody_can_complete_it() -> None:
    """But end it, hold it, and say something about it."""
    entry = todo(timeout="1m", retry=TWICE)
    waits = plan(entry, active(entry), seconds=60).status

    made = plan(entry, waits, seconds=65, decisions=[decision(1, 64), decision(2, 65, action="Comment")])
    ended = plan(entry, waits, seconds=65, decisions=[decision(3, 64, action="Cancel")])

    assert [answer.reason for answer in made.answers] == [DecisionReason.TARGET_NOT_ACTIVE, DecisionReason.APPLIED]
    assert made.answers[0].message.startswith("it is between two attempts: attempt 1 of 2: timed out")
    assert (ended.status.phase, ended.status.attempt) == (Phase.CANCELLED, 1)
    assert plan(entry, ended.status, seconds=500).status == ended.status


@pytest.mark.parametrize(
    ("report", "reason", "message"),
    [
        (unsuccessful(5), Reason.BACKING_OFF, "attempt 1 of 2: broke; the next begins at 2026-12-01T08:00:15Z"),
        (unsuccessful(5, not_before=at(60)), Reason.BACKING_OFF, "attempt 1 of 2: broke; the next begins at"),
        (unsuccessful(5, "Failure"), Reason.UNAVAILABLE, "broke; not tried again: retry.on does not name Failure"),
        (unsuccessful(5, final=True), Reason.UNAVAILABLE, "broke"),
        (Accomplished(at(5), "done"), Reason.COMPLETED, "done"),
        (Underway(Reason.WAITING, "runs"), Reason.WAITING, "runs"),
        (Held(Reason.REFUSED, "no right"), Reason.REFUSED, "no right"),
        (None, Reason.STARTING, "starts"),
    ],
)
@pytest.mark.statement("A4", "A5", "A7", "A9")
def test_what_a_report_leads_to(
    report: Accomplished | Unsuccessful | Underway | Held | None, reason: Reason, message: str
) -> None:
    """The table of what performers report."""
    entry = errand(retry=TWICE)

    status = plan(entry, active(entry), seconds=5, news=report).status

    assert (status.reason, status.message[: len(message)]) == (reason, message)


@pytest.mark.statement("F1")
def test_the_fence_comes_first() -> None:
    """What has an effect is Active before anything is ordered, whatever the report says."""
    entry = errand()

    first = plan(entry)

    assert (first.status.phase, first.status.attempt) == (Phase.ACTIVE, 1)
    assert first.effect == EffectOrder(EffectId(entry.id, 1))


def test_an_effect_that_ended_before_the_deadline_has_ended_in_time() -> None:
    """However late the operator hears of it; and one that ended after it has not."""
    entry = errand(timeout="1m")

    in_time = plan(entry, active(entry), seconds=90, news=Accomplished(at(59), "done")).status
    late = plan(entry, active(entry), seconds=90, news=Accomplished(at(61), "done")).status

    assert (in_time.phase, late.reason) == (Phase.SUCCEEDED, Reason.TIMED_OUT)
    assert not late.effect.withdrawing, "it is over"


@pytest.mark.parametrize("goes_on", [True, False])
@pytest.mark.statement("F2")
def test_what_goes_on_is_withdrawn_before_the_next_attempt(goes_on: bool) -> None:
    """Two attempts are never under way together."""
    entry = errand(goes_on=goes_on, timeout="1m", retry=TWICE)
    waits = plan(entry, active(entry), seconds=60)
    assert waits.effect == (EffectOrder(EffectId(entry.id, 1), withdraw=True) if goes_on else None)

    unknown = plan(entry, waits.status, seconds=70)
    known = plan(entry, waits.status, seconds=70, news=Withdrawn())

    assert unknown.status.attempt == (1 if goes_on else 2)
    assert known.effect == EffectOrder(EffectId(entry.id, 2))


@pytest.mark.statement("F4")
def test_references_belong_to_an_attempt() -> None:
    """They add up within one, and the next begins without."""
    entry = errand(retry=TWICE)
    first = plan(entry, active(entry), seconds=1, news=Underway(Reason.WAITING, "runs", {"name": "job"})).status
    more = plan(entry, first, seconds=2, news=Underway(Reason.WAITING, "runs", {"uid": "u"})).status
    assert more.effect.references == {"name": "job", "uid": "u"}

    waits = plan(entry, more, seconds=3, news=unsuccessful(3)).status
    again = plan(entry, waits, seconds=13).status

    assert waits.effect.references == {"name": "job", "uid": "u"}
    assert (again.attempt, again.effect.references) == (2, {})


def test_a_restart_writes_nothing_about_an_effect_under_way() -> None:
    """Without a report, what the status says holds."""
    entry = errand()
    status = plan(entry, active(entry), seconds=1, news=Underway(Reason.WAITING, "runs")).status

    assert plan(entry, status, seconds=99).status == status


@given(
    attempts=st.integers(1, 5),
    timeout=st.integers(1, 30),
    initial=st.integers(1, 30),
    jitter=st.sampled_from([0, 0.1, 1]),
    pauses=st.lists(st.integers(1, 40_000), min_size=1, max_size=60),
)
def test_never_more_attempts_than_allowed_and_no_deadline_moves_back(
    *, attempts: int, timeout: int, initial: int, jitter: float, pauses: list[int]
) -> None:
    """Whenever the operator looks, be it late; and a restart at any moment leads to the same plan."""
    backoff = {"initial": f"{initial}s", "jitter": jitter}
    entry = todo(timeout=f"{timeout}s", retry={"max_attempts": attempts, "backoff": backoff})
    status, now, deadlines = UNSEEN, 0.0, []
    for pause in pauses:
        made = plan(entry, status, seconds=now)
        repeated = plan(entry, made.status, seconds=now)
        assert repeated.status == made.status
        status = made.status
        assert status.attempt <= attempts
        deadlines += [status.deadline] if status.deadline else []
        now += pause / 1000
    assert deadlines == sorted(deadlines)
    end = _run_out(entry, status, now)
    assert (end.phase, end.attempt) == (Phase.FAILED, attempts)
    assert [one.attempt for one in end.attempts] == (list(range(1, attempts + 1)) if attempts > 1 else [])
    assert all(one.completion_time - one.start_time >= parse_duration(f"{timeout}s") for one in end.attempts)


def _run_out(entry: TodoEntry, status: TodoStatus, now: float) -> TodoStatus:
    """Let time pass, from alarm to alarm, until the todo has ended."""
    made = plan(entry, status, seconds=now)
    while made.look_again_at is not None:
        made = plan(entry, made.status, seconds=(made.look_again_at - at(0)).total_seconds())
    return made.status


@pytest.mark.statement("A16")
def test_a_status_keeps_the_latest_attempts() -> None:
    """Ten of them."""
    entry = todo(timeout="1s", retry={"max_attempts": 25, "backoff": {"initial": "1s", "max": "1s"}})

    end = _run_out(entry, UNSEEN, 0)

    assert [one.attempt for one in end.attempts] == list(range(16, 26))


@pytest.mark.statement("A19")
def test_what_people_have_said_outlasts_an_attempt() -> None:
    """Who has claimed it still has, and the next attempt does not begin while it is held."""
    entry = todo(timeout="1m", retry=TWICE)
    said = [decision(1, 4, action="Claim"), decision(2, 5, action="Comment"), decision(3, 50, action="Suspend")]
    held = plan(entry, plan(entry, active(entry), seconds=5, decisions=said[:2]).status, seconds=60).status
    held = plan(entry, held, seconds=61, decisions=[said[2]]).status
    later = plan(entry, held, seconds=90).status
    assert (later.attempt, later.reason) == (1, Reason.SUSPENDED)

    again = plan(entry, later, seconds=100, decisions=[decision(4, 99, action="Resume")]).status

    assert again.attempt == 2
    assert claimed_by(again.decisions) == said[0].username
    assert [made.action for made in again.decisions] == ["Claim", "Comment", "Suspend", "Resume"]
