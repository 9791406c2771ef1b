"""At most one replica may write at any moment, whatever is slow, frozen or gone; and somebody leads again soon."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myapp.application.errors import ApiUnavailableError
from myapp.application.leader_election import LeaderElection, LeadershipLostError, SoleReplica
from myapp.application.lease import Lease, LeaseTiming, LeaseWatch
from tests.fakes.clock import START, FakeClock
from tests.fakes.leases import FakeLeases

TIMING = LeaseTiming(timedelta(seconds=15), timedelta(seconds=10), timedelta(milliseconds=1))


def lease(holder: str, version: str = "1") -> Lease:
    """A lease of 15 seconds."""
    return Lease(holder, timedelta(seconds=15), START, START, 0, version)


@dataclass
class Replica:
    """One process that takes part, with a monotonic clock of its own that stands until it is moved."""

    leases: FakeLeases
    name: str
    seconds: float = 1000.0
    leading: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.election = LeaderElection(
            leases=self.leases, identity=self.name, timing=TIMING, clock=FakeClock(), elapsed=lambda: self.seconds
        )

    @contextmanager
    def running(self) -> Iterator["asyncio.Task[None]"]:
        """Takes part within the block."""
        task = asyncio.create_task(self.election.run(self.leading))
        try:
            yield task
        finally:
            task.cancel()


async def until(event: asyncio.Event) -> None:
    """Wait, but not for ever."""
    async with asyncio.timeout(5):
        await event.wait()


async def some_rounds() -> None:
    """Time for many attempts."""
    await asyncio.sleep(0.05)


async def test_the_first_one_leads_and_renews() -> None:
    """Where there is no lease it is created; renewals move its time on."""
    leases = FakeLeases()
    first = Replica(leases, "first")
    assert not first.election.may_write()

    with first.running():
        await until(first.leading)
        await some_rounds()

    assert first.election.may_write()
    assert leases.lease is not None
    assert (leases.lease.holder, leases.lease.transitions) == ("first", 0)
    assert len(leases.writes) > 2


async def test_a_second_one_waits_until_the_lease_is_silent_for_its_duration() -> None:
    """However old the times in it are: only changes count, by the observer's own clock."""
    leases = FakeLeases(lease("gone"))
    second = Replica(leases, "second")

    with second.running():
        await some_rounds()
        second.seconds += 14.9
        await some_rounds()
        assert not second.leading.is_set()
        second.seconds += 0.2
        await until(second.leading)

    assert leases.lease is not None
    assert leases.lease.transitions == 1


async def test_a_lease_that_changes_is_not_silent() -> None:
    """A renewal seen starts the wait anew."""
    leases = FakeLeases(lease("other"))
    second = Replica(leases, "second")

    with second.running():
        await some_rounds()
        second.seconds += 14
        leases.lease = lease("other", version="2")
        await some_rounds()
        second.seconds += 14
        await some_rounds()

    assert not second.leading.is_set()


async def test_a_released_lease_is_taken_at_once() -> None:
    """Nobody waits for a leader that ended in good order."""
    leases = FakeLeases()
    first, second = Replica(leases, "first"), Replica(leases, "second")
    with first.running(), second.running() as waiting:
        await until(first.leading)
        await first.election.release()
        assert not first.election.may_write()
        await until(second.leading)
        assert not waiting.done()

    assert second.election.may_write()


async def test_who_slept_past_the_deadline_writes_nothing_and_ends() -> None:
    """From the moment it wakes, before it has asked anybody, and although the lease still looks like its own."""
    leases = FakeLeases()
    frozen = Replica(leases, "frozen")
    with frozen.running() as task:
        await until(frozen.leading)
        frozen.seconds += 10.1
        assert not frozen.election.may_write()
        written = len(leases.writes)
        with pytest.raises(LeadershipLostError, match="not renewed in time"):
            await asyncio.wait_for(task, 5)

    assert len(leases.writes) == written


async def test_a_leader_that_cannot_renew_stops_before_another_may_begin() -> None:
    """An unreachable API server is put up with for the renew deadline, which is shorter than the lease."""
    leases = FakeLeases()
    leader = Replica(leases, "leader")
    with leader.running() as task:
        await until(leader.leading)
        leases.failures.extend([ApiUnavailableError("503")] * 100_000)
        leader.seconds += 9
        await some_rounds()
        assert leader.election.may_write()
        leader.seconds += 1.1
        with pytest.raises(LeadershipLostError, match="503"):
            await asyncio.wait_for(task, 5)


async def test_a_lost_answer_is_not_a_lost_lease() -> None:
    """The renewal was carried out, its answer was not seen: the next one conflicts with our own."""
    leases = FakeLeases()
    leader = Replica(leases, "leader")
    with leader.running() as task:
        await until(leader.leading)
        leases.answers_to_lose = 1
        await some_rounds()
        assert not task.done()

    assert leader.election.may_write()


async def test_who_finds_another_holder_ends() -> None:
    """A conflict with a lease of somebody else: this replica was too slow."""
    leases = FakeLeases()
    leader = Replica(leases, "leader")
    with leader.running() as task:
        await until(leader.leading)
        leases.lease = lease("usurper", version="900")
        with pytest.raises(LeadershipLostError, match="usurper holds it"):
            await asyncio.wait_for(task, 5)

    assert not leader.election.may_write()


async def test_a_standby_that_cannot_ask_goes_on_asking(caplog: pytest.LogCaptureFixture) -> None:
    """The same problem is told once."""
    leases = FakeLeases(failures=[ApiUnavailableError("403 forbidden")] * 5)
    standby = Replica(leases, "standby")

    with standby.running():
        await until(standby.leading)

    assert caplog.text.count("403 forbidden") == 1


async def test_without_an_election_work_begins_at_once() -> None:
    """A sole replica always leads."""
    leading, sole = asyncio.Event(), SoleReplica()
    task = asyncio.create_task(sole.run(leading))
    await until(leading)
    task.cancel()

    assert sole.may_write()


@given(steps=st.lists(st.sampled_from(["renew", "look", "wait"]), max_size=60))
def test_nobody_takes_a_lease_while_its_holder_may_write(steps: list[str]) -> None:
    """Whatever the order: the observer counts from later than the holder does, and for longer."""
    watch, version, now, leads_until = LeaseWatch(), 0, 0.0, 10.0
    for step in steps:
        if step == "renew" and now < leads_until:
            version, leads_until = version + 1, now + 10
        elif step == "wait":
            now += 3
        elif step == "look" and watch.is_free(lease("holder", str(version)), now):
            assert now >= leads_until
