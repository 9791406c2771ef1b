"""The rules, one by one and in their order."""

import pytest

from myapp.domain.dependency import DependencyState
from myapp.domain.rules import (
    CHAIN,
    GRACE_FOR_DEPENDENCIES,
    Rule,
    dependency_failed,
    dependency_missing,
    dependency_unfinished,
    is_suspended,
    runs_its_course,
    too_early,
    verdict_on,
    waits_for_itself,
)
from myapp.domain.situation import Situation, Verdict
from myapp.domain.todo_phase import Phase, Reason
from tests.unit.domain.builders import SKIPPED_BY_DEPENDENCY, T0, active, at, plan, sees, situation, todo

LOOP = sees({"b": Phase.PENDING}, loop=("a", "b", "a"))
AFTER_GRACE = GRACE_FOR_DEPENDENCIES.total_seconds()


def test_a_member_of_a_loop_waits_for_itself() -> None:
    """The loop is spelled out."""
    verdict = waits_for_itself(situation(todo(needs="b"), related=LOOP))

    assert verdict == Verdict(Phase.PENDING, Reason.DEPENDENCY_CYCLE, "waits for itself: a -> b -> a")


def test_an_active_todo_waits_for_nothing() -> None:
    """Whatever happens to its dependencies: a loop, a failure, a deletion, an unfinished one, a later start time."""
    entry = todo(needs="b", start_time=at(500))
    started = active(todo())
    for related in (LOOP, sees({}), sees({"b": Phase.FAILED}), sees({"b": Phase.ACTIVE})):
        looked_at = situation(entry, started, seconds=10, related=related)
        assert [rule(looked_at) for rule in CHAIN[:-1]] == [None] * 9
        assert verdict_on(looked_at).reason is Reason.AWAITING_DECISION


@pytest.mark.parametrize("phase", [Phase.PENDING, Phase.ACTIVE])
def test_a_suspended_todo_stays_where_it_is(phase: Phase) -> None:
    """In its phase, and only spec.suspend lets it go on."""
    entry = todo(suspend=True)
    status = active(todo()) if phase is Phase.ACTIVE else plan(entry).status

    assert is_suspended(situation(entry, status)) == Verdict(phase, Reason.SUSPENDED, "suspended by spec.suspend")
    assert is_suspended(situation(todo(), status)) is None


@pytest.mark.parametrize(
    ("needs", "state", "message"),
    [
        ({"b": ["Succeeded"]}, Phase.FAILED, "dependency b is Failed, accepted is Succeeded"),
        ({"b": ["Succeeded"]}, Phase.CANCELLED, "dependency b is Cancelled, accepted is Succeeded"),
        ({"b": ["Succeeded"]}, Phase.SKIPPED, "dependency b is Skipped, accepted is Succeeded"),
        ({"b": ["Skipped", "Failed"]}, Phase.SUCCEEDED, "dependency b is Succeeded, accepted is Failed, Skipped"),
        (
            {"b": ["Skipped"]},
            SKIPPED_BY_DEPENDENCY,
            "dependency b is Skipped(DependencyFailed), accepted is Skipped",
        ),
    ],
)
def test_a_dependency_that_will_never_be_met(
    needs: dict[str, list[str]], state: Phase | DependencyState, message: str
) -> None:
    """The todo is skipped, and says because of whom."""
    verdict = dependency_failed(situation(todo(needs=needs), related=sees({"b": state})))

    assert verdict == Verdict(Phase.SKIPPED, Reason.DEPENDENCY_FAILED, message)


def test_one_failure_is_enough() -> None:
    """It does not wait for the other dependencies, nor for those that do not exist."""
    related = sees({"b": Phase.ACTIVE, "c": Phase.FAILED})

    assert verdict_on(situation(todo(needs="bcd"), related=related)).reason is Reason.DEPENDENCY_FAILED


@pytest.mark.parametrize("state", [Phase.PENDING, Phase.ACTIVE, Phase.SUCCEEDED])
def test_no_failure(state: Phase) -> None:
    """What goes on or has succeeded has not failed."""
    assert dependency_failed(situation(todo(needs="b"), related=sees({"b": state}))) is None


def test_a_missing_dependency_is_waited_for() -> None:
    """For as long as it takes; its creation wakes the todo, no time does."""
    verdict = dependency_missing(situation(todo(needs="b"), seconds=AFTER_GRACE))

    message = "waits for b: not found in namespace shop"
    assert verdict == Verdict(Phase.PENDING, Reason.DEPENDENCY_NOT_FOUND, message)


@pytest.mark.parametrize(
    ("seconds", "unsettled"), [(0, True), (AFTER_GRACE - 0.001, True), (AFTER_GRACE, False), (AFTER_GRACE + 60, False)]
)
def test_a_new_todo_is_given_time_for_its_dependencies_to_appear(seconds: float, unsettled: bool) -> None:
    """Within two seconds of its creation nothing is said, and one looks again just then."""
    verdict = dependency_missing(situation(todo(needs="b"), seconds=seconds))

    assert verdict is not None
    assert verdict.unsettled is unsettled
    assert verdict.look_again_at == (T0 + GRACE_FOR_DEPENDENCIES if unsettled else None)


def test_no_grace_for_a_todo_that_has_a_status() -> None:
    """A dependency that vanishes again is reported at once: the status says what is no longer true."""
    entry = todo(needs="b")
    waiting = plan(entry, related=sees({"b": Phase.ACTIVE})).status

    verdict = dependency_missing(situation(entry, waiting, seconds=1))

    assert verdict is not None
    assert not verdict.unsettled


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("b", "waits for b"),
        ("bcd", "waits for b, c, d"),
        ("bcde", "waits for b, c, d and 1 more"),
        ("bcdefg", "waits for b, c, d and 3 more"),
    ],
)
def test_unfinished_dependencies_are_named(names: str, message: str) -> None:
    """Up to three of them, in the author's order; the same where they are missing."""
    entry = todo(needs=names)
    unfinished = dependency_unfinished(situation(entry, related=sees(dict.fromkeys(names, Phase.PENDING))))
    missing = dependency_missing(situation(entry, seconds=60))

    assert unfinished == Verdict(Phase.PENDING, Reason.WAITING_FOR_DEPENDENCY, message)
    assert missing is not None
    assert missing.message == f"{message}: not found in namespace shop"


def test_the_message_stays_while_one_of_many_ends() -> None:
    """A new message would be a write each time: all dependencies are named until none is open."""
    related = sees({"b": Phase.SUCCEEDED, "c": Phase.ACTIVE, "d": Phase.SUCCEEDED})
    verdict = dependency_unfinished(situation(todo(needs="bcd"), related=related))

    assert verdict is not None
    assert verdict.message == "waits for b, c, d"
    assert dependency_unfinished(situation(todo(needs="bd"), related=related)) is None


@pytest.mark.parametrize(("seconds", "early"), [(0, True), (59.999, True), (60, False), (61, False)])
def test_nothing_starts_before_its_start_time(seconds: float, early: bool) -> None:
    """It asks to be looked at on the dot."""
    verdict = too_early(situation(todo(start_time=at(60)), seconds=seconds))

    message = "starts at 2026-12-01T08:01:00Z"
    assert verdict == (Verdict(Phase.PENDING, Reason.WAITING_FOR_START_TIME, message, at(60)) if early else None)


@pytest.mark.parametrize(
    ("on_timeout", "phase"), [("Fail", Phase.FAILED), ("Skip", Phase.SKIPPED), ("Succeed", Phase.SUCCEEDED)]
)
def test_the_timeout_strikes_on_the_dot(on_timeout: str, phase: Phase) -> None:
    """With the phase that the author chose, and never a moment before."""
    entry = todo(timeout="1m", on_timeout=on_timeout)
    started = active(entry)

    before = runs_its_course(situation(entry, started, seconds=59.999))
    struck = runs_its_course(situation(entry, started, seconds=60))

    assert (before.phase, before.look_again_at) == (Phase.ACTIVE, at(60))
    assert struck == Verdict(phase, Reason.TIMED_OUT, "timed out at 2026-12-01T08:01:00Z")


@pytest.mark.parametrize(
    ("wait", "timeout", "reason"),
    [
        pytest.param("10s", "20s", Reason.COMPLETED, id="the wait was over first"),
        pytest.param("20s", "10s", Reason.TIMED_OUT, id="the timeout struck first"),
        pytest.param("10s", "10s", Reason.COMPLETED, id="both at once: it was done in time"),
    ],
)
def test_whatever_came_first_counts_however_late_one_looks(wait: str, timeout: str, reason: Reason) -> None:
    """An operator that was down for a day says the same as one that was there."""
    entry = todo(wait={"duration": wait}, timeout=timeout)

    assert runs_its_course(situation(entry, active(entry), seconds=86_400)).reason is reason


def test_looks_again_at_the_end_of_the_wait_or_at_the_deadline() -> None:
    """Whichever comes first."""
    long_wait = todo(wait={"duration": "20s"}, timeout="10s")
    short_wait = todo(wait={"duration": "5s"}, timeout="10s")

    assert runs_its_course(situation(long_wait, active(long_wait))).look_again_at == at(10)
    assert runs_its_course(situation(short_wait, active(short_wait))).look_again_at == at(5)


def test_a_situation_may_be_looked_at_as_if_the_deadline_had_not_passed() -> None:
    """Which is how a decision that was made in time is judged."""
    entry = todo(timeout="10s")

    assert runs_its_course(situation(entry, active(entry), seconds=60).without_timeout()).phase is Phase.ACTIVE


IN_A_LOOP = situation(todo(needs="b"), related=LOOP)
SUSPENDED_IN_A_LOOP = situation(todo(needs="b", suspend=True), related=LOOP)
SUSPENDED_BEHIND_A_FAILURE = situation(todo(needs="b", suspend=True), related=sees({"b": Phase.FAILED}))
FAILED_AND_MISSING = situation(todo(needs="bc"), related=sees({"c": Phase.FAILED}))
MISSING_AND_UNFINISHED = situation(todo(needs="bc"), related=sees({"b": Phase.ACTIVE}))
UNFINISHED_AND_EARLY = situation(todo(needs="b", start_time=at(60)), related=sees({"b": Phase.ACTIVE}))
EARLY = situation(todo(start_time=at(60), wait={"duration": "0s"}))
DONE_BUT_SUSPENDED = situation(todo(wait={"duration": "0s"}, suspend=True))


@pytest.mark.parametrize(
    ("looked_at", "first", "later"),
    [
        pytest.param(IN_A_LOOP, waits_for_itself, dependency_unfinished, id="a loop before what it consists of"),
        pytest.param(SUSPENDED_IN_A_LOOP, waits_for_itself, is_suspended, id="a loop before suspension"),
        pytest.param(SUSPENDED_BEHIND_A_FAILURE, is_suspended, dependency_failed, id="suspension before a failure"),
        pytest.param(FAILED_AND_MISSING, dependency_failed, dependency_missing, id="a failure before a missing one"),
        pytest.param(MISSING_AND_UNFINISHED, dependency_missing, dependency_missing, id="missing before unfinished"),
        pytest.param(UNFINISHED_AND_EARLY, dependency_unfinished, too_early, id="a dependency before the start time"),
        pytest.param(EARLY, too_early, runs_its_course, id="the start time before the action"),
        pytest.param(DONE_BUT_SUSPENDED, is_suspended, runs_its_course, id="suspension before the action"),
    ],
)
def test_the_first_rule_that_has_something_to_say_decides(looked_at: Situation, first: Rule, later: Rule) -> None:
    """Where two rules have something to say, the order of the chain decides."""
    assert later(looked_at) is not None
    assert verdict_on(looked_at) == first(looked_at)


def test_the_last_rule_always_answers() -> None:
    """Else a todo could fall through the chain."""
    assert CHAIN[-1] is runs_its_course
    assert len(set(CHAIN)) == len(CHAIN) == 10
