"""When the guard checks, and what becomes of decisions meanwhile."""

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from myapp.application.errors import ApiRefusedError, ApiUnavailableError
from myapp.application.guard import UNPROVEN, Guard, GuardTiming
from myapp.application.proven_time import Mark
from myapp.domain.decision import Decision, DecisionAction
from myapp.domain.todo_key import TodoKey
from tests.fakes.clock import START
from tests.fakes.guard import FakePolicies, FakeRecord


async def no_time(_: float) -> None:
    """Sleeps that take none."""
    await asyncio.sleep(0)


@dataclass
class GuardWorld:
    """A guard and all that it talks to."""

    policies: FakePolicies = field(default_factory=FakePolicies)
    record: FakeRecord = field(default_factory=FakeRecord)
    woken: int = 0
    time: float = 0.0
    awake: asyncio.Event = field(default_factory=asyncio.Event)

    def guard(self) -> Guard:
        """A guard that knows nothing yet."""
        return Guard(
            policies=self.policies,
            forger=self.policies,
            clock=self.policies,
            record=self.record,
            wake=self.wake,
            timing=GuardTiming(retry=timedelta(milliseconds=1)),
            elapsed=lambda: self.time,
            sleep=no_time,
        )

    def wake(self) -> None:
        """Count."""
        self.woken += 1
        self.awake.set()

    def decide(self) -> Decision:
        """Somebody decides now."""
        self.policies.version += 1
        self.policies.second += 1
        return Decision(
            id=f"d{self.policies.version}",
            key=TodoKey("shop", "d"),
            target=TodoKey("shop", "deploy"),
            target_id="uid",
            action=DecisionAction.COMPLETE,
            username="oncall",
            message="",
            created_at=START + timedelta(seconds=self.policies.second),
            version=str(self.policies.version),
        )


@pytest.fixture
def world() -> GuardWorld:
    """Policies that hold."""
    return GuardWorld()


async def test_all_waits_until_the_first_check(world: GuardWorld) -> None:
    """What was decided before it does not count, what comes later does; whoever waits is woken."""
    guard, early = world.guard(), world.decide()
    assert (await guard.admit([early])).decisions == ()
    await guard.check()
    assert guard.good
    assert world.woken == 1
    late = world.decide()
    assert (await guard.admit([early, late])).decisions == (replace(early, unproven=UNPROVEN), late)


async def test_a_change_that_no_watch_has_told_of(world: GuardWorld) -> None:
    """Audit and back between two checks: the reading before the judgement finds it, and the decision never counts."""
    guard = world.guard()
    await guard.check()
    before = world.decide()
    assert (await guard.admit([before])).decisions == (before,)
    world.policies.change()
    during = world.decide()
    world.policies.change()
    assert (await guard.admit([during])).decisions == ()
    assert not guard.good
    await guard.check()
    after = world.decide()
    admitted = (await guard.admit([before, during, after])).decisions
    assert admitted == (before, replace(during, unproven=UNPROVEN), after)


async def test_while_it_is_bad_decisions_wait_and_the_cause_is_told_once(
    world: GuardWorld, caplog: pytest.LogCaptureFixture
) -> None:
    """Those that can only be refused do not wait."""
    guard = world.guard()
    await guard.check()
    earlier, world.policies.problem_forged = world.decide(), "a forged decision was admitted"
    with caplog.at_level(logging.ERROR):
        await guard.check()
        await guard.check()
    broken = replace(world.decide(), problem="spec.action: found Teleport")
    admitted = await guard.admit([earlier, broken])
    assert admitted.decisions == (broken,)
    assert admitted.waits_because == "a forged decision was admitted"
    assert len(caplog.records) == 1


async def test_a_bad_check_ends_what_was_proven_for_the_next_process_too(world: GuardWorld) -> None:
    """The right to look is taken away and given back: decisions of that time never count, with a restart or without."""
    guard = world.guard()
    await guard.check()
    before = world.decide()
    assert (await guard.admit([before])).decisions == (before,)
    world.policies.problem_forged = "may not create"
    await guard.check()
    during, world.policies.problem_forged = world.decide(), ""
    for each in (guard, world.guard()):
        await _recalled(each)
        await each.check()
        after = world.decide()
        assert (await each.admit([during, after])).decisions == (replace(during, unproven=UNPROVEN), after)


async def test_no_answer_ends_nothing(world: GuardWorld) -> None:
    """The uids and generations tell afterwards that all was well."""
    guard = world.guard()
    await guard.check()
    world.policies.failures = [ApiUnavailableError("no answer")]
    await guard.check()
    assert not guard.good
    meanwhile = world.decide()
    assert (await guard.admit([meanwhile])).waits_because == "no answer"
    await guard.check()
    assert (await guard.admit([meanwhile])).decisions == (meanwhile,)


async def test_a_refusal_ends_the_stretch(world: GuardWorld) -> None:
    """403 to a check is no proof of anything."""
    guard = world.guard()
    await guard.check()
    world.policies.failures = [ApiRefusedError("forbidden", 403)]
    await guard.check()
    meanwhile = world.decide()
    await guard.check()
    assert (await guard.admit([meanwhile])).decisions == (replace(meanwhile, unproven=UNPROVEN),)


@pytest.mark.parametrize("changed", [False, True])
async def test_decided_while_no_operator_ran(world: GuardWorld, changed: bool) -> None:
    """It counts if nothing has changed meanwhile, and never otherwise."""
    await world.guard().check()
    meanwhile = world.decide()
    if changed:
        world.policies.change()
    guard = world.guard()
    await _recalled(guard)
    await guard.check()
    (admitted,) = (await guard.admit([meanwhile])).decisions
    assert admitted == (replace(meanwhile, unproven=UNPROVEN) if changed else meanwhile)


async def test_a_restart_with_nothing_new_writes_nothing(world: GuardWorld) -> None:
    """The record is written when something has changed, and every five minutes."""
    await world.guard().check()
    guard = world.guard()
    await _recalled(guard)
    await guard.check()
    assert world.record.saves == 1
    world.time += 300
    await guard.check()
    assert world.record.saves == 2


async def test_a_record_that_could_not_be_written_is_written_by_the_next_check(world: GuardWorld) -> None:
    """Else a bad check would be forgotten."""
    world.record.failures = [ApiUnavailableError("no answer")]
    guard = world.guard()
    await guard.check()
    await guard.check()
    assert world.record.saves == 1


async def test_what_changes_during_a_check_makes_it_bad(world: GuardWorld) -> None:
    """Forgeries that were refused by the policies of before prove nothing of those of now."""
    world.policies.on_forge = world.policies.change
    guard = world.guard()
    await guard.check()
    assert not guard.good


async def test_one_reading_for_all_who_wait(world: GuardWorld) -> None:
    """A hundred decisions that come at once cost two readings: one may have begun before the others asked."""
    guard = world.guard()
    await guard.check()
    world.policies.reads = 0
    await asyncio.gather(*(guard.admit([world.decide()]) for _ in range(100)))
    assert world.policies.reads <= 2


async def test_nobody_decides_nothing_is_read(world: GuardWorld) -> None:
    """A reconcile without decisions costs nothing."""
    guard = world.guard()
    await guard.check()
    world.policies.reads = 0
    await guard.admit([])
    assert world.policies.reads == 0


async def test_watches_and_the_clock_have_it_checked(world: GuardWorld) -> None:
    """It runs when this replica leads: at once, soon again while it is bad, and when a watch shows a change."""
    guard, leading = world.guard(), asyncio.Event()
    world.policies.problem_forged = "not yet"
    running = asyncio.create_task(guard.run(leading))
    await asyncio.sleep(0)
    assert world.policies.reads == 0
    leading.set()
    async with asyncio.timeout(5):
        await guard.checked.wait()
        world.policies.problem_forged = ""
        while not guard.good:
            await world.awake.wait()
            world.awake.clear()
            await asyncio.sleep(0)
        reads = world.policies.reads
        known = Mark("ValidatingAdmissionPolicy", "decisions", "uid", world.policies.generation)
        guard.policy_seen((known.kind, known.name), known)
        world.awake.clear()
        assert guard.good
        guard.policy_seen((known.kind, known.name), replace(known, generation=7))
        await world.awake.wait()
        assert world.policies.reads > reads
        world.awake.clear()
        guard.policy_seen((known.kind, known.name), None)
        await world.awake.wait()
    running.cancel()


async def _recalled(guard: Guard) -> None:
    await guard._recall()  # noqa: SLF001 - what run() does first
