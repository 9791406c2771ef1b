"""What the decision ``Retry`` does to a run: what failed is done again, and what followed from it; the rest stays.

It begins a new revision: children that are created in it have another name.
"""

from dataclasses import replace
from datetime import timedelta

from myapp.domain.actions.action import Objection
from myapp.domain.decision import DecisionReason
from myapp.domain.revival import objection_after_expiry, objection_while_held
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.workflow.blueprint import Section
from myapp.domain.workflow.run_phase import StepReason
from myapp.domain.workflow.run_situation import AcceptedRun, RunSituation
from myapp.domain.workflow.run_status import RunStatus, StepStatus

#: Bounds the names of children, and what is kept of them.
MOST_REVISIONS = 99
#: Ends that the run itself has brought about, whoever accepts them.
_BAD_ENDS = frozenset({Phase.FAILED, Phase.CANCELLED})
_CUT_SHORT = frozenset({Reason.WORKFLOW_CANCELLED, StepReason.ITEMS_CANCELLED})


def objection_to_run_retry(run: AcceptedRun | None, situation: RunSituation) -> Objection | None:
    """Why a run that has ended cannot be started anew; None where it can."""
    entry, status = situation.entry, situation.status
    if status.phase is not Phase.FAILED:
        return Objection(DecisionReason.NOT_FAILED, f"it has not failed: {status.phase}, {status.message}")
    if entry.parent is not None:
        message = f"it is a step of workflow {entry.parent.name}: retry that one"
        return Objection(DecisionReason.NOT_FOR_PEOPLE, message)
    if run is None:
        return Objection(DecisionReason.TARGET_FINISHED, "its definition is not known any more: start another run")
    if status.revision >= MOST_REVISIONS:
        return Objection(DecisionReason.TARGET_FINISHED, f"it was retried {status.revision} times, which is the most")
    expires_at = entry.expires_at(status.completion_time)
    return objection_while_held(situation.suspended_by) or objection_after_expiry(expires_at, situation.now)


def is_retried_by_parent(status: RunStatus, revision: int) -> bool:
    """Whether the run of which this one is a step has been retried, down to this one."""
    return status.phase in _BAD_ENDS and status.revision < revision


def started_anew(run: AcceptedRun, situation: RunSituation, revision: int) -> RunSituation:
    """The situation in which what is to be done again has not begun, and the run's clock starts anew."""
    status = situation.status
    steps = tuple(
        StepStatus(step.name, in_finally=step.in_finally, revision=revision)
        if step.in_finally or _is_done_again(run.blueprint.steps, step)
        else step
        for step in status.steps
    )
    again = replace(
        status,
        phase=Phase.ACTIVE,
        reason=None,
        message="",
        revision=revision,
        steps=steps,
        start_time=situation.now,
        completion_time=None,
        suspend_time=None,
        suspended_for=timedelta(),
        cancel_mode=None,
        timed_out_at=None,
        outputs={},
    )
    return replace(situation, status=again)


def _is_done_again(section: Section, step: StepStatus) -> bool:
    """What failed and no step accepts that, what was cut short, and what was passed over because of either."""
    return step.passed_over or step.reason in _CUT_SHORT or not section.graph.failure_is_handled(step.name, step.phase)
