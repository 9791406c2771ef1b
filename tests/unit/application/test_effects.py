"""Effects: begun after the fence, once for each attempt, whatever breaks in between; withdrawn when they are over."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from myapp.application.errors import ApiRefusedError, ApiUnavailableError
from myapp.application.outcomes import Retry
from myapp.application.snapshot import TodoSnapshot
from myapp.domain.effect import Accomplished, EffectId, FailureKind, Held, Underway, Unsuccessful
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase, Reason
from tests.fakes.clock import START
from tests.fakes.cluster import NAMESPACE, FakeCluster
from tests.fakes.effects import Errand, FakePerformer
from tests.fakes.effects import World as Elsewhere
from tests.unit.application.conftest import World

KEY = TodoKey(NAMESPACE, "errand")
DONE = Accomplished(START, "done", {"answer": 42})
ERROR = Unsuccessful(START, FailureKind.ERROR, Reason.UNAVAILABLE, "no connection")


class Pauses:
    """Stands in for the passing of time between two tries of a performer."""

    def __init__(self) -> None:
        self.lengths: list[float] = []
        self._over = asyncio.Event()

    async def pause(self, seconds: float) -> None:
        """Wait until released."""
        self.lengths.append(seconds)
        self._over.clear()
        await self._over.wait()

    def release(self) -> None:
        """The time is over."""
        self._over.set()


class Operator:
    """One life of the process over a cluster, and an elsewhere, that outlive it."""

    def __init__(self, cluster: FakeCluster, elsewhere: Elsewhere) -> None:
        self.performer = FakePerformer(elsewhere)
        self.pauses = Pauses()
        self.world = World(cluster=cluster, performers={Errand: self.performer}, pause=self.pauses.pause)
        self.world.see_all()

    async def settle(self) -> None:
        """Reconcile until nothing more happens by itself."""
        for _ in range(20):
            await asyncio.sleep(0)
            await self.world.work_off()

    async def look(self, **later: float) -> None:
        """Look at the todo after so much time."""
        self.world.clock.advance(**later)
        self.world.queue.add(KEY)
        await self.settle()

    async def die(self) -> None:
        """The process is gone: of what it knew nothing is left."""
        await self.world.effects.stop()


@pytest.fixture
def cluster() -> FakeCluster:
    """Todos and their statuses."""
    return FakeCluster()


@pytest.fixture
async def start(cluster: FakeCluster) -> AsyncIterator[Callable[[], Operator]]:
    """Starts an operator; the elsewhere is the same for all."""
    elsewhere, started = Elsewhere(), list[Operator]()

    def begin() -> Operator:
        started.append(Operator(cluster, elsewhere))
        return started[-1]

    yield begin
    for operator in started:
        await operator.die()


def written(cluster: FakeCluster) -> list[tuple[Phase, Reason | None]]:
    """Every status that was written."""
    return [(status.phase, status.reason) for _, status in cluster.status_writes]


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
