"""Random graphs with random results end as the model says, whatever the order of events and whatever is forgotten."""

from dataclasses import dataclass, replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.child_names import parse_part
from myapp.domain.workflow.run_status import RunStatus, StepStatus
from tests.unit.domain.workflow.builders import definition
from tests.unit.domain.workflow.run_model import ModelStep, ends, graphs, unhandled
from tests.unit.domain.workflow.run_world import RunWorld, accepted

CHANCE = st.randoms(use_true_random=False)


@dataclass
class _Play:
    """Plays a run to its end in some order. What was not urgent is written now and then, and lost at a restart."""

    world: RunWorld
    steps: dict[str, ModelStep]
    random: Random
    written: RunStatus
    most: int | None = None
    """How many children may be open at once."""

    def play(self) -> None:
        """Until the run has ended."""
        for _ in range(500):
            self._look()
            assert self.most is None or len(self.world.open_parts) <= self.most
            if self.written.phase.final:
                return
            for part in self.random.sample(self.world.open_parts, len(self.world.open_parts))[:2]:
                self._end(part)
            if self.random.random() < 0.3:
                self.world.status = self.written
                self.world.restart()
        raise AssertionError(f"it does not end: {self.world.stands}")

    def _look(self) -> None:
        for _ in range(self.random.randint(1, 2)):
            plan = self.world.look()
            if plan.urgent or self.random.random() < 0.4:
                self.written = self.world.status

    def _end(self, part: str) -> None:
        found = parse_part(part)
        assert found is not None
        self.world.end(part, Phase(self.steps[found.step].result_of(found.index)))


def _played(
    steps: list[ModelStep], policy: str, chance: Random, *, last: bool = False, most: int | None = None
) -> RunWorld:
    fields: dict[str, object] = {"failurePolicy": policy} | ({"parallelism": most} if most is not None else {})
    finally_steps = [ModelStep("z").written] if last else []
    world = RunWorld(accepted(definition(*(known.written for known in steps), last=finally_steps, **fields)))
    by_name = {known.name: known for known in steps} | {"z": ModelStep("z")}
    _Play(world, by_name, chance, world.status, most).play()
    return world


def _end(step: StepStatus) -> str:
    return step.reason if step.passed_over else str(step.phase)


@settings(max_examples=150, deadline=None)
@given(graphs(), CHANCE, st.booleans())
def test_with_continue_every_step_ends_as_the_model_says(steps: list[ModelStep], chance: Random, last: bool) -> None:
    world = _played(steps, "Continue", chance, last=last)
    expected = ends(steps)
    assert {step.name: _end(step) for step in world.status.steps if not step.in_finally} == expected
    failed = bool(unhandled(steps, expected))
    assert world.status.phase is (Phase.FAILED if failed else Phase.SUCCEEDED)
    assert not last or world.step("z").phase is Phase.SUCCEEDED


@settings(max_examples=80, deadline=None)
@given(graphs(), CHANCE, st.integers(1, 3))
def test_parallelism_is_kept_and_changes_no_end(steps: list[ModelStep], chance: Random, most: int) -> None:
    """Never more at once, across restarts too, and all ends as without it."""
    world = _played(steps, "Continue", chance, most=most)
    assert {step.name: _end(step) for step in world.status.steps} == ends(steps)


@settings(max_examples=150, deadline=None)
@given(graphs(), CHANCE)
def test_with_fail_fast_a_step_ends_as_the_model_says_or_does_not_start(steps: list[ModelStep], chance: Random) -> None:
    world = _played(steps, "FailFast", chance)
    expected = ends(steps)
    found = {step.name: _end(step) for step in world.status.steps}
    stopped = {name for name, end in found.items() if end == "NotStarted"}
    assert all(end in (expected[name], "NotStarted") for name, end in found.items())
    failed = {name for name, end in found.items() if end in ("Failed", "Cancelled")}
    assert not stopped or failed & unhandled(steps, found)
    assert (world.status.phase is Phase.FAILED) is bool(unhandled(steps, found))


@settings(max_examples=80, deadline=None)
@given(graphs(), CHANCE)
def test_a_run_that_is_retried_until_all_is_well_has_done_nothing_twice(steps: list[ModelStep], chance: Random) -> None:
    """What succeeded before a Retry is not begun again: the world raises where a name is created a second time."""
    world = _played(steps, "FailFast", chance)
    succeeded = {step.name for step in world.status.steps if step.phase is Phase.SUCCEEDED}
    if str(world.status.phase) != "Failed":
        return
    before = list(world.created)
    world.decide("Retry")
    better = {
        known.name: replace(known, result="Succeeded", items=known.items and ("Succeeded",) * len(known.items))
        for known in steps
    }
    _Play(world, better, chance, world.status).play()
    assert str(world.status.phase) == "Succeeded"
    again = {parse_part(name.removeprefix("run.")) for name in world.created[len(before) :]}
    assert not succeeded & {part.step for part in again if part is not None}


@settings(max_examples=80, deadline=None)
@given(graphs(), CHANCE, st.sampled_from(["Terminate", "Stop", "RunFinally"]), st.integers(0, 4))
def test_a_cancelled_run_ends_and_begins_nothing_more(
    steps: list[ModelStep], chance: Random, mode: str, after: int
) -> None:
    last = [ModelStep("z").written]
    world = RunWorld(accepted(definition(*(known.written for known in steps), last=last, failurePolicy="Continue")))
    by_name = {known.name: known for known in steps} | {"z": ModelStep("z")}
    play = _Play(world, by_name, chance, world.status)
    for _ in range(after):
        world.look()
        for part in world.open_parts[:1]:
            play._end(part)  # noqa: SLF001 - one event of the same play
    world.look()
    if world.status.phase.final:
        return
    created = set(world.created)
    world.decide("Cancel", mode)
    play.written = world.status
    play.play()
    assert world.status.phase is Phase.CANCELLED
    assert set(world.created) - created <= {"run.z"}
    finally_done = world.step("z").phase is Phase.SUCCEEDED
    assert finally_done or mode == "Terminate"
