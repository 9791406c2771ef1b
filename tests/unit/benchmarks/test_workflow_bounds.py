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
    runs = {plan.name: RunFigures(plan.runs, plan.steps, 4.0, 1.0, 2.2, 3.0, 150.0, 650.0) for plan in PLANS}
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


@pytest.mark.parametrize(
    ("patches", "seconds", "kept"),
    [(650.0, 16.0, True), (650.0, 16.1, False), (325.0, 32.0, True), (325.0, 32.1, False), (1300.0, 16.1, False)],
)
def test_total_times_are_promised_in_proportion_to_a_slower_api_server(
    patches: float, seconds: float, kept: bool
) -> None:
    """Half as many bare patches, twice as long; a faster one makes no bound stricter."""
    short = workflows.CHAINS_OF_10.name
    figures = replace(measured().runs[short], seconds=seconds, bare_patches_per_second=patches)

    (verdict,) = of_workflows(WorkflowFigures({short: figures}))

    assert verdict.is_kept is kept
    assert verdict.explanation.startswith("<= 16 at 650/s; ")


@pytest.mark.parametrize(("seconds", "kept"), [(90.9, True), (91.1, False)])
def test_rates_are_promised_in_proportion_too(seconds: float, kept: bool) -> None:
    """55/s of the 110/s where half as many bare patches are taken."""
    many = workflows.MANY_SINGLE.name
    figures = replace(measured().runs[many], seconds=seconds, bare_patches_per_second=325.0)

    assert [verdict.is_kept for verdict in of_workflows(WorkflowFigures({many: figures}))] == [kept]
