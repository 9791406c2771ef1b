"""Effects are begun after the fence, once for each attempt, whatever breaks in between."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from myapp.application.errors import ApiRefusedError, ApiUnavailableError
from myapp.application.outcomes import Retry
from myapp.application.snapshot import TodoSnapshot
from myapp.domain.effect import EffectId, Held, Underway
from myapp.domain.todo_phase import Phase, Reason
from tests.fakes.cluster import FakeCluster
from tests.unit.application.effects.operator import DONE, ERROR, KEY, Operator, written


async def test_an_effect_that_ends_at_once_costs_two_writes(
    cluster: FakeCluster, start: Callable[[], Operator]
) -> None:
    """The fence and the end; and the performer is told whose it is, and which attempt."""
    todo = cluster.apply("errand", errand={})
    operator = start()
    operator.performer.answers.append(DONE)

    await operator.settle()

    assert written(cluster) == [(Phase.ACTIVE, Reason.STARTING), (Phase.SUCCEEDED, Reason.COMPLETED)]
    assert cluster.status_of("errand").outputs == {"answer": 42}
    assert [effect.id for effect in operator.performer.asked] == [EffectId(todo.uid, 1)]
    assert len(operator.world.effects) == 0


async def test_what_is_under_way_for_a_moment_is_not_written(
    cluster: FakeCluster, start: Callable[[], Operator]
) -> None:
    """Without references to record, the end is worth the write, not the way there."""
    cluster.apply("errand", errand={})
    operator = start()
    await operator.settle()

    assert operator.performer.tell is not None
    operator.performer.tell(Underway(Reason.WAITING, "sent"))
    await operator.settle()
    operator.performer.finish(DONE)
    await operator.settle()

    assert [reason for _, reason in written(cluster)] == [Reason.STARTING, Reason.COMPLETED]


async def test_references_are_recorded_at_once_and_given_back_after_a_restart(
    cluster: FakeCluster, start: Callable[[], Operator]
) -> None:
    """What was created is known to whoever goes on with it."""
    cluster.apply("errand", errand={})
    first = start()
    await first.settle()
    assert first.performer.tell is not None
    first.performer.tell(Underway(Reason.WAITING, "runs", {"name": "errand-1"}))
    await first.settle()
    assert cluster.status_of("errand").effect.references == {"name": "errand-1"}
    await first.die()

    second = start()
    await second.settle()

    assert [effect.references for effect in second.performer.asked] == [{"name": "errand-1"}]
    assert len(cluster.status_writes) == 2, "going on is no news"


async def test_nothing_begins_when_the_fence_is_lost(cluster: FakeCluster, start: Callable[[], Operator]) -> None:
    """A replica that was overtaken loses the write and begins nothing."""
    known = cluster.apply("errand", errand={})
    operator = start()
    cluster.store(replace(known, version="0"))  # somebody was faster

    outcome = await operator.world.look_at("errand")

    assert outcome == Retry("the object was changed meanwhile")
    assert operator.performer.asked == []


async def test_a_crash_before_the_fence_is_as_if_nothing_had_been(
    cluster: FakeCluster, start: Callable[[], Operator]
) -> None:
    """The write did not arrive: the next process writes it."""
    cluster.apply("errand", errand={})
    first = start()
    cluster.failures.append(ApiUnavailableError("no answer"))
    with pytest.raises(ApiUnavailableError):
        await first.world.look_at("errand")
    await first.die()

    second = start()
    await second.settle()

    assert first.performer.asked == []
    assert len(second.performer.world.begun) == 1


async def test_a_crash_between_fence_and_effect(cluster: FakeCluster, start: Callable[[], Operator]) -> None:
    """The status says that attempt 1 is under way: the next process begins it, after a look at the latest status."""
    todo = cluster.apply("errand", errand={})
    first = start()
    await first.world.look_at("errand")  # the task has not run yet
    await first.die()
    assert first.performer.asked == []

    second = start()
    reads = len(cluster.reads)
    second.performer.answers.append(DONE)
    await second.settle()

    assert second.performer.world.begun == [EffectId(todo.uid, 1)]
    assert len(cluster.reads) == reads + 1
    assert cluster.status_of("errand").phase is Phase.SUCCEEDED
    assert len(cluster.status_writes) == 2


async def test_a_crash_while_it_is_under_way(cluster: FakeCluster, start: Callable[[], Operator]) -> None:
    """It goes on meanwhile, is found, and is not begun twice."""
    todo = cluster.apply("errand", errand={})
    first = start()
    await first.settle()
    await first.die()
    assert first.performer.cancelled == [EffectId(todo.uid, 1)]

    second = start()
    second.performer.answers.append(DONE)
    await second.settle()

    assert second.performer.world.begun == [EffectId(todo.uid, 1)]
    assert second.performer.world.withdrawn == []
    assert len(cluster.status_writes) == 2


async def test_a_crash_after_the_report(cluster: FakeCluster, start: Callable[[], Operator]) -> None:
    """What was reported and not written is reported again."""
    cluster.apply("errand", errand={})
    first = start()
    await first.settle()
    first.performer.finish(ERROR)
    await asyncio.sleep(0)
    await first.die()

    second = start()
    second.performer.answers.append(ERROR)
    await second.settle()

    status = cluster.status_of("errand")
    assert (status.phase, status.reason, status.message) == (Phase.FAILED, Reason.UNAVAILABLE, "no connection")


async def test_the_status_that_an_effect_is_begun_from_must_be_the_latest(
    cluster: FakeCluster, start: Callable[[], Operator]
) -> None:
    """What a restart has listed may have been overtaken: then one looks again, and finds the end."""
    cluster.apply("errand", errand={})
    first = start()
    await first.world.look_at("errand")
    await first.die()
    second = start()
    known = cluster.todos[KEY]
    assert isinstance(known, TodoSnapshot)
    cluster.store(replace(known, status=replace(known.status, phase=Phase.SUCCEEDED, reason=Reason.COMPLETED)))

    outcome = await second.world.look_at("errand")

    assert outcome == Retry("the object was changed meanwhile")
    await second.world.look_at("errand")
    await second.settle()
    assert second.performer.asked == []


async def test_errors_are_told_and_pass_by_themselves(cluster: FakeCluster, start: Callable[[], Operator]) -> None:
    """A refusal at once, in its own words; and no attempt is used up."""
    cluster.apply("errand", errand={})
    operator = start()
    operator.performer.answers += [ApiRefusedError("jobs is forbidden", 403), RuntimeError("oops")]
    operator.performer.answers += [Held(Reason.SUSPENDED, "quota exceeded"), DONE]
    for _ in range(4):
        await operator.settle()
        operator.pauses.release()
    await operator.settle()

    assert [reason for _, reason in written(cluster)] == [
        Reason.STARTING,
        Reason.REFUSED,
        Reason.INTERNAL_ERROR,
        Reason.SUSPENDED,
        Reason.COMPLETED,
    ]
    messages = [status.message for _, status in cluster.status_writes]
    assert messages[1:3] == ["jobs is forbidden", "the operator has a defect: RuntimeError: oops"]
    assert operator.pauses.lengths == [1, 2, 4]
    assert cluster.status_of("errand").attempt == 1


async def test_one_answer_that_does_not_come_is_worth_no_write(
    cluster: FakeCluster, start: Callable[[], Operator]
) -> None:
    """Two are."""
    cluster.apply("errand", errand={})
    operator = start()
    operator.performer.answers += [ApiUnavailableError("no answer"), ApiUnavailableError("no answer")]
    await operator.settle()
    assert [reason for _, reason in written(cluster)] == [Reason.STARTING]

    operator.pauses.release()
    await operator.settle()

    assert [reason for _, reason in written(cluster)] == [Reason.STARTING, Reason.UNAVAILABLE]
