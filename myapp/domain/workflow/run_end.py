"""How a run ends all of whose steps have ended."""

from collections.abc import Sequence

from myapp.domain.moment import format_moment
from myapp.domain.outputs import OutputsProblem, computed_outputs
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.run_phase import RunReason
from myapp.domain.workflow.run_situation import AcceptedRun, RunSituation
from myapp.domain.workflow.run_status import StepStatus
from myapp.domain.workflow.run_variables import RunVariables
from myapp.domain.workflow.run_verdict import RunVerdict

_TOLD = 3


def end_of(
    run: AcceptedRun,
    situation: RunSituation,
    failures: Sequence[StepStatus],
    last_failures: Sequence[StepStatus],
    variables: RunVariables,
) -> RunVerdict:
    """The end. Who cancelled it has ended it, whatever its steps came to; then its time, then what failed first."""
    status = situation.status
    if status.cancel_mode is not None:
        by = situation.cancelled_by or "the workflow that it is a step of"
        return RunVerdict(Phase.CANCELLED, RunReason.CANCELLED, f"cancelled by {by}, mode {status.cancel_mode}")
    if status.timed_out_at is not None:
        message = f"timed out at {format_moment(status.timed_out_at)}"
        return RunVerdict(Phase.FAILED, RunReason.TIMED_OUT, message)
    if failures:
        return RunVerdict(Phase.FAILED, RunReason.STEP_FAILED, _told(failures))
    if last_failures:
        return RunVerdict(Phase.FAILED, RunReason.FINALLY_FAILED, _told(last_failures))
    return _succeeded(run, situation, variables)


def _succeeded(run: AcceptedRun, situation: RunSituation, variables: RunVariables) -> RunVerdict:
    rules = run.blueprint.outputs
    seen = variables.seeing(frozenset(step.name for step in situation.status.steps)) if rules else {}
    outputs = computed_outputs(rules, seen)
    if isinstance(outputs, OutputsProblem):
        return RunVerdict(Phase.FAILED, RunReason.OUTPUTS_ERROR, f"all steps are done, but {outputs.message}")
    return RunVerdict(Phase.SUCCEEDED, RunReason.COMPLETED, _summary(situation), outputs=outputs)


def _told(failures: Sequence[StepStatus]) -> str:
    named = [
        f"step {step.name} {step.phase}: {step.reason}{f', {step.message}' if step.message else ''}"
        for step in failures[:_TOLD]
    ]
    rest = len(failures) - _TOLD
    return "; ".join(named) + (f"; and {rest} more" if rest > 0 else "")


def _summary(situation: RunSituation) -> str:
    counts = situation.status.counts
    kinds = (("succeeded", counts.succeeded), ("skipped", counts.skipped), ("failed", counts.failed))
    parts = [f"{number} {kind}" for kind, number in kinds if number]
    return f"{counts.total} step{'' if counts.total == 1 else 's'}: {', '.join(parts)}"
