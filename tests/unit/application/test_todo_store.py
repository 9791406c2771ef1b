"""Memory, then the cache, then the API server: what is read from where, and what is never used."""

from dataclasses import replace

import pytest

from myapp.application.snapshot import TodoSnapshot
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase
from myapp.domain.todo_status import TodoStatus
from tests.fakes.cluster import NAMESPACE, unreadable
from tests.unit.application.conftest import World

CAPACITY = 2


@pytest.fixture
async def small() -> World:
    """An application with room for two todos in memory."""
    return World(capacity=CAPACITY)


def _see(world: World, *names: str) -> list[TodoSnapshot]:
    snapshots = [world.cluster.apply(name) for name in names]
    for snapshot in snapshots:
        world.intake.todo_seen(snapshot)
    return snapshots


async def test_while_all_fits_the_cache_is_not_asked(small: World) -> None:
    """Redis has no traffic as long as memory suffices."""
    (snapshot, _) = _see(small, "a", "b")

    assert await small.store.read(snapshot.key) is snapshot

    assert (small.cache.asked, small.cache.entries, small.cluster.reads) == ([], {}, [])
    assert small.telemetry.cache_reads == [("memory", "hit")]


async def test_what_memory_has_no_room_for_is_read_from_the_cache(small: World) -> None:
    """The oldest goes to the cache, and comes back from there without a request to the API server."""
    (oldest, _, _) = _see(small, "a", "b", "c")
    assert list(small.cache.entries.values()) == [oldest]

    assert await small.store.read(oldest.key) == oldest

    assert small.cluster.reads == []


async def test_what_the_cache_has_is_not_written_again(small: World) -> None:
    """A todo that is read and pushed out unchanged costs no second write, and what is changed is deleted there."""
    first, second, third = _see(small, "a", "b", "c")
    await small.store.read(first.key)
    assert list(small.cache.entries.values()) in ([first, second], [second, first])
    small.cache.entries.clear()

    await small.store.read(third.key)
    await small.store.read(second.key)  # from the API server, which pushes out "a"

    assert first not in small.cache.entries.values()


async def test_a_version_that_was_superseded_leaves_the_cache(small: World) -> None:
    """The entry of an old version is of no use to anybody."""
    (oldest, _, _) = _see(small, "a", "b", "c")
    await small.store.read(oldest.key)

    newer = small.cluster.apply("a")
    small.intake.todo_seen(newer)

    assert small.cache.dropped == [(oldest.key, oldest.uid, oldest.version)]
    assert await small.store.read(newer.key) is newer


async def test_without_the_entry_the_api_server_is_asked(small: World) -> None:
    """An entry may be missing at any time."""
    (oldest, _, _) = _see(small, "a", "b", "c")
    small.cache.entries.clear()

    assert await small.store.read(oldest.key) == oldest

    assert small.cluster.reads == [oldest.key]
    assert small.telemetry.cache_reads == [("memory", "miss"), ("api", "hit")]


@pytest.mark.parametrize("field", ["version", "uid"])
async def test_r5_another_version_or_object_is_never_used(small: World, field: str) -> None:
    """A cache that answers with something else than it was asked for is not believed."""
    (oldest, _, _) = _see(small, "a", "b", "c")
    wrong = (
        replace(oldest, version="99999")
        if field == "version"
        else replace(oldest, todo=replace(oldest.todo, id="another"))
    )
    small.cache.answers[oldest.key] = wrong

    assert await small.store.read(oldest.key) == oldest

    assert small.cluster.reads == [oldest.key]


async def test_a_refused_write_leads_past_memory_and_cache(small: World) -> None:
    """After a conflict the latest known version is outdated, wherever it is kept."""
    (oldest, _, _) = _see(small, "a", "b", "c")
    newer = small.cluster.apply("a")

    small.store.drop(oldest.key)

    assert await small.store.read(oldest.key) == newer
    assert small.cache.asked == []
    small.intake.todo_seen(newer)
    _see(small, "d", "e")
    assert await small.store.read(newer.key) == newer
    assert small.cluster.reads == [newer.key]


async def test_e5_a_deleted_todo_leaves_memory_and_cache(small: World) -> None:
    """Its entry is deleted with it; the deletion of an older object of that name touches nothing."""
    (oldest, _, newest) = _see(small, "a", "b", "c")

    small.intake.todo_gone(newest.key, "of an older object")
    assert await small.store.read(newest.key) is newest
    small.intake.todo_gone(oldest.key, oldest.uid)
    del small.cluster.todos[oldest.key]

    assert small.cache.entries == {}
    assert await small.store.read(oldest.key) is None
    assert small.cluster.reads == [oldest.key]


async def test_what_has_settled_takes_no_room(small: World) -> None:
    """Neither memory nor the cache keeps a todo that has ended."""
    (snapshot,) = _see(small, "a")
    ended = TodoStatus(phase=Phase.SUCCEEDED, observed_generation=snapshot.todo.generation)
    settled = small.cluster.store(replace(snapshot, status=ended))
    small.intake.todo_seen(settled)

    _see(small, "b", "c", "d")

    assert TodoKey(NAMESPACE, "a") not in {snapshot.key for snapshot in small.cache.entries.values()}


async def test_what_was_pushed_out_by_news_of_itself_is_not_cached(small: World) -> None:
    """Only the latest version is worth a write."""
    (oldest, _) = _see(small, "a", "b")
    newer = small.cluster.apply("a")
    small.registry.observe(newer)

    _see(small, "c")

    assert oldest not in small.cache.entries.values()


async def test_an_unreadable_todo_goes_the_same_way(small: World) -> None:
    """The cache may refuse to keep it; it is read from the API server then."""
    stored = small.cluster.store(unreadable("bad", TodoStatus()))
    small.intake.todo_seen(stored)
    _see(small, "a", "b")
    small.cache.entries.clear()

    assert await small.store.read(stored.key) == stored
