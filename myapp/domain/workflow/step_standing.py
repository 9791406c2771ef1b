"""What the children of a step say about where it stands."""

from dataclasses import replace

from myapp.domain.message import bounded
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.children import ChildState, StepTally
from myapp.domain.workflow.definition import Step
from myapp.domain.workflow.run_phase import StepReason
from myapp.domain.workflow.run_status import LONGEST_STEP_MESSAGE, Counts, ItemFailure, StepStatus

_LONGEST_OF_AN_ITEM = 128
_TOLD = 3


def stands(step: Step, before: StepStatus, tally: StepTally | None) -> StepStatus:
    """The status of a step that had not ended ``before``: that very one where nothing has changed."""
    after = before
    if step.for_each is not None:
        if before.items is not None and tally is not None:
            after = _of_items(before, before.items.total, tally)
    elif (child := tally.child() if tally is not None else None) is not None:
        after = _of_child(before, child)
    elif before.child:
        message = f"{before.child} was deleted before it had ended"
        after = replace(before, phase=Phase.FAILED, reason=StepReason.CHILD_DELETED, message=message)
    return before if after is before or after == before else after


def _of_child(before: StepStatus, child: ChildState) -> StepStatus:
    if not child.phase.final:
        reason = StepReason.AWAITING_DECISION if child.waits_for_people else StepReason.RUNNING
        return replace(before, phase=Phase.ACTIVE, reason=reason, message="", child=child.name)
    message = "" if child.phase is Phase.SUCCEEDED else bounded(child.message, LONGEST_STEP_MESSAGE)
    return replace(before, phase=child.phase, reason=child.reason, message=message, child=child.name)


def _of_items(before: StepStatus, total: int, tally: StepTally) -> StepStatus:
    counts = tally.counts(total)
    failures = tuple(
        ItemFailure(failure.index, bounded(failure.message, _LONGEST_OF_AN_ITEM)) for failure in tally.failures()
    )
    after = replace(before, items=counts, created=max(before.created, tally.begun_until), failures=failures)
    if counts.ended < total:
        if not counts.ended and not counts.active:
            return after
        all_wait = bool(counts.active) and counts.active == tally.waiting_for_people
        reason = StepReason.AWAITING_DECISION if all_wait else StepReason.RUNNING
        return replace(after, phase=Phase.ACTIVE, reason=reason, message="")
    phase, reason = _end_of(counts)
    message = _told(failures, counts) if counts.failed else ""
    return replace(after, phase=phase, reason=reason, message=bounded(message, LONGEST_STEP_MESSAGE))


def _end_of(counts: Counts) -> tuple[Phase, StepReason]:
    if counts.failed:
        return Phase.FAILED, StepReason.ITEMS_FAILED
    if counts.cancelled:
        return Phase.CANCELLED, StepReason.ITEMS_CANCELLED
    if counts.skipped == counts.total:
        return Phase.SKIPPED, StepReason.ITEMS_SKIPPED
    return Phase.SUCCEEDED, StepReason.COMPLETED


def _told(failures: tuple[ItemFailure, ...], counts: Counts) -> str:
    first = "; ".join(f"{failure.index}: {failure.message}" for failure in failures[:_TOLD])
    return f"{counts.failed} of {counts.total} items failed: {first}"
