"""Where the steps of one section of a run stand, and which of them are to be begun now.

First every step that was begun is looked up; then those that were not are gone through in an order in which each comes
after what it depends on, so that one pass takes each end as far as it leads. A pass costs the same however many items
a ``forEach`` has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from myapp.domain.expression import NotComputed
from myapp.domain.message import bounded
from myapp.domain.todo_phase import Phase
from myapp.domain.wanted import yields_true
from myapp.domain.workflow.blueprint import Section, StepBlueprint
from myapp.domain.workflow.child_names import ChildPart
from myapp.domain.workflow.child_specs import NoItems, items_of
from myapp.domain.workflow.children import StepTally
from myapp.domain.workflow.definition import Step
from myapp.domain.workflow.run_phase import StepReason
from myapp.domain.workflow.run_situation import ChildOrder
from myapp.domain.workflow.run_status import LONGEST_STEP_MESSAGE, Counts, StepStatus
from myapp.domain.workflow.run_variables import RunVariables
from myapp.domain.workflow.step_standing import stands

#: How many children are begun in one pass: others want to be looked at in between.
MOST_ORDERS = 64


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for all that could be begun."""

    stopped: bool = False
    """Nothing new begins any more."""
    stops_at_failure: bool = False
    """Nothing new begins once a step has failed in a way that no other accepts."""
    held: bool = False
    """Nothing new begins for the time being."""
    parallelism: int | None = None


class StepCourse:
    """One pass over one section. ``statuses`` has an entry for each of its steps, in the order of the definition."""

    def __init__(
        self,
        section: Section,
        known: Mapping[str, StepStatus],
        children: Mapping[str, StepTally],
        *,
        in_finally: bool = False,
    ) -> None:
        self._section = section
        self._children = children
        self._unfinished: set[str] = set()
        self._ended_now: set[str] = set()
        """The steps whose end was not known before this pass: only what depends on them need be looked into again."""
        self.orders: list[ChildOrder] = []
        self.more = False
        """Whether there is more to begin than one pass may."""
        self.statuses: dict[str, StepStatus] = {}
        self.failures: list[StepStatus] = []
        """The steps that ended badly, and no other step accepts that."""
        self.open = 0
        """How many children have not ended."""
        self.waiting_for_people = 0
        for name, planned in section.blueprints.items():
            before = known.get(name) or StepStatus(name, in_finally=in_finally)
            if before.phase.final:
                self.statuses[name] = before
                if not section.graph.failure_is_handled(name, before.phase):
                    self.failures.append(before)
                continue
            tally = self._tally_of(before)
            self._stands(before, stands(planned.step, before, tally))
            if tally is not None:
                self.open += tally.open
                self.waiting_for_people += tally.waiting_for_people

    @property
    def over(self) -> bool:
        """Whether every step has ended."""
        return not self._unfinished

    def go_on(self, rules: Rules, variables: RunVariables) -> None:
        """Begin what is ready, and pass over what will never be."""
        room = MOST_ORDERS
        if rules.parallelism is not None:
            room = min(room, max(rules.parallelism - (self.open - self.waiting_for_people), 0))
        for step in self._section.graph.ordered:
            if step.name not in self._unfinished:
                continue
            before = status = self.statuses[step.name]
            stopped = rules.stopped or (rules.stops_at_failure and bool(self.failures))
            planned = self._section.blueprints[step.name]
            if status.phase is Phase.PENDING:
                if not stopped and self._still_waits(step, status):
                    continue
                held = rules.held or len(self.orders) >= room
                status = self._looked_into(planned, status, variables, stopped=stopped, held=held, rules=rules)
            if status.items is not None and not status.phase.final:
                status = self._items_begun(planned, status, room, stopped=stopped, held=rules.held)
            self._stands(before, status)

    def _stands(self, before: StepStatus, after: StepStatus) -> None:
        """Record where a step stands."""
        name, phase = after.name, after.phase
        self.statuses[name] = after
        if not phase.final:
            self._unfinished.add(name)
            return
        self._unfinished.discard(name)
        if not self._section.graph.failure_is_handled(name, phase):
            self.failures.append(after)
        if before is not after:
            self._ended_now.add(name)

    def _still_waits(self, step: Step, status: StepStatus) -> bool:
        """Whether a step was found to wait for others, and none of those has ended since."""
        if status.reason != StepReason.WAITING_FOR_DEPENDENCY:
            return False
        return all(dependency.name not in self._ended_now for dependency in step.dependencies)

    def _looked_into(
        self,
        planned: StepBlueprint,
        status: StepStatus,
        variables: RunVariables,
        *,
        stopped: bool,
        held: bool,
        rules: Rules,
    ) -> StepStatus:
        """Where a step stands that was not begun."""
        step, tally = planned.step, self._tally_of(status)
        once_begun = step.for_each is not None and tally is not None and tally.open + tally.counts(0).ended > 0
        if not once_begun:
            waiting = self._waiting(step, status, stopped=stopped)
            if waiting is not None:
                return waiting
            if held:
                reason = StepReason.SUSPENDED if rules.held else StepReason.WAITING_FOR_SLOT
                self.more |= not rules.held and len(self.orders) >= MOST_ORDERS
                return _pending(status, reason)
            if (unwanted := _unwanted(planned, status, variables)) is not None:
                return unwanted
        if step.for_each is not None:
            return _counted(planned, status, variables, tally)
        self.orders.append(ChildOrder(planned, ChildPart(step.name, None, status.revision)))
        return _pending(status, StepReason.STARTING)

    def _waiting(self, step: Step, status: StepStatus, *, stopped: bool) -> StepStatus | None:
        """What keeps a step from being ready, for now or for ever; None where nothing does."""
        states = [(dependency, self.statuses[dependency.name]) for dependency in step.dependencies]
        for dependency, before in states:
            if not dependency.unmeetable_after(before.dependency_state):
                continue
            if before.passed_over and before.reason == StepReason.NOT_STARTED:
                return _ended(status, Phase.SKIPPED, StepReason.NOT_STARTED)
            message = (
                f"{before.name} is {before.phase}({before.reason}), accepted is {', '.join(sorted(dependency.on))}"
            )
            return _ended(status, Phase.SKIPPED, StepReason.DEPENDENCY_FAILED, message)
        if stopped:
            return _ended(status, Phase.SKIPPED, StepReason.NOT_STARTED)
        if all(dependency.met_by(before.dependency_state) for dependency, before in states):
            return None
        return _pending(status, StepReason.WAITING_FOR_DEPENDENCY)

    def _items_begun(
        self, planned: StepBlueprint, status: StepStatus, room: int, *, stopped: bool, held: bool
    ) -> StepStatus:
        """Begin as many items as there is room for; a step that nothing more of is begun ends with what is open."""
        counts, tally = status.items or Counts(), self._tally_of(status) or StepTally()
        if stopped:
            left = counts.total - counts.ended
            if counts.active:
                return status
            if not counts.ended:
                return _ended(status, Phase.SKIPPED, StepReason.NOT_STARTED)
            message = f"{left} of {counts.total} items were not begun"
            phase = Phase.FAILED if counts.failed else Phase.CANCELLED
            reason = StepReason.ITEMS_FAILED if counts.failed else StepReason.ITEMS_CANCELLED
            return _ended(status, phase, reason, message)
        for_each = planned.step.for_each
        room -= len(self.orders)
        if for_each is not None and for_each.parallelism is not None:
            room = min(room, for_each.parallelism - tally.running)
        if held or room <= 0:
            self.more |= len(self.orders) >= MOST_ORDERS
            return status
        surely_begun = max(status.created, tally.surely_begun_until)
        for index, _ in zip(tally.to_begin(counts.total), range(room), strict=False):
            part = ChildPart(planned.step.name, index, status.revision)
            self.orders.append(ChildOrder(planned, part, once_begun=index < surely_begun))
            self.more |= len(self.orders) >= MOST_ORDERS
        return status

    def _tally_of(self, status: StepStatus) -> StepTally | None:
        tally = self._children.get(status.name)
        return tally.at(status.revision, anew=status.in_finally) if tally is not None else None


def _counted(
    planned: StepBlueprint, status: StepStatus, variables: RunVariables, tally: StepTally | None
) -> StepStatus:
    """Where a ``forEach`` stands once it is known how many items it has: that is asked once."""
    items = items_of(planned, variables)
    if isinstance(items, NoItems):
        return _ended(status, Phase.FAILED, StepReason.ITEMS_ERROR, items.message)
    if not items:
        return replace(_ended(status, Phase.SUCCEEDED, StepReason.COMPLETED, "no items"), items=Counts())
    return stands(planned.step, replace(_pending(status, StepReason.STARTING), items=Counts(len(items))), tally)


def _unwanted(planned: StepBlueprint, status: StepStatus, variables: RunVariables) -> StepStatus | None:
    """Why a step that is ready is not done all the same; None where it is."""
    if lost := variables.lost(planned.needs_outputs_of):
        message = f"the todo of step {lost} was deleted, and its outputs with it"
        return _ended(status, Phase.FAILED, StepReason.VALUES_ERROR, message)
    if planned.when is None or planned.when_is_of_the_item:
        return None
    wanted = yields_true(planned.when, variables.seeing(planned.sees))
    if isinstance(wanted, NotComputed):
        return _ended(status, Phase.FAILED, StepReason.WHEN_ERROR, f"when has no value: {wanted.message}")
    return (
        None if wanted else _ended(status, Phase.SKIPPED, StepReason.WHEN_FALSE, f"when is false: {planned.when.text}")
    )


def _pending(status: StepStatus, reason: StepReason) -> StepStatus:
    return status if status.reason == reason else replace(status, reason=reason, message="")


def _ended(status: StepStatus, phase: Phase, reason: StepReason, message: str = "") -> StepStatus:
    return replace(status, phase=phase, reason=reason, message=bounded(message, LONGEST_STEP_MESSAGE))
