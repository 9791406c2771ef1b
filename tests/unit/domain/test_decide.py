"""``decide`` as a whole, from the first look at a todo to its end."""

from myapp.domain.condition import Condition, ConditionType
from myapp.domain.decision import DecisionOutcome, DecisionReason
from myapp.domain.plan import Notice, NoticeKind, Plan
from myapp.domain.situation import Related
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.todo_status import TodoStatus
from tests.unit.domain.builders import T0, UNSEEN, active, at, counted, decision, plan, sees, situation, todo
from tests.unit.domain.kstatus import KStatus, kstatus


def standing_of(status: TodoStatus) -> tuple[Phase, Reason | None, str]:
    """What kubectl shows."""
    return status.phase, status.reason, status.message


def test_a_todo_that_nobody_has_looked_at_is_in_progress() -> None:
    """The API server writes the default status; kstatus must not take it for done."""
    assert (UNSEEN.observed_generation, UNSEEN.phase, UNSEEN.attempt) == (-1, Phase.PENDING, 0)
    assert kstatus(1, UNSEEN.observed_generation, UNSEEN.conditions) is KStatus.IN_PROGRESS


def test_a_manual_todo_starts_at_once_and_waits() -> None:
    """The whole status: nothing is set that does not apply."""
    made = plan(todo(assignees=[{"kind": "Group", "name": "sre"}]), seconds=1)

    waits = "waits for group sre to complete it"
    ready = Condition(ConditionType.READY, True, "AwaitingDecision", waits, at(1), 1)
    reconciling = Condition(ConditionType.RECONCILING, False, "AwaitingDecision", "", at(1), 1)
    stalled = Condition(ConditionType.STALLED, False, "AwaitingDecision", "", at(1), 1)
    status = TodoStatus(
        1, Phase.ACTIVE, Reason.AWAITING_DECISION, waits, 1, at(1), conditions=(ready, reconciling, stalled)
    )
    opened = Notice("AwaitingDecision", waits, NoticeKind.AWAITING_DECISION, at(1), warning=False, event=False)
    assert made == Plan(status, notices=(opened,))


def test_a_person_completes_it() -> None:
    """The decision enters the status in the same plan that answers it."""
    started = active(todo())

    made = plan(todo(), started, seconds=7, decisions=[decision(seconds=5)])

    assert standing_of(made.status) == (Phase.SUCCEEDED, Reason.COMPLETED, "completed by ann")
    assert (made.status.start_time, made.status.completion_time) == (at(0), at(7))
    assert made.status.decisions == (counted(1, 5),)
    assert [answer.outcome for answer in made.answers] == [DecisionOutcome.COUNTED]
    assert made.notices == ()


def test_a_wait_that_is_over_at_once_needs_one_status() -> None:
    """Succeeded in the first plan, with a start, an end and an attempt."""
    made = plan(todo(wait={"duration": "0s"}), seconds=1)

    assert standing_of(made.status) == (Phase.SUCCEEDED, Reason.COMPLETED, "waited 0s")
    assert (made.status.attempt, made.status.start_time, made.status.completion_time) == (1, at(1), at(1))


def test_a_wait_takes_two_statuses() -> None:
    """Active with the time of the end announced, then Succeeded."""
    entry = todo(wait={"duration": "10s"})

    first = plan(entry)
    second = plan(entry, first.status, seconds=10)

    assert standing_of(first.status) == (Phase.ACTIVE, Reason.WAITING, "waits until 2026-12-01T08:00:10Z")
    assert first.look_again_at == first.status.next_transition_time == at(10)
    assert standing_of(second.status) == (Phase.SUCCEEDED, Reason.COMPLETED, "waited 10s")
    assert second.status.next_transition_time is None


def test_a_dependent_starts_when_its_dependency_ends_and_not_before() -> None:
    """Two plans; the clock of the second starts with it."""
    entry = todo(needs="b", wait={"duration": "0s"})

    first = plan(entry, related=sees({"b": Phase.ACTIVE}))
    second = plan(entry, first.status, seconds=60, related=sees({"b": Phase.SUCCEEDED}))

    assert standing_of(first.status) == (Phase.PENDING, Reason.WAITING_FOR_DEPENDENCY, "waits for b")
    assert (first.status.attempt, first.status.start_time, first.look_again_at) == (0, None, None)
    assert standing_of(second.status) == (Phase.SUCCEEDED, Reason.COMPLETED, "waited 0s")
    assert second.status.start_time == at(60)


def test_what_is_skipped_before_it_started_has_no_start() -> None:
    """No attempt was made."""
    status = plan(todo(needs="b"), seconds=3, related=sees({"b": Phase.FAILED})).status

    assert (status.phase, status.reason) == (Phase.SKIPPED, Reason.DEPENDENCY_FAILED)
    assert (status.attempt, status.start_time, status.completion_time) == (0, None, at(3))
    assert status.dependency_state().skipped_by_dependency


def test_a_skip_is_inherited_along_a_chain() -> None:
    """b was skipped because of c; a, which accepts Skipped, is skipped all the same."""
    skipped = plan(todo("b", needs="c"), related=sees({"c": Phase.FAILED})).status

    status = plan(todo("a", needs={"b": ["Skipped"]}), related=Related({"b": skipped.dependency_state()})).status

    assert (status.phase, status.reason) == (Phase.SKIPPED, Reason.DEPENDENCY_FAILED)


def test_a_todo_skipped_by_its_own_timeout_lets_others_go_on() -> None:
    """onTimeout: Skip is a reason of its own."""
    entry = todo("b", timeout="10s", on_timeout="Skip")
    skipped = plan(entry, active(entry), seconds=10).status

    assert (
        plan(todo(needs={"b": ["Skipped"]}), related=Related({"b": skipped.dependency_state()})).status.phase
        is Phase.ACTIVE
    )


def test_a_missing_dependency_has_two_seconds_to_appear() -> None:
    """Nothing is written meanwhile; then the status says so, and no timer remains."""
    entry = todo(needs="b")

    early = plan(entry, seconds=1)
    late = plan(entry, early.status, seconds=2)

    assert early == Plan(UNSEEN, look_again_at=at(2))
    assert standing_of(late.status) == (
        Phase.PENDING,
        Reason.DEPENDENCY_NOT_FOUND,
        "waits for b: not found in namespace shop",
    )
    assert late.look_again_at is None


def test_a_dependency_that_appears_within_the_grace_is_never_reported_missing() -> None:
    """kubectl apply of two files in the wrong order costs no write."""
    entry = todo(needs="b")

    status = plan(entry, plan(entry, seconds=1).status, seconds=1.5, related=sees({"b": Phase.PENDING})).status

    assert status.reason is Reason.WAITING_FOR_DEPENDENCY


def test_decisions_are_answered_while_it_is_too_early_for_a_status() -> None:
    """The person is not kept waiting for the grace to pass; nothing counts."""
    made = plan(todo(needs="b"), seconds=1, decisions=[decision(seconds=0)])

    assert [answer.reason for answer in made.answers] == [DecisionReason.TARGET_NOT_ACTIVE]
    assert made.status == UNSEEN


def test_a_loop_stalls_and_heals() -> None:
    """It costs no attempt, and the todo goes on as if nothing had been."""
    entry = todo(needs="b")

    stuck = plan(entry, related=sees({"b": Phase.PENDING}, loop=("a", "b", "a"))).status
    healed = plan(entry, stuck, seconds=60, related=sees({"b": Phase.SUCCEEDED})).status

    assert standing_of(stuck) == (Phase.PENDING, Reason.DEPENDENCY_CYCLE, "waits for itself: a -> b -> a")
    assert kstatus(1, 1, stuck.conditions) is KStatus.FAILED
    assert (healed.phase, healed.attempt, healed.start_time) == (Phase.ACTIVE, 1, at(60))
    assert kstatus(1, 1, healed.conditions) is KStatus.CURRENT


def test_an_active_todo_is_not_stopped_by_a_dependency_that_vanishes() -> None:
    """What has started is not undone."""
    entry = todo(needs="b")
    started = plan(entry, related=sees({"b": Phase.SUCCEEDED})).status

    assert plan(entry, started, seconds=60, related=sees({})).status == started


def test_every_edit_is_observed() -> None:
    """Also where nothing else changes, and the conditions' times stay."""
    first = active(todo())

    again = plan(todo(priority=5, generation=2), first, seconds=60).status

    assert again.observed_generation == 2
    assert {(entry.observed_generation, entry.last_transition_time) for entry in again.conditions} == {(2, T0)}


def test_a_situation_counts_nobody_twice() -> None:
    """Counting a decision leaves the situation before as it was."""
    before = situation(todo(), active(todo()))

    assert before.counting(decision()).counted == (counted(),)
    assert before.counted == ()
