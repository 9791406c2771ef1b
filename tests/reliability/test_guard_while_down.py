"""Decisions that are made while no operator runs: they count if the policies held all the time, and only then."""

from collections.abc import Callable

import pytest

from tests.api_server import JsonObject
from tests.reliability.guard_scene import BREAKS, PATIENCE, Scene

# With the other tests of the guard: one worker, one cluster.
pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("guard")]

#: What is decided, and the spec that it is decided on.
ACTIONS: dict[str, JsonObject] = {"Complete": {}, "Approve": {"approval": {}}}


def record(scene: Scene) -> str:
    """What the guard has written down."""
    return scene.cluster.kubectl("get", "configmap", "myapp-guard", "-n", "myapp-system", "-o", "yaml").stdout


@pytest.mark.parametrize("action", ACTIONS)
def test_decided_while_it_is_down(scene: Scene, action: str) -> None:
    """The guard was good before and is after, and nothing has changed meanwhile: it counts, and what depends on it goes
    on. The restart has nothing to write down.
    """
    scene.operator.start()
    scene.guard_is(1)
    todo = scene.todos.create("deploy", **ACTIONS[action])
    scene.todos.create("behind", depends_on=["deploy"], wait={"duration": "0s"})
    scene.todos.wait("deploy", "Active", "AwaitingDecision")
    scene.operator.stop()
    before = record(scene)
    honest = scene.todos.decide(todo, action)
    scene.operator.start()
    assert scene.todos.judged(honest)["outcome"] == "Counted"
    scene.todos.wait("behind", "Succeeded")
    assert record(scene) == before
    assert scene.operator.metric("todo_guard_ok") == 1


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("break_it", BREAKS, ids=lambda each: each.__name__)
def test_c10_forged_while_it_is_down(scene: Scene, break_it: Callable[[Scene], None], action: str) -> None:
    """All is mended before it starts again: what has changed meanwhile tells."""
    scene.operator.start()
    scene.guard_is(1)
    todo = scene.todos.create("deploy", **ACTIONS[action])
    scene.todos.wait("deploy", "Active", "AwaitingDecision")
    scene.operator.stop()
    break_it(scene)
    forged = scene.forge(todo, action)
    scene.mend()
    scene.operator.start()
    answer = scene.todos.judged(forged, PATIENCE)
    assert (answer["outcome"], answer["reason"]) == ("Refused", "GuardNotProven")
    assert scene.todos.status("deploy")["phase"] == "Active"
    scene.still_works()
