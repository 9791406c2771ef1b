"""Reminders from the plan to the mark in the status: each is given to the channels once, and recorded when sent."""

from datetime import timedelta

import pytest

from myapp.application.errors import ApiUnavailableError
from myapp.application.notifications import Notifications
from myapp.application.outcomes import LookAgainAt
from myapp.application.reconcile_todo import ReconcileTodo
from myapp.application.reminder_ledger import ReminderLedger
from myapp.domain.plan import Notice, NoticeKind
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase
from myapp.infrastructure.cel.cel_compiler import CelCompiler
from tests.fakes.channels import FakeChannel
from tests.fakes.cluster import NAMESPACE
from tests.unit.application.conftest import World

PROBLEM = Notice("Rejected", "rejected by ann")
KEY = TodoKey(NAMESPACE, "a")


class Operator:
    """The use case with real notifications over fake channels; another one is a restart: it has nothing in memory."""

    def __init__(self, world: World, *channels: FakeChannel) -> None:
        self.world = world
        self.ledger = ReminderLedger(world.queue.add)
        self.notifications = Notifications(channels, self.ledger)
        self.reconcile = ReconcileTodo(
            registry=world.registry,
            store=world.store,
            desk=world.desk,
            intake=world.intake,
            statuses=world.cluster,
            deleter=world.cluster,
            effects=world.effects,
            rehearsals=world.rehearsals,
            notices=self.notifications,
            expressions=CelCompiler(),
            reminders=self.ledger,
            clock=world.clock,
            telemetry=world.telemetry,
            ended_by_run=world.runs.intake.ended_by_run,
        )


@pytest.fixture
async def waiting(world: World) -> World:
    """A todo that is reminded of every hour, and has just begun to wait."""
    world.cluster.apply("a", reminders={"every": "1h"})
    world.see_all()
    await world.work_off()
    world.cluster.status_writes.clear()
    world.clock.advance(hours=1)
    return world


async def test_a_reminder_is_given_once_and_recorded_once_all_are_done(waiting: World) -> None:
    """However often the todo is looked at meanwhile; one status write in all."""
    events, webhook = FakeChannel(at_once=True), FakeChannel()
    operator = Operator(waiting, events, webhook)

    outcome = await operator.reconcile(KEY)
    await operator.reconcile(KEY)
    assert waiting.cluster.status_writes == []
    assert outcome == LookAgainAt(waiting.clock.now() + timedelta(minutes=1))
    webhook.finish()
    assert len(waiting.queue) == 1, "it is looked at again by itself"
    await operator.reconcile(KEY)
    await operator.reconcile(KEY)

    assert [notice.reason for _, notice in events.offered] == [notice.reason for _, notice in webhook.offered]
    assert [notice.reason for _, notice in webhook.offered] == ["Reminder"]
    assert [status.last_reminder_time for _, status in waiting.cluster.status_writes] == [waiting.clock.now()]
    assert len(operator.ledger) == 0


async def test_a_channel_that_could_not_take_a_reminder_gets_it_again_and_the_others_do_not(waiting: World) -> None:
    """It is recorded when the last of them has settled it: no receiver hears twice because another was away."""
    events, webhook = FakeChannel(at_once=False), FakeChannel(at_once=True)
    operator = Operator(waiting, events, webhook)

    await operator.reconcile(KEY)
    waiting.clock.advance(minutes=1)
    await operator.reconcile(KEY)
    assert waiting.cluster.status_writes == []
    events.at_once = True
    await operator.reconcile(KEY)
    await operator.reconcile(KEY)

    assert len({notice.moment for _, notice in events.offered}) == 1
    assert (len(events.offered), len(webhook.offered)) == (3, 1)
    assert len(waiting.cluster.status_writes) == 1


async def test_what_is_remembered_of_reminders_is_bounded(world: World) -> None:
    """Todos that end before every channel has settled their reminder leave something behind, but not for ever."""
    channel = FakeChannel(at_once=False)
    notifications = Notifications([channel], ReminderLedger(world.queue.add), remembered=2)
    reminders = [
        Notice("Reminder", "waits", NoticeKind.REMINDER, world.clock.now() + timedelta(hours=n)) for n in range(3)
    ]
    snapshot = world.cluster.apply("a")
    for reminder in reminders:
        notifications.publish(snapshot, reminder)
    channel.at_once = True
    channel.offered.clear()

    for reminder in reversed(reminders):
        notifications.publish(snapshot, reminder)
        notifications.publish(snapshot, reminder)

    assert len(notifications) == 0


async def test_a_process_that_dies_before_it_sent_or_recorded_loses_nothing(waiting: World) -> None:
    """The next one sends the very same reminder; one that was recorded is not sent again."""
    lost, sent, last = FakeChannel(), FakeChannel(), FakeChannel(at_once=True)
    await Operator(waiting, lost).reconcile(KEY)
    second = Operator(waiting, sent)
    await second.reconcile(KEY)
    sent.finish()  # and it dies before it can write

    third = Operator(waiting, last)
    await third.reconcile(KEY)
    await third.reconcile(KEY)
    await Operator(waiting, after := FakeChannel()).reconcile(KEY)

    assert lost.offered == sent.offered == last.offered
    assert after.offered == []


async def test_a_mark_that_cannot_be_written_is_kept(waiting: World) -> None:
    """The reminder is not sent again for it."""
    channel = FakeChannel(at_once=True)
    operator = Operator(waiting, channel)
    await operator.reconcile(KEY)
    waiting.cluster.failures.append(ApiUnavailableError("503"))

    with pytest.raises(ApiUnavailableError):
        await operator.reconcile(KEY)
    await operator.reconcile(KEY)

    assert len(channel.offered) == 1
    assert waiting.cluster.status_of("a").last_reminder_time == waiting.clock.now()


async def test_a_todo_that_ended_meanwhile_is_not_marked(waiting: World) -> None:
    """Nothing is written after the end."""
    channel = FakeChannel()
    operator = Operator(waiting, channel)
    await operator.reconcile(KEY)
    waiting.intake.decision_seen(waiting.cluster.decide("a"))
    await operator.reconcile(KEY)
    channel.finish()
    await operator.reconcile(KEY)

    assert [status.phase for _, status in waiting.cluster.status_writes] == [Phase.SUCCEEDED]
    assert len(operator.ledger) == 0


async def test_a_todo_that_is_gone_or_replaced_leaves_nothing_behind(waiting: World) -> None:
    """Marks are of one object; another of its name waits anew."""
    channel = FakeChannel()
    operator = Operator(waiting, channel)
    await operator.reconcile(KEY)
    gone = waiting.cluster.todos.pop(KEY)
    waiting.intake.todo_gone(KEY, gone.uid)
    channel.finish()
    assert len(operator.ledger) == 1
    await operator.reconcile(KEY)

    assert len(operator.ledger) == 0


async def test_another_todo_of_the_same_name_is_not_marked_for_the_one_before(waiting: World) -> None:
    """The object was deleted and created again while its reminder was under way."""
    channel = FakeChannel()
    operator = Operator(waiting, channel)
    await operator.reconcile(KEY)
    gone = waiting.cluster.todos.pop(KEY)
    waiting.intake.todo_gone(KEY, gone.uid)
    waiting.intake.todo_seen(waiting.cluster.apply("a", reminders={"every": "1h"}))
    channel.finish()

    await operator.reconcile(KEY)

    assert waiting.cluster.status_of("a").last_reminder_time is None
    assert len(operator.ledger) == 0


async def test_what_happens_once_is_given_to_all_and_never_recorded(world: World) -> None:
    """The status that it follows from is the record."""
    first, second = FakeChannel(at_once=False), FakeChannel(at_once=True)
    operator = Operator(world, first, second)

    operator.notifications.publish(world.cluster.apply("a"), PROBLEM)
    operator.notifications.publish(world.cluster.apply("a"), PROBLEM)

    assert [notice for _, notice in first.offered] == [notice for _, notice in second.offered] == [PROBLEM, PROBLEM]
    assert len(operator.ledger) == 0


async def test_a_warning_is_marked_by_its_deadline(world: World) -> None:
    """Beside the reminders."""
    world.cluster.apply("a", timeout="100m")
    world.see_all()
    operator = Operator(world, channel := FakeChannel(at_once=True))
    await operator.reconcile(KEY)
    world.clock.advance(minutes=90)
    await operator.reconcile(KEY)
    await operator.reconcile(KEY)

    kinds = [notice.kind for _, notice in channel.offered]
    assert kinds == [NoticeKind.AWAITING_DECISION, NoticeKind.EXPIRES_SOON]
    status = world.cluster.status_of("a")
    assert status.warned_deadline == status.deadline == world.clock.now() + timedelta(minutes=10)
