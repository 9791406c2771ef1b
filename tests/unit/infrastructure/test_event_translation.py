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


def _translation(world: World) -> EventTranslation:
    runs = world.runs
    return EventTranslation(
        todos=world.intake, runs=runs.intake, templates=runs.template_intake, decisions=world.decision_intake
    )


def _run(version: str = "7", **metadata: object) -> dict[str, Any]:
    spec = {"steps": [{"name": "build", "content": "Build"}]}
    return {"metadata": {**_todo(version)["metadata"], "name": "run", "uid": "r-1", **metadata}, "spec": spec}


@pytest.fixture
def world() -> World:
    """An application that has seen nothing yet."""
    return World()


@pytest.mark.parametrize("kind", ["ADDED", "MODIFIED"])
async def test_an_object_is_queued_whatever_the_kind_of_event(world: World, kind: str | None) -> None:
    """Only the version matters."""
    translation = _translation(world)

    translation.todo({"type": kind, "object": _todo()})

    assert await world.queue.get() == KEY


async def test_a_known_version_is_no_news(world: World) -> None:
    """The echo of an own write and what is older still need no handler; a deletion always does."""
    translation = _translation(world)
    translation.todo({"type": "ADDED", "object": _todo("7")})
    world.queue.done(await world.queue.get())

    assert not translation.is_news({"type": "MODIFIED", "object": _todo("7")})
    assert not translation.is_news({"type": "MODIFIED", "object": _todo("6", priority=3)})
    assert translation.is_news({"type": "MODIFIED", "object": _todo("8")})
    assert translation.is_news({"type": "DELETED", "object": _todo("7")})


async def test_a_deleted_todo_is_forgotten(world: World) -> None:
    """Only the object that was deleted, not a later one of the same name."""
    translation = _translation(world)
    translation.todo({"type": "ADDED", "object": _todo("7")})

    translation.todo({"type": "DELETED", "object": {"metadata": {**_todo("8")["metadata"], "uid": "another"}}})
    assert len(world.registry) == 1
    translation.todo({"type": "DELETED", "object": _todo("8")})

    assert len(world.registry) == 0


async def test_decisions_wait_until_they_are_judged_or_gone(world: World) -> None:
    """An unjudged decision wakes its target; an outcome or a deletion takes it out."""
    translation = _translation(world)

    translation.decision({"type": "ADDED", "object": _decision()})
    assert await world.queue.get() == KEY
    assert len(world.decisions) == 1
    translation.decision({"type": "MODIFIED", "object": _decision("Counted")})
    assert len(world.decisions) == 0

    translation.decision({"type": "ADDED", "object": _decision()})
    translation.decision({"type": "DELETED", "object": _decision()})
    assert len(world.decisions) == 0


async def test_a_run_is_taken_in_once(world: World) -> None:
    """Like a Todo, by those who see to runs."""
    translation = _translation(world)

    translation.run({"type": "ADDED", "object": _run()})

    assert await world.runs.queue.get() == KEY.beside("run")
    assert not translation.is_news_of_a_run({"type": "MODIFIED", "object": _run()})
    assert translation.is_news_of_a_run({"type": "MODIFIED", "object": _run("8")})
    translation.run({"type": "DELETED", "object": _run("9")})
    assert len(world.runs.registry) == 0


async def test_a_decision_goes_to_those_who_judge_it(world: World) -> None:
    """By the kind of its target; a Todo and a run may have one name."""
    translation = _translation(world)
    decision = _decision()
    decision["spec"] |= {"target": {**decision["spec"]["target"], "kind": "TodoWorkflow"}, "action": "Cancel"}

    translation.decision({"type": "ADDED", "object": decision})

    assert await world.runs.queue.get() == KEY
    assert (len(world.decisions), len(world.runs.decisions), len(world.decision_intake)) == (0, 1, 1)
    translation.decision({"type": "DELETED", "object": decision})
    assert len(world.decision_intake) == 0


@pytest.mark.parametrize(("observed", "queued"), [(-1, 1), (1, 0)])
async def test_a_template_is_judged_once(world: World, observed: int, queued: int) -> None:
    """In each of its generations; one that is gone is judged no more."""
    translation = _translation(world)
    template = {**_run(), "status": {"observedGeneration": observed}}

    translation.template({"type": "ADDED", "object": template})
    assert len(world.runs.template_queue) == queued
    translation.template({"type": "DELETED", "object": template})

    assert len(world.runs.template_queue) == 0
    assert len(world.runs.template_registry) == 0
