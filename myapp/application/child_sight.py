"""What a run sees of its children: todos and runs, as they are known."""

from myapp.application.finished_todo import Sight
from myapp.application.run_snapshot import RunSight, phase_of
from myapp.domain.owner_run import OwnerRun
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.workflow.child_names import parse_part
from myapp.domain.workflow.children import ChildState
from myapp.domain.workflow.run_phase import RunReason
from myapp.domain.workflow.run_status import RunStatus

#: Nobody may change a child, so what cannot be begun because of what stands in it never will be.
_NEVER_BEGINS = frozenset(
    {Reason.INVALID_SPEC, RunReason.INVALID_SPEC, RunReason.INVALID_DEFINITION, RunReason.INVALID_PARAMS}
)


def todo_child(sight: Sight, owner: OwnerRun) -> ChildState:
    """A todo that is a step of ``owner``."""
    phase = _phase(sight.phase, sight.reason)
    return ChildState(
        name=sight.key.name,
        phase=phase,
        reason=sight.reason,
        message=_message(phase, sight.message),
        waits_for_people=phase is Phase.ACTIVE and sight.reason == Reason.AWAITING_DECISION,
        outputs=sight.outputs or None,
        revision=_revision(owner),
    )


def run_child(sight: RunSight, owner: OwnerRun) -> ChildState:
    """A run that is a step of ``owner``."""
    status = sight.status or RunStatus()
    phase = _phase(phase_of(sight), sight.reason)
    return ChildState(
        name=sight.key.name,
        phase=phase,
        reason=sight.reason,
        message=_message(phase, status.message),
        waits_for_people=phase is Phase.ACTIVE and sight.reason == RunReason.AWAITING_DECISION,
        outputs=status.outputs or None,
        # One that has failed is retried with the run that it is a step of, and counts in that one's revision then.
        revision=max(_revision(owner), status.revision),
    )


def _phase(phase: Phase, reason: str) -> Phase:
    return Phase.FAILED if phase is Phase.PENDING and reason in _NEVER_BEGINS else phase


def _message(phase: Phase, message: str) -> str:
    return message if phase.final and phase is not Phase.SUCCEEDED else ""


def _revision(owner: OwnerRun) -> int:
    part = parse_part(owner.part)
    return part.revision if part is not None else 0
