"""The use case: what is written, in which order, and what happens when somebody is faster."""

from datetime import timedelta

import pytest

from myapp.application.errors import ApiUnavailableError
from myapp.application.outcomes import Done, LookAgainAt, Retry
from myapp.application.snapshot import TodoSnapshot
from myapp.domain.decision import DecisionReason
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.todo_status import TodoStatus
from tests.fakes.cluster import NAMESPACE, unreadable
from tests.unit.application.conftest import World


async def test_a_wait_that_is_over_costs_one_write(world: World) -> None:
    """From creation to the end a todo that need not wait is written once."""
    world.cluster.apply("now", wait={"duration": "0s"})
    world.see_all()

    assert await world.look_at("now") == Done()

    assert [status.phase for _, status in world.cluster.status_writes] == [Phase.SUCCEEDED]


async def test_an_unchanged_todo_is_not_written_again(world: World) -> None:
    """Looking again without any change writes nothing."""
    world.cluster.apply("manual")
    world.see_all()
    await world.look_at("manual")

    await world.look_at("manual")

    assert len(world.cluster.status_writes) == 1


async def test_the_outcome_says_when_to_look_again(world: World) -> None:
    """A wait asks to be looked at when it is over, and is over then."""
    world.cluster.apply("later", wait={"duration": "10m"})
    world.see_all()

    outcome = await world.look_at("later")

    assert outcome == LookAgainAt(world.clock.now() + timedelta(minutes=10))
    world.clock.advance(minutes=10)
    assert await world.look_at("later") == Done()
    assert world.cluster.status_of("later").phase is Phase.SUCCEEDED


async def test_dependents_are_woken_by_our_own_write(world: World) -> None:
    """A dependent is queued at once when its dependency ends, without waiting for the watch."""
    world.cluster.apply("first", wait={"duration": "0s"})
    world.cluster.apply("second", depends_on=[{"name": "first"}], wait={"duration": "0s"})
    world.see_all()

    looked_at = await world.work_off()

    assert looked_at[-1] == "second"
    assert world.cluster.status_of("second").phase is Phase.SUCCEEDED


async def test_the_echo_of_an_own_write_is_no_news(world: World) -> None:
    """The version that our write returned is known before the watch delivers it."""
    world.cluster.apply("manual")
    world.see_all()
    await world.work_off()

    world.see_all()

    assert len(world.queue) == 0


async def test_a_stale_snapshot_writes_nothing_and_is_read_anew(world: World) -> None:
    """When somebody else changed the object, the write is refused and the next look starts from what is there."""
    world.cluster.apply("manual")
    world.see_all()
    world.cluster.apply("manual", priority=5)

    assert await world.look_at("manual") == Retry("the object was changed meanwhile")
    assert world.cluster.status_writes == []

    await world.look_at("manual")

    assert world.cluster.status_of("manual").observed_generation == 2


async def test_a_todo_that_vanished_is_forgotten(world: World) -> None:
    """A write to an object that is gone makes its dependents look again."""
    world.cluster.apply("first")
    world.cluster.apply("second", depends_on=[{"name": "first"}])
    world.see_all()
    world.queue.done(await world.queue.get())
    world.queue.done(await world.queue.get())
    del world.cluster.todos[TodoKey(NAMESPACE, "first")]

    assert await world.look_at("first") == Done()

    assert await world.work_off() == ["second"]


async def test_a_terminating_todo_is_left_alone(world: World) -> None:
    """Nothing is done to an object that is being deleted; who decides on it is told so."""
    snapshot = world.cluster.apply("going", wait={"duration": "0s"})
    world.cluster.store(TodoSnapshot(snapshot.todo, snapshot.status, snapshot.version, terminating=True))
    world.cluster.decide("going")
    world.see_all()

    assert await world.look_at("going") == Done()

    assert world.cluster.status_writes == []
    assert [answer.reason for answer in world.cluster.answers] == [DecisionReason.TARGET_TERMINATING]


async def test_time_to_live_deletes_this_very_object(world: World) -> None:
    """A finished todo is deleted when its time to live is over, and not before."""
    world.cluster.apply("short", wait={"duration": "0s"}, ttl_after_finished="1h")
    world.see_all()
    expiry = world.clock.now() + timedelta(hours=1)

    assert await world.look_at("short") == LookAgainAt(expiry)
    assert await world.look_at("short") == LookAgainAt(expiry)
    assert world.cluster.deleted == []

    world.clock.moment = expiry
    await world.look_at("short")
    assert world.cluster.deleted == [TodoKey(NAMESPACE, "short")]


async def test_time_to_live_waits_for_dependents(world: World) -> None:
    """While an unfinished todo depends on it a finished one stays; it goes when the dependent ends."""
    world.cluster.apply("base", wait={"duration": "0s"}, ttl_after_finished="0s")
    world.cluster.apply("top", depends_on=[{"name": "base"}])
    world.see_all()
    await world.work_off()
    assert world.cluster.deleted == []

    world.cluster.decide("top")
    world.see_all()
    await world.work_off()

    assert world.cluster.deleted == [TodoKey(NAMESPACE, "base")]


async def test_an_object_that_cannot_be_understood_is_refused(world: World) -> None:
    """A malformed spec is answered in the object's own status, once."""
    world.cluster.store(unreadable("bad", TodoStatus(), problem="spec.content: found 7"))
    world.see_all()

    await world.look_at("bad")
    await world.look_at("bad")

    assert [status.reason for _, status in world.cluster.status_writes] == [Reason.INVALID_SPEC]
    assert world.notices.posted[0][1].message == "spec.content: found 7"


async def test_a_status_of_another_version_is_never_written_over(world: World) -> None:
    """An object whose status cannot be read may have done work: it is parked."""
    world.cluster.store(unreadable("strange", None))
    world.see_all()

    assert await world.look_at("strange") == Done()

    assert world.cluster.status_writes == []


async def test_an_api_error_leaves_everything_to_the_next_try(world: World) -> None:
    """What the API server could not do is raised to the loop, and nothing is lost."""
    world.cluster.apply("manual")
    world.cluster.decide("manual")
    world.see_all()
    world.cluster.failures.append(ApiUnavailableError("503"))

    with pytest.raises(ApiUnavailableError):
        await world.look_at("manual")
    await world.look_at("manual")

    assert world.cluster.status_of("manual").phase is Phase.SUCCEEDED
    assert len(world.cluster.answers) == 1


@pytest.mark.parametrize("code", [None, 504])
async def test_a_write_whose_answer_was_lost_is_not_sent_again(world: World, code: int | None) -> None:
    """The status is read instead: it was written, so that another write would only be refused."""
    world.cluster.apply("manual")
    world.see_all()
    world.cluster.lost_answers.append(ApiUnavailableError("no answer", code=code))

    with pytest.raises(ApiUnavailableError):
        await world.look_at("manual")
    await world.look_at("manual")

    assert (len(world.cluster.status_writes), world.cluster.refused_writes) == (1, [])


async def test_a_write_that_the_api_server_has_no_time_for_costs_no_read(world: World) -> None:
    """It was not done: what was planned from is still the latest."""
    world.cluster.apply("manual")
    world.see_all()
    world.cluster.failures.append(ApiUnavailableError("slow down", code=429))

    with pytest.raises(ApiUnavailableError):
        await world.look_at("manual")
    await world.look_at("manual")

    assert (len(world.cluster.status_writes), world.cluster.reads) == (1, [])


async def test_a_notice_is_posted_once_a_todo_has_timed_out(world: World) -> None:
    """A timeout is worth an Event; the success of a neighbour is not."""
    world.cluster.apply("slow", timeout="1m")
    world.cluster.apply("quick", wait={"duration": "0s"})
    world.see_all()
    await world.work_off()
    world.clock.advance(minutes=1)

    await world.look_at("slow")
    await world.look_at("slow")

    posted = [(name, notice.reason) for name, notice in world.notices.posted if notice.event]
    assert posted == [("slow", "TimedOut")]
