"""The census follows the registry: every todo is counted once, where its latest version says that it stands."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from myapp.application.snapshot import UNREADABLE, UNSEEN
from myapp.application.todo_census import TodoCensus
from myapp.application.todo_registry import TodoRegistry
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase, Reason
from tests.fakes.clock import START
from tests.fakes.cluster import NAMESPACE, FakeCluster, unreadable
from tests.unit.application.conftest import World


def _counts(census: TodoCensus) -> dict[tuple[str, str], int]:
    return {(str(at.phase), str(at.reason)): at.todos for at in census.standings() if at.todos}


async def test_a_todo_is_counted_where_it_stands(world: World) -> None:
    """New, waiting for a person, ended: one place at a time."""
    world.cluster.apply("approve")
    world.see_all()
    assert _counts(world.census) == {(Phase.PENDING, UNSEEN): 1}

    await world.look_at("approve")
    assert _counts(world.census) == {(Phase.ACTIVE, Reason.AWAITING_DECISION): 1}

    world.cluster.decide("approve")
    world.see_all()
    await world.look_at("approve")
    assert _counts(world.census) == {(Phase.SUCCEEDED, Reason.COMPLETED): 1}

    world.intake.todo_gone(TodoKey(NAMESPACE, "approve"), world.cluster.todos[TodoKey(NAMESPACE, "approve")].uid)
    assert _counts(world.census) == {}


async def test_an_unreadable_status_is_a_standing_of_its_own(world: World) -> None:
    """Somebody must look at it, so it is not hidden among the new ones."""
    world.intake.todo_seen(unreadable("odd", None))
    assert _counts(world.census) == {(Phase.PENDING, UNREADABLE): 1}


async def test_overdue_are_unfinished_todos_past_their_due_time(world: World) -> None:
    """The longest counts; whoever ends, is deleted or is given more time leaves."""
    early = world.cluster.apply("early", due_time=START + timedelta(minutes=1))
    world.cluster.apply("late", due_time=START + timedelta(minutes=5))
    world.cluster.apply("never")
    world.see_all()
    assert world.census.overdue(START).todos == 0
    assert world.census.overdue(START).longest == timedelta()

    now = START + timedelta(minutes=6)
    assert (world.census.overdue(now).todos, world.census.overdue(now).longest) == (2, timedelta(minutes=5))

    world.intake.todo_gone(early.key, early.uid)
    assert (world.census.overdue(now).todos, world.census.overdue(now).longest) == (1, timedelta(minutes=1))

    world.cluster.apply("late", due_time=START + timedelta(hours=1))
    world.see_all()
    assert world.census.overdue(now).todos == 0

    world.cluster.apply("late", due_time=START)
    world.cluster.decide("late")
    world.see_all()
    await world.work_off()
    assert world.census.overdue(now).todos == 0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["apply", "delete", "old"])), max_size=30))
def test_the_counts_are_those_of_the_records(steps: list[tuple[str, str]]) -> None:
    """Whatever comes in whatever order, versions that are old news included."""
    census, cluster = TodoCensus(), FakeCluster()
    registry = TodoRegistry(census)
    for name, step in steps:
        key = TodoKey(NAMESPACE, name)
        if step == "apply":
            registry.observe(cluster.apply(name, due_time=START))
        elif key in cluster.todos:
            snapshot = cluster.todos[key]
            registry.forget(key, snapshot.uid)
            if step == "delete":
                del cluster.todos[key]
            else:
                assert registry.observe(snapshot) is None, "an object that was seen to be gone does not come back"
                del cluster.todos[key]
    assert sum(at.todos for at in census.standings()) == len(registry) == census.overdue(START).todos
