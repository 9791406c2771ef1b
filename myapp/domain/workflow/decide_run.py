"""The one decision about a run: what should become of it, and which of its steps are ready, now?

Pure and level-triggered: the answer depends on nothing but the arguments, and asking again after the plan was carried
out gives the same status. It costs as much as the run has steps, however many children they have.
"""

from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from myapp.domain.active_clock import ActiveClock
from myapp.domain.decision import Answer, CancelMode, Decision
from myapp.domain.moment import earliest, to_millisecond
from myapp.domain.todo_phase import Phase, check_transition
from myapp.domain.workflow.children import StepTally
from myapp.domain.workflow.definition import Definition, FailurePolicy
from myapp.domain.workflow.run_end import end_of
from myapp.domain.workflow.run_judgement import judge_ended_run, judge_run
from myapp.domain.workflow.run_phase import RunReason
from myapp.domain.workflow.run_plan import ended_run_plan, recorded
from myapp.domain.workflow.run_retry import is_retried_by_parent, started_anew
from myapp.domain.workflow.run_situation import (
    AcceptedRun,
    ChildOrder,
    Ending,
    ParentSays,
    RunPlan,
    RunSituation,
    Trouble,
)
from myapp.domain.workflow.run_status import RunStatus, StepStatus
from myapp.domain.workflow.run_variables import RunVariables
from myapp.domain.workflow.run_verdict import RunVerdict
from myapp.domain.workflow.step_course import Rules, StepCourse

Children = Mapping[str, StepTally]
_NO_PARENT = ParentSays()


def decide_run(
    run: AcceptedRun,
    status: RunStatus,
    children: Children,
    decisions: Iterable[Decision],
    now: datetime,
    *,
    parent: ParentSays = _NO_PARENT,
    trouble: Trouble | None = None,
) -> RunPlan:
    """The plan for ``run``, whose status is ``status`` and on which ``decisions`` have not been judged yet.

    ``children`` is what is known of what its steps have become, by step. ``parent`` is what the run which this one is
    a step of means for it, ``trouble`` says that something which is ready could not be created.
    """
    situation = RunSituation(run.entry, status, status.decisions, to_millisecond(now), parent.held_by)
    late: tuple[Answer, ...] = ()
    if is_retried_by_parent(status, parent.revision):
        situation = started_anew(run, situation, parent.revision)
    elif status.phase.final:
        situation, late, decisions = judge_ended_run(run, situation, decisions)
        if situation.status.phase.final:
            return ended_run_plan(situation, late)
    situation, answers = judge_run(situation, decisions)
    if situation.suspended_by and situation.status.start_time is None and situation.status.cancel_mode is None:
        verdict = RunVerdict(Phase.PENDING, RunReason.SUSPENDED, f"suspended by {situation.suspended_by}")
        return recorded(run, status, situation, verdict, answers=late + answers)
    course = _Course(run, _ended_by_parent(situation, parent.ending), children)
    verdict = course.verdict(trouble)
    check_transition(situation.status.phase, verdict.phase)
    return recorded(run, status, course.situation, verdict, answers=late + answers, orders=tuple(course.orders))


def _ended_by_parent(situation: RunSituation, parent: Ending | None) -> RunSituation:
    """What ends the steps of a run ends the runs among them in the same way, unless they are being ended harder."""
    mode = situation.status.cancel_mode
    if parent is None or (mode is not None and mode.hardness >= parent.mode.hardness):
        return situation
    return replace(situation, status=replace(situation.status, cancel_mode=parent.mode))


class _Course:
    """The steps, then those of ``finally``, at one moment. ``situation`` is the one that results."""

    def __init__(self, run: AcceptedRun, situation: RunSituation, children: Children) -> None:
        self._run = run
        self._children = children
        status, definition = situation.status, run.blueprint.definition
        known = {step.name: step for step in status.steps}
        self._steps = StepCourse(run.blueprint.steps, known, children)
        self._last = StepCourse(run.blueprint.finally_steps, known, children, in_finally=True)
        self._timeout = run.entry.timeout or definition.timeout
        self._clock = ActiveClock(status.start_time or situation.now, status.suspend_time, status.suspended_for)
        self.situation = situation
        self.situation = replace(situation, status=replace(status, timed_out_at=self._timed_out_at()))
        self._go_on(definition)
        self.situation = replace(self.situation, status=self._status())

    @property
    def orders(self) -> list[ChildOrder]:
        """What is to be begun."""
        return [*self._steps.orders, *self._last.orders]

    def verdict(self, trouble: Trouble | None) -> RunVerdict:
        """Where the run stands."""
        if self._steps.over and self._last.over:
            variables = self._variables()
            return end_of(self._run, self.situation, self._steps.failures, self._last.failures, variables)
        verdict = self._under_way(trouble)
        deadline = self.situation.status.deadline
        more = self.situation.now if self._steps.more or self._last.more else None
        return replace(verdict, look_again_at=earliest(deadline, more))

    def _timed_out_at(self) -> datetime | None:
        """When the time for the steps was over; they are not measured any more once all have ended."""
        known = self.situation.status.timed_out_at
        strikes_at = self._clock.strikes_at(self._timeout)
        if known is not None or strikes_at is None or self.situation.now < strikes_at:
            return known
        return None if self._steps.over else strikes_at

    def _go_on(self, definition: Definition) -> None:
        status, parallelism = self.situation.status, definition.parallelism
        ending = status.cancel_mode is not None or status.timed_out_at is not None
        held = bool(self.situation.suspended_by) and not ending
        fails_fast = definition.failure_policy is FailurePolicy.FAIL_FAST
        self._steps.go_on(Rules(ending, fails_fast, held, parallelism), self._variables())
        if self._steps.over:
            terminated = status.cancel_mode is CancelMode.TERMINATE
            rules = Rules(terminated, stops_at_failure=False, held=held, parallelism=parallelism)
            self._last.go_on(rules, self._variables())

    def _variables(self) -> RunVariables:
        steps = self._all_steps()
        if self._steps.over:
            return variables_of(self._run, self.situation.status, steps, self._children)
        return RunVariables(self._run.entry, self._run.params, steps, self._children)

    def _all_steps(self) -> Mapping[str, StepStatus]:
        """As they are at any moment of this pass: an expression may look at a step that has ended in it."""
        return ChainMap(self._steps.statuses, self._last.statuses)

    def _status(self) -> RunStatus:
        """The status with what became of the steps, and with a clock that stands still where only people are to act."""
        status, now = self.situation.status, self.situation.now
        people_alone = 0 < self._steps.open == self._steps.waiting_for_people and not self._steps.orders
        still = not self._steps.over and (bool(self.situation.suspended_by) or people_alone)
        clock = self._clock.stopped(now) if still else self._clock.running(now)
        counts_down = not self._steps.over and status.timed_out_at is None
        return replace(
            status,
            start_time=clock.started_at,
            suspend_time=clock.still_since,
            suspended_for=clock.stood_still,
            deadline=clock.strikes_at(self._timeout) if counts_down else None,
            steps=(*self._steps.statuses.values(), *self._last.statuses.values()),
        )

    def _under_way(self, trouble: Trouble | None) -> RunVerdict:
        status = self.situation.status
        if status.cancel_mode is not None:
            by = self.situation.cancelled_by or "the workflow that it is a step of"
            reason, message = RunReason.CANCELLING, f"cancelled by {by}, mode {status.cancel_mode}"
        elif self.situation.suspended_by:
            reason, message = RunReason.SUSPENDED, f"suspended by {self.situation.suspended_by}"
        elif trouble is not None:
            reason, message = trouble.reason, trouble.message
        elif self._steps.over:
            reason, message = RunReason.RUNNING_FINALLY, "all steps have ended, those of finally follow"
        elif status.timed_out_at is not None:
            reason, message = RunReason.TIMING_OUT, "its time is over, what is under way is being ended"
        elif status.suspend_time is not None:
            reason, message = RunReason.AWAITING_DECISION, "all that is under way waits for people"
        else:
            reason, message = RunReason.RUNNING, "its steps are being done"
        return RunVerdict(Phase.ACTIVE, reason, message)


def variables_of(
    run: AcceptedRun, status: RunStatus, steps: Mapping[str, StepStatus], children: Children
) -> RunVariables:
    """What the expressions of a run see whose steps stand like this. What the steps came to is known once all ended."""
    main = [step for step in steps.values() if not step.in_finally]
    came_to = None
    if all(step.phase.final for step in main):
        handled = run.blueprint.steps.graph.failure_is_handled
        failed = status.timed_out_at is not None or not all(handled(step.name, step.phase) for step in main)
        came_to = Phase.FAILED if failed else Phase.SUCCEEDED
        came_to = Phase.CANCELLED if status.cancel_mode is not None else came_to
    return RunVariables(run.entry, run.params, steps, children, came_to)
