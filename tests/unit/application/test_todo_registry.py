"""The registry: old news is refused, and exactly those look again for whom something may have changed."""

from dataclasses import replace

from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.todo_status import TodoStatus
from tests.fakes.cluster import NAMESPACE
from tests.unit.application.conftest import World


def _keys(*names: str) -> frozenset[TodoKey]:
    return frozenset(TodoKey(NAMESPACE, name) for name in names)


async def test_an_older_version_is_old_news(world: World) -> None:
    """Versions are compared as numbers: 99 is older than 101."""
    snapshot = world.cluster.apply("a")
    assert world.registry.observe(replace(snapshot, version="101")) is not None

    assert world.registry.observe(replace(snapshot, version="99")) is None
    assert world.registry.observe(replace(snapshot, version="101")) is None
    assert world.registry.knows(snapshot.key, snapshot.uid, "99")
    assert not world.registry.knows(snapshot.key, snapshot.uid, "102")
    assert not world.registry.knows(snapshot.key, "another", "99")


async def test_dependents_look_again_when_a_dependency_appears_and_when_it_ends(world: World) -> None:
    """They are woken by what they look at, and by nothing else."""
    world.registry.observe(world.cluster.apply("dependent", depends_on=[{"name": "base"}]))
    base = world.cluster.apply("base")

    assert world.registry.observe(base) == _keys("dependent")
    edited = world.cluster.apply("base", priority=1)
    assert world.registry.observe(edited) == frozenset()
    ended = world.cluster.store(replace(edited, status=TodoStatus(phase=Phase.SUCCEEDED)))
    assert world.registry.observe(ended) == _keys("dependent")


async def test_all_members_of_a_loop_look_again_when_it_closes_and_when_it_opens(world: World) -> None:
    """A status write of a member wakes nobody; an edge that closes or opens the loop wakes them all."""
    world.registry.observe(world.cluster.apply("a", depends_on=[{"name": "b"}]))
    world.registry.observe(world.cluster.apply("b", depends_on=[{"name": "c"}]))
    closing = world.cluster.apply("c", depends_on=[{"name": "a"}])

    assert world.registry.observe(closing) == _keys("a", "b")
    assert world.registry.related(closing.todo).loop == ("c", "a", "b", "c")
    written = world.cluster.store(replace(closing, status=TodoStatus(message="waits for itself")))
    assert world.registry.observe(written) == frozenset()
    assert world.registry.observe(world.cluster.apply("c")) == _keys("a", "b")


async def test_another_object_of_the_same_name_is_not_forgotten(world: World) -> None:
    """A late deletion of the old object leaves the new one known."""
    old = world.cluster.apply("a")
    world.registry.observe(old)
    del world.cluster.todos[old.key]
    new = world.cluster.apply("a")
    world.registry.observe(new)

    assert world.registry.forget(old.key, old.uid) == frozenset()
    assert world.registry.is_current(new)


async def test_what_was_deleted_is_not_revived_by_an_older_version(world: World) -> None:
    """The answer to our own write, or a slow listing, may arrive after the deletion."""
    snapshot = world.cluster.apply("a")
    world.registry.observe(snapshot)

    world.registry.forget(snapshot.key, snapshot.uid)

    assert world.registry.observe(replace(snapshot, version="999")) is None
    assert len(world.registry) == 0


async def test_who_has_started_is_part_of_no_loop_and_still_holds_what_it_depends_on(world: World) -> None:
    """A todo that is active waits for nothing, and yet what it depends on is not deleted under it."""
    first = world.cluster.apply("a", depends_on=[{"name": "b"}])
    started = replace(first, status=TodoStatus(phase=Phase.ACTIVE, start_time=world.clock.now()))
    world.registry.observe(started)

    closing = world.cluster.apply("b", depends_on=[{"name": "a"}])
    world.registry.observe(closing)

    assert world.registry.related(closing.todo).loop == ()
    assert world.registry.related(closing.todo).awaited is True


async def test_namespaces_do_not_mix(world: World) -> None:
    """A todo of the same name elsewhere satisfies nobody here."""
    dependent = world.cluster.apply("dependent", depends_on=[{"name": "base"}])
    world.registry.observe(dependent)
    base = world.cluster.apply("base")
    elsewhere = replace(base.todo, key=TodoKey("elsewhere", "base"))

    assert world.registry.observe(replace(base, todo=elsewhere)) == frozenset()
    assert world.registry.related(dependent.todo).dependencies == {}


async def test_who_waits_for_people_is_known_by_key_and_uid(world: World) -> None:
    """Not what has ended, is suspended, or is another object of that name."""
    asked = replace(world.cluster.apply("asked"), status=TodoStatus(1, Phase.ACTIVE, Reason.AWAITING_DECISION))
    held = replace(world.cluster.apply("held"), status=TodoStatus(1, Phase.ACTIVE, Reason.SUSPENDED))
    for snapshot in (asked, held):
        world.registry.observe(snapshot)

    assert world.registry.awaits_people(asked.key, asked.uid)
    assert not world.registry.awaits_people(asked.key, "another")
    assert not world.registry.awaits_people(held.key, held.uid)
    assert not world.registry.awaits_people(asked.key.beside("none"), asked.uid)
