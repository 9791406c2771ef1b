"""Decisions in the use case: when they count and are answered, and what becomes of them while the guard is bad."""

from dataclasses import replace

import pytest

from myapp.application.decision_desk import JUDGED_AT_ONCE
from myapp.application.errors import ApiUnavailableError
from myapp.application.outcomes import Done, LookAgainAt
from myapp.domain.counted_decisions import KEPT
from myapp.domain.decision import DecisionOutcome, DecisionReason
from myapp.domain.quorum import MOST_APPROVALS
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase
from tests.fakes.cluster import NAMESPACE
from tests.unit.application.conftest import World


async def work_through(world: World, name: str) -> int:
    """Look at a todo for as long as it wants to be looked at again at once; how often that was."""
    looks = 1
    while await world.look_at(name) == LookAgainAt(world.clock.now()):
        looks += 1
    return looks


async def test_a_decision_counts_before_it_is_answered(world: World) -> None:
    """The target's status records the decision in the write that applies it; the answer follows."""
    world.cluster.apply("manual")
    decision = world.cluster.decide("manual")
    world.see_all()

    await world.look_at("manual")

    assert [counted.id for counted in world.cluster.status_of("manual").decisions] == [decision.id]
    assert [answer.outcome for answer in world.cluster.answers] == [DecisionOutcome.COUNTED]
    assert len(world.decisions) == 0


async def test_an_answer_that_was_not_written_is_given_after_a_restart(world: World) -> None:
    """A process that stops between the two writes counts the decision once and answers it in its next life."""
    world.cluster.apply("manual")
    world.cluster.decide("manual")
    world.see_all()
    await world.look_at("manual")
    reborn = World(cluster=world.cluster)
    lost = world.cluster.answers.pop()
    world.cluster.decisions[lost.decision.id] = lost.decision
    reborn.see_all()

    await reborn.work_off()

    assert [answer.outcome for answer in world.cluster.answers] == [DecisionOutcome.COUNTED]
    assert len(world.cluster.status_of("manual").decisions) == 1
    assert len(world.cluster.status_writes) == 1


async def test_a_decision_on_nothing_is_refused(world: World) -> None:
    """A decision whose target does not exist is answered after a live read."""
    world.cluster.decide("nowhere")
    world.see_all()

    await world.work_off()

    assert world.cluster.reads == [TodoKey(NAMESPACE, "nowhere")]
    assert [answer.reason for answer in world.cluster.answers] == [DecisionReason.TARGET_NOT_FOUND]


async def test_a_decision_on_a_finished_todo_is_refused_after_a_live_read(world: World) -> None:
    """What has settled is not kept in memory, and still a late decision gets its answer."""
    world.cluster.apply("done", wait={"duration": "0s"})
    world.see_all()
    await world.work_off()
    world.cluster.decide("done")
    world.see_all()

    await world.work_off()

    assert [answer.reason for answer in world.cluster.answers] == [DecisionReason.TARGET_FINISHED]


async def test_while_the_guard_is_not_good_decisions_wait_and_are_told_why(world: World) -> None:
    """Once for each cause, on the decision itself, and by an Event on its todo; then they are judged."""
    world.cluster.apply("a")
    world.see_all()
    await world.work_off()
    decision = world.cluster.decide("a")
    world.guard.waits_because = "there is no policy"

    for cause in ("there is no policy", "there is no policy", "the policy was changed"):
        world.guard.waits_because = cause
        world.see_all()
        await world.work_off()

    told = "decisions do not count at present, it waits to be judged: "
    assert world.cluster.postponed == [told + "there is no policy", told + "the policy was changed"]
    assert world.cluster.answers == []
    assert [notice.reason for _, notice in world.notices.posted][-1] == "GuardNotProven"
    world.guard.waits_because = ""
    world.see_all()
    await world.work_off()
    assert [answer.decision.id for answer in world.cluster.answers] == [decision.id]
    assert world.cluster.status_of("a").phase is Phase.SUCCEEDED


async def test_a_todo_that_has_ended_asks_no_guard(world: World) -> None:
    """Whoever decides on it is refused at once: no proof could make the decision count."""
    world.cluster.apply("a", wait={"duration": "0s"})
    world.see_all()
    await world.work_off()
    world.cluster.decide("a")
    world.guard.waits_because = "there is no policy"
    world.see_all()
    await world.work_off()

    assert [answer.reason for answer in world.cluster.answers] == [DecisionReason.TARGET_FINISHED]
    assert world.cluster.postponed == []


async def test_a_retry_counts_only_while_the_guard_is_good(world: World) -> None:
    """What a failed todo takes is a decision like any other."""
    world.cluster.apply("a", timeout="10s")
    world.see_all()
    await world.work_off()
    world.clock.advance(seconds=10)
    await world.look_at("a")
    assert world.cluster.status_of("a").phase is Phase.FAILED
    world.cluster.decide("a", action="Retry")
    world.guard.waits_because = "there is no policy"
    world.see_all()
    await world.work_off()

    assert world.cluster.answers == []
    assert world.cluster.status_of("a").phase is Phase.FAILED
    world.guard.waits_because = ""
    world.see_all()
    await world.work_off()
    assert world.cluster.status_of("a").phase is Phase.ACTIVE


async def test_very_many_decisions_are_judged_in_parts(world: World) -> None:
    """All in the end, in the order in which they were made; other todos have their turn in between."""
    world.cluster.apply("a")
    made = [world.cluster.decide("a", action="Comment") for _ in range(5 * JUDGED_AT_ONCE)]
    world.see_all()

    assert await world.look_at("a") == LookAgainAt(world.clock.now())
    assert len(world.cluster.answers) == JUDGED_AT_ONCE
    assert await work_through(world, "a") == 4
    assert [answer.decision.id for answer in world.cluster.answers] == sorted(decision.id for decision in made)
    assert len(world.cluster.status_of("a").decisions) == KEPT


@pytest.mark.parametrize("stored", ["todo", "terminating", "nothing"])
async def test_very_many_decisions_on_what_takes_none(world: World, stored: str) -> None:
    """They are answered in parts as well."""
    if stored != "nothing":
        snapshot = world.cluster.apply("a", wait={"duration": "0s"})
        world.cluster.store(replace(snapshot, terminating=stored == "terminating"))
        world.see_all()
        await world.work_off()
    for _ in range(2 * JUDGED_AT_ONCE):
        world.cluster.decide("a")
    world.see_all()

    assert await world.look_at("a") == LookAgainAt(world.clock.now())
    assert await world.look_at("a") == Done()
    assert len(world.cluster.answers) == 2 * JUDGED_AT_ONCE


@pytest.mark.parametrize("answered", range(JUDGED_AT_ONCE))
async def test_none_of_very_many_is_counted_twice(world: World, answered: int) -> None:
    """Wherever the process stops between counting and answering: what counted stands in the status until then."""
    world.cluster.apply("a")
    for number in range(20 * JUDGED_AT_ONCE):
        world.cluster.decide("a", action=("Suspend", "Resume")[number % 2])
    world.see_all()
    for _ in range(10):
        await world.look_at("a")
    world.cluster.failures += [None] * (1 + answered) + [ApiUnavailableError("503")]
    with pytest.raises(ApiUnavailableError):
        await world.look_at("a")
    reborn = World(cluster=world.cluster)
    reborn.see_all()

    await work_through(reborn, "a")

    assert {answer.outcome for answer in world.cluster.answers} == {DecisionOutcome.COUNTED}
    assert len(world.cluster.answers) == 20 * JUDGED_AT_ONCE


def test_a_status_has_room_for_all_votes_and_for_what_is_judged_at_once() -> None:
    """Beside the latest claim and the latest suspension, which are kept for what they mean."""
    assert 2 * MOST_APPROVALS + 2 + JUDGED_AT_ONCE <= KEPT


async def test_very_many_that_wait_for_the_guard_are_each_told_so_and_nobody_looks_again_at_once(world: World) -> None:
    """Nothing is judged, so there is nothing to go on with."""
    world.cluster.apply("a")
    for _ in range(3 * JUDGED_AT_ONCE):
        world.cluster.decide("a", action="Comment")
    world.guard.waits_because = "there is no policy"
    world.see_all()

    assert await world.look_at("a") == Done()
    assert len(world.cluster.postponed) == 3 * JUDGED_AT_ONCE
