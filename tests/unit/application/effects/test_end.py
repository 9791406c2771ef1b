"""Effects are withdrawn, followed by another attempt or let go when they are over; bounds of what goes on at once."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from myapp.application.errors import ApiRefusedError, ApiUnavailableError
from myapp.application.snapshot import TodoSnapshot
from myapp.domain.effect import EffectId, Underway
from myapp.domain.todo_phase import Phase, Reason
from tests.fakes.cluster import FakeCluster
from tests.fakes.effects import Errand
from tests.unit.application.effects.operator import DONE, ERROR, KEY, Operator, written


async def test_a_timeout_withdraws_and_the_next_attempt_waits_for_that(
    cluster: FakeCluster, start: Callable[[], Operator]
) -> None:
    """Two attempts never run at once, and what cannot be ended is told."""
    todo = cluster.apply("errand", errand={"goes_on": True}, timeout="10s", retry={"max_attempts": 2})
    operator = start()
    await operator.settle()
    operator.performer.withdrawals.append(ApiRefusedError("deletion is forbidden", 403))

    await operator.look(seconds=10)
    assert cluster.status_of("errand").effect.withdrawing
    await operator.look(seconds=60)
    status = cluster.status_of("errand")
    assert status.reason is Reason.BACKING_OFF
    assert status.message == "attempt 1 is over and still to be ended: deletion is forbidden"
    assert operator.performer.world.begun == [EffectId(todo.uid, 1)]

    operator.pauses.release()
    await operator.settle()

    assert operator.performer.cancelled == operator.performer.world.withdrawn == [EffectId(todo.uid, 1)]
    assert operator.performer.world.begun == [EffectId(todo.uid, 1), EffectId(todo.uid, 2)]
    assert not cluster.status_of("errand").effect.withdrawing


@pytest.mark.parametrize("crash", [False, True])
@pytest.mark.parametrize("action", ["Cancel", "Skip"])
@pytest.mark.statement("A8", "F2")
async def test_a_person_ends_it(cluster: FakeCluster, start: Callable[[], Operator], action: str, crash: bool) -> None:
    """The end is written first; what is to be withdrawn is found in the status, also by the next process."""
    todo = cluster.apply("errand", errand={"goes_on": True})
    operator = start()
    await operator.settle()
    cluster.decide("errand", action=action)
    operator.world.see_all()
    if crash:
        await operator.world.look_at("errand")
        await operator.die()
        assert operator.performer.world.withdrawn == []
        operator = start()

    await operator.settle()

    assert operator.performer.world.withdrawn == [EffectId(todo.uid, 1)]
    assert [phase for phase, _ in written(cluster)].count(Phase.ACTIVE) == 1
    assert len(cluster.status_writes) == 3, "the fence, the end, and that it is withdrawn"
    assert not cluster.status_of("errand").effect.withdrawing
    assert len(operator.world.effects) == 0


@pytest.mark.statement("F3")
async def test_what_cannot_be_ended_is_told(cluster: FakeCluster, start: Callable[[], Operator]) -> None:
    """The status of a finished todo says how it ended; an Event says what goes on, until it does not."""
    todo = cluster.apply("errand", errand={"goes_on": True})
    operator = start()
    await operator.settle()
    operator.performer.withdrawals.append(ApiRefusedError("deletion is forbidden", 403))
    cluster.decide("errand", action="Cancel")
    operator.world.see_all()
    await operator.settle()

    told = {(notice.reason, notice.message, notice.warning) for _, notice in operator.world.notices.posted}
    why = "attempt 1 is over, and what it has begun is still to be ended: deletion is forbidden"
    assert told == {("NotEnded", why, True)}
    assert len(cluster.status_writes) == 2, "the fence and the end"
    before = len(operator.world.notices.posted)
    operator.pauses.release()
    await operator.settle()
    assert operator.performer.world.withdrawn == [EffectId(todo.uid, 1)]
    assert len(operator.world.notices.posted) == before


async def test_what_ends_with_its_task_needs_no_withdrawal(cluster: FakeCluster, start: Callable[[], Operator]) -> None:
    """Nor the write that it costs."""
    todo = cluster.apply("errand", errand={"goes_on": False})
    operator = start()
    await operator.settle()
    cluster.decide("errand", action="Cancel")
    operator.world.see_all()

    await operator.settle()

    assert operator.performer.cancelled == [EffectId(todo.uid, 1)]
    assert operator.performer.world.withdrawn == []
    assert [phase for phase, _ in written(cluster)] == [Phase.ACTIVE, Phase.CANCELLED]


async def test_a_failed_attempt_is_followed_by_another(cluster: FakeCluster, start: Callable[[], Operator]) -> None:
    """Each with its own id; what became of the first is kept."""
    todo = cluster.apply("errand", errand={}, retry={"max_attempts": 2, "backoff": {"jitter": 0}})
    operator = start()
    operator.performer.answers += [ERROR, DONE]
    await operator.settle()
    assert cluster.status_of("errand").reason is Reason.BACKING_OFF

    await operator.look(seconds=9)
    assert len(operator.performer.asked) == 1
    await operator.look(seconds=1)

    assert [effect.id for effect in operator.performer.asked] == [EffectId(todo.uid, 1), EffectId(todo.uid, 2)]
    status = cluster.status_of("errand")
    assert (status.phase, status.attempt) == (Phase.SUCCEEDED, 2)
    assert [(over.attempt, over.reason) for over in status.attempts] == [
        (1, Reason.UNAVAILABLE),
        (2, Reason.COMPLETED),
    ]


@pytest.mark.statement("A15")
async def test_a_suspended_todo_lets_its_effect_go_on(cluster: FakeCluster, start: Callable[[], Operator]) -> None:
    """It is not ended, and its end counts once the todo goes on, whatever its timeout."""
    cluster.apply("errand", errand={}, timeout="10s")
    operator = start()
    await operator.settle()
    cluster.apply("errand", errand={}, timeout="10s", suspend=True)
    operator.world.see_all()
    await operator.look(seconds=5)
    operator.performer.finish(DONE)
    await operator.look(hours=1)
    assert cluster.status_of("errand").reason is Reason.SUSPENDED

    cluster.apply("errand", errand={}, timeout="10s", suspend=False)
    operator.world.see_all()
    await operator.settle()

    assert operator.performer.cancelled == []
    assert cluster.status_of("errand").phase is Phase.SUCCEEDED


@pytest.mark.parametrize("how", ["deleted", "terminating", "finished"])
async def test_a_todo_that_is_gone_has_nothing_under_way(
    cluster: FakeCluster, start: Callable[[], Operator], how: str
) -> None:
    """What it has created belongs to it and goes with it."""
    todo = cluster.apply("errand", errand={})
    operator = start()
    await operator.settle()
    known = cluster.todos[KEY]
    assert isinstance(known, TodoSnapshot)

    if how == "deleted":
        operator.world.intake.todo_gone(KEY, todo.uid)
    elif how == "terminating":
        operator.world.intake.todo_seen(cluster.store(replace(known, terminating=True)))
    else:
        ended = replace(known, status=replace(known.status, phase=Phase.CANCELLED))
        operator.world.intake.todo_seen(cluster.store(ended))
    await operator.settle()

    assert operator.performer.cancelled == [EffectId(todo.uid, 1)]
    assert len(operator.world.effects) == 0


async def test_who_does_not_lead_begins_nothing(cluster: FakeCluster, start: Callable[[], Operator]) -> None:
    """Until it does: no request leaves a replica that another has taken over from."""
    cluster.apply("errand", errand={})
    operator = start()
    operator.world.leads = False
    await operator.settle()
    assert operator.performer.asked == []

    operator.world.leads = True
    operator.pauses.release()
    await operator.settle()

    assert len(operator.performer.asked) == 1


async def test_a_kind_that_nobody_carries_out_is_told(cluster: FakeCluster, start: Callable[[], Operator]) -> None:
    """An older operator on a newer cluster says so, and uses up no attempt."""
    cluster.apply("errand", errand={})
    operator = start()
    operator.world.performers.pop(Errand)

    await operator.settle()

    status = cluster.status_of("errand")
    assert (status.reason, status.attempt) == (Reason.INTERNAL_ERROR, 1)
    assert status.message == "this operator cannot carry out an action of the kind errand"


async def test_the_end_of_the_process_waits_for_nobody(cluster: FakeCluster, start: Callable[[], Operator]) -> None:
    """Tasks are cancelled, and whatever is ordered afterwards does not begin: the next process takes it up."""
    todo = cluster.apply("errand", errand={})
    operator = start()
    await operator.settle()
    late = cluster.apply("late", errand={})
    operator.world.intake.todo_seen(late)

    await asyncio.wait_for(operator.die(), timeout=1)
    await operator.settle()

    assert operator.performer.cancelled == [EffectId(todo.uid, 1)]
    assert len(operator.world.effects) == 0
    assert cluster.status_of("late").phase is Phase.ACTIVE
    assert [effect.id for effect in operator.performer.asked] == [EffectId(todo.uid, 1)]


async def test_only_so_many_begin_at_once(cluster: FakeCluster, start: Callable[[], Operator]) -> None:
    """The others follow as soon as one of these gives a sign of life; all may be under way together."""
    for number in range(6):
        cluster.apply(f"errand-{number}", errand={})
    operator = start()
    await operator.settle()
    assert len(operator.performer.asked) == 4

    assert operator.performer.tell is not None
    operator.performer.tell(Underway(Reason.WAITING, "runs"))
    await operator.settle()

    assert len(operator.performer.asked) == 5
    for _ in range(6):  # a moment without a sign of life does as well
        await asyncio.wait_for(operator.performer.arrivals.get(), timeout=10)
    assert operator.performer.cancelled == []


async def test_whether_it_may_have_been_begun_before(cluster: FakeCluster, start: Callable[[], Operator]) -> None:
    """Not right after the fence; but after an answer that was lost, and after a restart."""
    cluster.apply("errand", errand={})
    operator = start()
    operator.performer.answers.append(ApiUnavailableError("no answer"))
    await operator.settle()
    operator.pauses.release()
    await operator.settle()
    assert [effect.begun_before for effect in operator.performer.asked] == [False, True]
    await operator.die()

    again = start()
    await again.settle()
    assert [effect.begun_before for effect in again.performer.asked] == [True]
