"""When Todos were seen Active, from the events of a watch."""

import time
from collections.abc import Iterator

import pytest

from benchmarks.active_watch import ActiveTodos
from benchmarks.api_client import ApiClientError, JsonObject


def _event(name: str, kind: str = "ADDED") -> JsonObject:
    return {"type": kind, "object": {"metadata": {"name": name}}}


def test_the_first_sight_counts() -> None:
    """A Todo that changes while it is Active was seen before."""
    active = ActiveTodos()
    active.follow([_event("todo"), _event("other")])
    before = time.monotonic()
    active.follow([_event("todo", "MODIFIED")])

    assert active.wait_for("todo", timeout=0) <= before
    assert len(active) == 2


def test_what_was_not_seen_is_named() -> None:
    """Nothing is waited for longer than the caller wants."""
    with pytest.raises(ApiClientError, match="Todo todo was not Active after 0 s"):
        ActiveTodos().wait_for("todo", timeout=0)


@pytest.mark.parametrize(
    ("last", "told"),
    [
        pytest.param(None, "the watch has ended", id="closed"),
        pytest.param({"type": "ERROR", "object": {"message": "too old resource version"}}, "too old", id="expired"),
    ],
)
def test_the_end_of_the_watch_is_told_at_once(last: JsonObject | None, told: str) -> None:
    """What was seen before stays known; the rest can no longer be seen."""
    active = ActiveTodos()
    active.follow([_event("todo"), *([last] if last else [])])

    assert active.wait_for("todo", timeout=0) > 0
    with pytest.raises(ApiClientError, match=told):
        active.wait_for("other", timeout=60)


def test_a_watch_that_breaks_is_told_too() -> None:
    """The client's error is the one of everybody who waits."""

    def broken() -> Iterator[JsonObject]:
        yield _event("todo")
        raise ApiClientError("watch /todos: timed out")

    active = ActiveTodos()
    active.follow(broken())

    with pytest.raises(ApiClientError, match="watch /todos: timed out"):
        active.wait_for("other", timeout=60)
