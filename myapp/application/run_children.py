"""Makes what the steps of a run become: each under a name that follows from the run, so that nothing is made twice.

What cannot be made for the time being holds up nothing else; it is tried again, and the run says why it waits.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum

from myapp.application.child_sight import run_child, todo_child
from myapp.application.finished_todo import Sight
from myapp.application.ports import Clock
from myapp.application.run_definitions import Followed
from myapp.application.run_ports import (
    ChildBody,
    ChildWriter,
    NameTaken,
    NotAllowed,
    NotMade,
    NotValid,
    RunMade,
    TodoMade,
)
from myapp.application.run_registry import RunRegistry
from myapp.application.run_snapshot import RunSight
from myapp.domain.json_value import JsonValue
from myapp.domain.moment import to_millisecond
from myapp.domain.owner_run import OwnerRun
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.child_names import run_name, todo_name
from myapp.domain.workflow.child_specs import items_of, settled, spec_of
from myapp.domain.workflow.children import SINGLE, ChildState, deleted
from myapp.domain.workflow.decide_run import variables_of
from myapp.domain.workflow.run_phase import RunReason, StepReason
from myapp.domain.workflow.run_situation import ChildOrder, Trouble
from myapp.domain.workflow.run_status import RunStatus
from myapp.domain.workflow.run_variables import RunVariables

#: How often it is tried to make what could not be made.
TRY_AGAIN = timedelta(seconds=5)
_AT_ONCE = 16
#: Of runs that are not there any more, or cannot be begun: in their place another one is made.
_CANNOT_GO_ON = frozenset(
    {
        StepReason.CHILD_DELETED,
        RunReason.INVALID_SPEC,
        RunReason.INVALID_DEFINITION,
        RunReason.INVALID_PARAMS,
        RunReason.DEFINITION_LOST,
    }
)


class Making(IntEnum):
    """What came of an order."""

    NOTHING = 0
    """It is to be tried again, and nothing is new."""
    MADE = 1
    """There is a child, which the status will show."""
    MATTERS = 2
    """The run has to look at it at once."""


@dataclass(slots=True)
class _Held:
    """What could not be made."""

    since: datetime
    tried_at: datetime
    trouble: Trouble


@dataclass(slots=True)
class _Memory:
    """What is kept of one run while it is under way: nothing that could not be found out again."""

    held: dict[str, _Held] = field(default_factory=dict)
    items: dict[str, tuple[JsonValue, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """Where what was made is taken in."""

    todo: Callable[[Sight], None]
    run: Callable[[RunSight], None]
    again: Callable[[TodoKey], None]
    """Has a run looked at which is to be retried, because the run that it is a step of is."""


class RunChildren:
    """Makes children as they are ordered."""

    def __init__(self, *, registry: RunRegistry, writer: ChildWriter, taken: Taken, clock: Clock) -> None:
        self._registry = registry
        self._writer = writer
        self._taken = taken
        self._clock = clock
        self._memory: dict[str, _Memory] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)

    def trouble(self, run_id: str) -> Trouble | None:
        """Why something that is ready could not be made; the worst of it, where there is more."""
        memory = self._memory.get(run_id)
        held = list(memory.held.values()) if memory is not None else []
        return max(
            (one.trouble for one in held), key=lambda known: known.reason is RunReason.NAME_CONFLICT, default=None
        )

    def forget(self, run_id: str) -> None:
        """The run has ended, or is no more."""
        self._memory.pop(run_id, None)

    async def make(self, followed: Followed, status: RunStatus, orders: Sequence[ChildOrder]) -> Making:
        """Make all of them, some at once: what came of it.

        Raises the first ApiError, after all others have been tried.
        """
        steps = {step.name: step for step in status.steps}
        variables = variables_of(followed.run, status, steps, self._registry.children_of(followed.run.entry.id))
        results = await asyncio.gather(
            *(self._make(followed, variables, order) for order in orders), return_exceptions=True
        )
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return max((result for result in results if isinstance(result, Making)), default=Making.NOTHING)

    async def _make(self, followed: Followed, variables: RunVariables, order: ChildOrder) -> Making:
        entry, part = followed.run.entry, order.part
        memory = self._memory.setdefault(entry.id, _Memory())
        held, now = memory.held.get(str(part)), self._clock.now()
        if held is not None and now < held.tried_at + TRY_AGAIN:
            return Making.NOTHING
        is_run = order.planned.step.workflow is not None
        if is_run and (failed := self._failed_before(followed, order)):
            self._taken.again(entry.key.beside(failed))
            return Making.NOTHING
        spec = spec_of(order.planned, part, variables, self._item(memory, order, variables), followed.templates)
        name = run_name(entry.key, entry.id, part) if is_run else todo_name(entry.key, part)
        if isinstance(spec, ChildState):
            return self._settle(followed, order, spec)
        if order.once_begun:
            return self._settle(followed, order, deleted(name, part.revision))
        body = ChildBody(
            key=TodoKey(entry.key.namespace, name),
            run_name=entry.key.name,
            run_uid=entry.id,
            step=part.step,
            part=str(part),
            created_by=entry.created_by,
            spec=dict(spec) | {"serviceAccountName": followed.run.service_account_name},
            definition_name=followed.run.definition_name if is_run else "",
        )
        async with self._slots:
            if "wait" in spec:  # counts from here, and not from when it was its turn
                body = replace(body, ready_at=to_millisecond(self._clock.now()))
            made = await (self._writer.create_run(body) if is_run else self._writer.create_todo(body))
        return self._took(followed, order, made)

    def _took(self, followed: Followed, order: ChildOrder, made: TodoMade | RunMade | NotMade) -> Making:
        """Take in what came of a creation."""
        memory, part, now = self._memory[followed.run.entry.id], order.part, self._clock.now()
        held = memory.held.get(str(part))
        match made:
            case TodoMade(sight):
                self._taken.todo(sight)
                self._known(followed, order, todo_child(sight, _owner(followed, order)))
            case RunMade(sight):
                self._taken.run(sight)
                self._known(followed, order, run_child(sight, _owner(followed, order)))
            case NotValid(message):
                return self._settle(followed, order, settled(part, StepReason.VALUES_ERROR, message))
            case NameTaken() | NotAllowed():
                since = held.since if held is not None else now
                trouble = _trouble(made, part.step, waited=now - since)
                memory.held[str(part)] = _Held(since, now, trouble)
                return Making.NOTHING if held is not None and held.trouble == trouble else Making.MATTERS
        return Making.MADE if memory.held.pop(str(part), None) is None else Making.MATTERS

    def _failed_before(self, followed: Followed, order: ChildOrder) -> str:
        """The run that this part was in an earlier revision: what has succeeded within it is not done again."""
        part = order.part
        tally = self._registry.children_of(followed.run.entry.id).get(part.step)
        before = tally.latest(SINGLE if part.index is None else part.index) if tally is not None else None
        if before is None or part.step not in followed.run.blueprint.steps.blueprints:
            return ""  # what is done in finally is done from its beginning
        failed = before.phase in (Phase.FAILED, Phase.CANCELLED) and before.reason not in _CANNOT_GO_ON
        return before.name if failed and before.revision < part.revision else ""

    def _settle(self, followed: Followed, order: ChildOrder, state: ChildState) -> Making:
        """A part that ends without a child; the run has to look at that at once."""
        self._known(followed, order, state)
        self._memory[followed.run.entry.id].held.pop(str(order.part), None)
        return Making.MATTERS

    def _known(self, followed: Followed, order: ChildOrder, state: ChildState) -> None:
        self._registry.child_seen(followed.run.entry.key.namespace, _owner(followed, order), state)

    def _item(self, memory: _Memory, order: ChildOrder, variables: RunVariables) -> JsonValue:
        if order.part.index is None:
            return None
        key = f"{order.part.step}.r{order.part.revision}"
        items: Mapping[str, tuple[JsonValue, ...]] = memory.items
        if key not in items:
            found = items_of(order.planned, variables)
            memory.items[key] = found if isinstance(found, tuple) else ()
        known = memory.items[key]
        return known[order.part.index] if order.part.index < len(known) else None


def _owner(followed: Followed, order: ChildOrder) -> OwnerRun:
    entry = followed.run.entry
    return OwnerRun(entry.key.name, entry.id, str(order.part))


def _trouble(refusal: NameTaken | NotAllowed, step: str, waited: timedelta) -> Trouble:
    message = f"step {step}: {refusal.message}"
    if isinstance(refusal, NotAllowed):
        return Trouble(RunReason.NOT_ALLOWED, message)
    return Trouble(refusal.reason_after(waited), message)
