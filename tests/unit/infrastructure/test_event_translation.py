"""What a watch delivers becomes calls of the intake; what is known already is not even parsed."""

from typing import Any

import pytest

from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.kopf_adapter.event_translation import EventTranslation
from tests.unit.application.conftest import World

KEY = TodoKey("shop", "approve")


def _todo(version: str = "7", **spec: object) -> dict[str, Any]:
    metadata = {
        "namespace": "shop",
        "name": "approve",
        "uid": "u-1",
        "resourceVersion": version,
        "generation": 1,
        "creationTimestamp": "2026-12-01T08:00:00Z",
    }
    return {"metadata": metadata, "spec": {"content": "Approve", **spec}}


def _decision(outcome: str | None = None) -> dict[str, Any]:
    target = {"kind": "Todo", "name": "approve", "uid": "u-1"}
    spec = {"target": target, "action": "Complete", "user": {"username": "oncall"}}
    metadata = {**_todo()["metadata"], "name": "approve-complete-x", "uid": "d-1"}
    return {"metadata": metadata, "spec": spec, "status": {"outcome": outcome} if outcome else None}


@pytest.fixture
def world() -> World:
    """An application that has seen nothing yet."""
    return World()


@pytest.mark.parametrize("kind", ["ADDED", "MODIFIED"])
async def test_an_object_is_queued_whatever_the_kind_of_event(world: World, kind: str | None) -> None:
    """Only the version matters."""
    translation = EventTranslation(world.intake)

    translation.todo({"type": kind, "object": _todo()})

    assert await world.queue.get() == KEY


async def test_a_known_version_is_no_news(world: World) -> None:
    """The echo of an own write and what is older still need no handler; a deletion always does."""
    translation = EventTranslation(world.intake)
    translation.todo({"type": "ADDED", "object": _todo("7")})
    world.queue.done(await world.queue.get())

    assert not translation.is_news({"type": "MODIFIED", "object": _todo("7")})
    assert not translation.is_news({"type": "MODIFIED", "object": _todo("6", priority=3)})
    assert translation.is_news({"type": "MODIFIED", "object": _todo("8")})
    assert translation.is_news({"type": "DELETED", "object": _todo("7")})


async def test_a_deleted_todo_is_forgotten(world: World) -> None:
    """Only the object that was deleted, not a later one of the same name."""
    translation = EventTranslation(world.intake)
    translation.todo({"type": "ADDED", "object": _todo("7")})

    translation.todo({"type": "DELETED", "object": {"metadata": {**_todo("8")["metadata"], "uid": "another"}}})
    assert len(world.registry) == 1
    translation.todo({"type": "DELETED", "object": _todo("8")})

    assert len(world.registry) == 0


async def test_decisions_wait_until_they_are_judged_or_gone(world: World) -> None:
    """An unjudged decision wakes its target; an outcome or a deletion takes it out."""
    translation = EventTranslation(world.intake)

    translation.decision({"type": "ADDED", "object": _decision()})
    assert await world.queue.get() == KEY
    assert len(world.decisions) == 1
    translation.decision({"type": "MODIFIED", "object": _decision("Counted")})
    assert len(world.decisions) == 0

    translation.decision({"type": "ADDED", "object": _decision()})
    translation.decision({"type": "DELETED", "object": _decision()})
    assert len(world.decisions) == 0
