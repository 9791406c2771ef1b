"""Which bounds of workflows a run kept, and how the ends of steps become times between them."""

from dataclasses import replace

import pytest

from benchmarks.figures import ContainerFigures, Figures, RunFigures, Spread, WorkflowFigures
from benchmarks.scenarios import workflows
from benchmarks.wake_latency import wake_latencies
from benchmarks.workflow_bounds import of_containers, of_workflows

PLANS = (
    workflows.SINGLE,
    workflows.MANY_SINGLE,
    workflows.CHAINS_OF_10,
    workflows.CHAINS_OF_100,
    workflows.FAN_OF_1000,
    workflows.FAN_OF_3000,
    workflows.ITEMS_100,
    workflows.ITEMS_10000,
)


def measured(**changed: float) -> WorkflowFigures:
    """All shapes in four seconds with 3 ms and 2.2 writes a step; `changed` are fields of the chains of 100."""
    runs = {plan.name: RunFigures(plan.runs, plan.steps, 4.0, 1.0, 2.2, 3.0, 150.0, 200.0) for plan in PLANS}
    runs[workflows.CHAINS_OF_100.name] = replace(runs[workflows.CHAINS_OF_100.name], **changed)  # type: ignore[arg-type]
    return WorkflowFigures(runs, Spread(20.0, 60.0, 100.0))


def test_every_bound_has_its_verdict() -> None:
    """All of them kept by good figures; `evaluate` takes them in."""
    verdicts = list(of_workflows(measured()))

    assert len(verdicts) == 9
    assert [verdict.name for verdict in verdicts if not verdict.is_kept] == []
    assert Figures(workflows=measured()).workflows is not None


@pytest.mark.parametrize(
    ("changed", "missed"),
    [
        ({"cpu_ms_per_step": 3.7}, ["CPU per step, chains of 100 / of 10"]),
        ({"cpu_ms_per_step": 5.1}, ["CPU per step, chains of 100 / of 10", "CPU per step in chains of 100"]),
        ({"writes_per_step": 2.51}, ["writes per step in chains of 100"]),
    ],
)
def test_a_missed_bound_is_named(changed: dict[str, float], missed: list[str]) -> None:
    """And no other."""
    assert [verdict.name for verdict in of_workflows(measured(**changed)) if not verdict.is_kept] == missed


@pytest.mark.parametrize(("runs", "kept"), [(0.9, True), (0.89, False)])
def test_container_steps_are_held_against_jobs(runs: float, kept: bool) -> None:
    """Of the same run."""
    assert of_containers(ContainerFigures(40, 1.0, runs)).is_kept is kept


def test_ends_of_steps_are_read_by_their_position() -> None:
    """`slow-3-0.s1` is the second step of the fourth chain."""
    ends = workflows.by_position({"slow-3-0.s0": 1.0, "slow-3-0.s1": 1.25, "slow-4-0.s0": 2.0, "slow-4-0.s1": 2.5})

    assert sorted(wake_latencies(ends)) == [0.25, 0.5]


def test_shapes_that_were_not_measured_have_no_verdict() -> None:
    """A ratio needs both of its sides."""
    short = workflows.CHAINS_OF_10.name
    chosen = WorkflowFigures({short: measured().runs[short]})

    assert [verdict.name for verdict in of_workflows(chosen)] == ["300 chains of 10"]
