"""The rules that say where an unfinished todo stands: pure functions in the order of ``CHAIN``; the first that has
something to say decides.

Each looks at a situation and answers with a verdict or None. A new rule is a function here and a line in the chain.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from types import MappingProxyType

from myapp.domain.attempt_course import course_of_attempts
from myapp.domain.decision import DecisionAction
from myapp.domain.dependency import Dependency
from myapp.domain.expression import NotComputed
from myapp.domain.moment import format_moment
from myapp.domain.situation import Situation, Verdict
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.wanted import is_wanted

#: How long a todo may name a dependency that does not exist before its status says so. Whoever applies several files
#: at once need not order them, and each todo is spared a write.
GRACE_FOR_DEPENDENCIES = timedelta(seconds=2)
_NAMED_IN_A_MESSAGE = 3
_ENDS = MappingProxyType(
    {
        DecisionAction.SKIP: (Phase.SKIPPED, Reason.SKIPPED_BY_DECISION),
        DecisionAction.CANCEL: (Phase.CANCELLED, Reason.CANCELLED_BY_DECISION),
    }
)

Rule = Callable[[Situation], Verdict | None]


def _names(dependencies: Sequence[Dependency]) -> str:
    named = ", ".join(dependency.name for dependency in dependencies[:_NAMED_IN_A_MESSAGE])
    rest = len(dependencies) - _NAMED_IN_A_MESSAGE
    return f"{named} and {rest} more" if rest > 0 else named


def ended_by_decision(situation: Situation) -> Verdict | None:
    """A person has ended the todo, wherever it stood."""
    for made in situation.counted:
        if made.action in _ENDS:
            phase, reason = _ENDS[made.action]
            why = f": {made.message}" if made.message else ""
            return Verdict(phase, reason, f"{made.action.participle} by {made.username}{why}")
    return None


def ended_by_run(situation: Situation) -> Verdict | None:
    """The workflow that the todo is a step of is being cancelled, or its time is over."""
    why = situation.related.ended_by_run
    return Verdict(Phase.CANCELLED, Reason.WORKFLOW_CANCELLED, why) if why else None


def waits_for_itself(situation: Situation) -> Verdict | None:
    """A member of a dependency loop can never start; it heals when the loop is broken."""
    loop = situation.related.loop
    if not loop or situation.status.phase is not Phase.PENDING:
        return None
    return Verdict(Phase.PENDING, Reason.DEPENDENCY_CYCLE, f"waits for itself: {' -> '.join(loop)}")


def is_suspended(situation: Situation) -> Verdict | None:
    """A suspended todo stays where it is."""
    by = situation.suspended_by
    return Verdict(situation.status.phase, Reason.SUSPENDED, f"suspended by {by}") if by else None


def dependency_failed(situation: Situation) -> Verdict | None:
    """A dependency that ended in a way that is not accepted means that this todo is never done."""
    if situation.status.phase is not Phase.PENDING:
        return None
    states = situation.related.dependencies
    for dependency in situation.todo.dependencies:
        state = states.get(dependency.name)
        if state is not None and dependency.unmeetable_after(state):
            accepted = ", ".join(sorted(dependency.on))
            how = f"{state.phase}(DependencyFailed)" if state.skipped_by_dependency else state.phase
            message = f"dependency {dependency.name} is {how}, accepted is {accepted}"
            return Verdict(Phase.SKIPPED, Reason.DEPENDENCY_FAILED, message)
    return None


def dependency_missing(situation: Situation) -> Verdict | None:
    """A dependency that does not exist is waited for: GitOps applies in any order."""
    if situation.status.phase is not Phase.PENDING:
        return None
    states = situation.related.dependencies
    missing = [dependency for dependency in situation.todo.dependencies if dependency.name not in states]
    if not missing:
        return None
    grace_ends = situation.todo.created_at + GRACE_FOR_DEPENDENCIES
    unsettled = situation.now < grace_ends and situation.status.reason is None
    message = f"waits for {_names(missing)}: not found in namespace {situation.todo.key.namespace}"
    return Verdict(
        Phase.PENDING, Reason.DEPENDENCY_NOT_FOUND, message, grace_ends if unsettled else None, unsettled=unsettled
    )


def dependency_unfinished(situation: Situation) -> Verdict | None:
    """A dependency that has not ended is waited for.

    The message names all dependencies, not only those that are still open: it must not change, and cost a write, each
    time that one of many ends.
    """
    if situation.status.phase is not Phase.PENDING:
        return None
    states = situation.related.dependencies
    dependencies = situation.todo.dependencies
    if all(entry.met_by(states[entry.name]) for entry in dependencies):
        return None
    return Verdict(Phase.PENDING, Reason.WAITING_FOR_DEPENDENCY, f"waits for {_names(dependencies)}")


def too_early(situation: Situation) -> Verdict | None:
    """Nothing starts before its start time."""
    start = situation.todo.start_time
    if situation.status.phase is not Phase.PENDING or start is None or situation.now >= start:
        return None
    message = f"starts at {format_moment(start)}"
    return Verdict(Phase.PENDING, Reason.WAITING_FOR_START_TIME, message, start)


def not_wanted(situation: Situation) -> Verdict | None:
    """A todo that could start is asked once whether it is to be done at all."""
    if situation.status.phase is not Phase.PENDING or situation.when is None:
        return None
    wanted = is_wanted(situation.when, situation.related.dependencies)
    if isinstance(wanted, NotComputed):
        return Verdict(Phase.FAILED, Reason.WHEN_ERROR, f"when has no value: {wanted.message}")
    return None if wanted else Verdict(Phase.SKIPPED, Reason.WHEN_FALSE, f"when is false: {situation.when.text}")


def runs_its_course(situation: Situation) -> Verdict:
    """Nothing keeps the todo from being active: its attempts decide."""
    return course_of_attempts(situation)


CHAIN: tuple[Rule, ...] = (
    ended_by_decision,
    ended_by_run,
    waits_for_itself,
    is_suspended,
    dependency_failed,
    dependency_missing,
    dependency_unfinished,
    too_early,
    not_wanted,
    runs_its_course,
)


def verdict_on(situation: Situation) -> Verdict:
    """Where an unfinished todo stands."""
    return next(verdict for rule in CHAIN if (verdict := rule(situation)) is not None)


def settled(situation: Situation) -> tuple[Situation, Verdict]:
    """Where an unfinished todo stands, once its next attempt has begun if it is time for it."""
    verdict = verdict_on(situation)
    if verdict.reason is not Reason.BACKING_OFF or (advanced := situation.advanced()) is situation:
        return situation, verdict
    return advanced, verdict_on(advanced)
