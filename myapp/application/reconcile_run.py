"""The use case: bring one run to where it should be.

Read it, decide by the domain, write what cannot be found out again, create what is ready, answer people; the rest of
the status is written now and then. Whatever is interrupted is found again by the next reconcile, because each step is
derived from what is recorded and from the children that are there.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from myapp.application.decision_desk import DecisionDesk
from myapp.application.outcomes import Done, Gone, LookAgainAt, Outcome, Retry, Stale, Written
from myapp.application.ports import Clock
from myapp.application.run_children import TRY_AGAIN, Making, RunChildren
from myapp.application.run_definitions import Followed, RunDefinitions
from myapp.application.run_intake import RunIntake
from myapp.application.run_ports import RunDeleter, RunNoticeBoard, RunStatusWriter, RunTelemetry
from myapp.application.run_registry import RunRegistry
from myapp.application.run_snapshot import RunSight, RunSnapshot, UnreadableRun
from myapp.application.run_store import RunStore
from myapp.application.write_pace import WritePace
from myapp.domain.decision import Decision, DecisionAction
from myapp.domain.judgement import terminating_target, without_target
from myapp.domain.moment import earliest
from myapp.domain.todo_key import TodoKey
from myapp.domain.workflow.decide_run import decide_run
from myapp.domain.workflow.run_phase import RunReason
from myapp.domain.workflow.run_plan import not_accepted_plan, unreadable_run_plan
from myapp.domain.workflow.run_retry import is_retried_by_parent
from myapp.domain.workflow.run_situation import NotAccepted, ParentSays, RunPlan
from myapp.domain.workflow.run_status import RunStatus

#: What goes away by itself or by somebody else's doing, without an event that tells of it.
_LOOKED_AT_AGAIN = frozenset({RunReason.WAITING_FOR_CLEANUP, RunReason.NAME_CONFLICT, RunReason.NOT_ALLOWED})
#: How long a run whose time to live is over is kept, each time, because somebody depends on one of its todos.
_WAITS_FOR_DEPENDENTS = timedelta(seconds=30)
_ENDED = NotAccepted(RunReason.DEFINITION_LOST, "it has ended")


class ReconcileRun:
    """Reconciles by key; never by event.

    ``awaited`` says whether an unfinished todo depends on a todo; ``interval`` is the least time between two writes of
    how far the steps are.
    """

    def __init__(
        self,
        *,
        registry: RunRegistry,
        store: RunStore,
        desk: DecisionDesk,
        intake: RunIntake,
        definitions: RunDefinitions,
        children: RunChildren,
        statuses: RunStatusWriter,
        deleter: RunDeleter,
        notices: RunNoticeBoard,
        clock: Clock,
        telemetry: RunTelemetry,
        awaited: Callable[[TodoKey], bool],
        interval: timedelta,
    ) -> None:
        self._registry = registry
        self._store = store
        self._desk = desk
        self._intake = intake
        self._definitions = definitions
        self._children = children
        self._statuses = statuses
        self._deleter = deleter
        self._notices = notices
        self._clock = clock
        self._telemetry = telemetry
        self._awaited = awaited
        self._pace = WritePace(interval)
        intake.when_gone(self._let_go)

    async def __call__(self, key: TodoKey) -> Outcome:
        """Reconcile one run. Raises ApiError where the API server did not play along."""
        decisions = self._desk.take(key)
        return self._desk.outcome(key, decisions, await self._reconcile(key, decisions))

    async def _reconcile(self, key: TodoKey, decisions: Sequence[Decision]) -> Outcome:
        sight = await self._store.read(key)
        if sight is None:
            await self._desk.answer(map(without_target, decisions))
            return Done()
        if sight.status is None:
            return Done()  # what we cannot understand may say that work was done: nothing is written over it
        if sight.terminating:
            self._let_go(sight.uid)  # what it has created is owned by it, and goes with it
            counted = sight.status.decisions
            await self._desk.answer(terminating_target(made, counted) for made in decisions)
            return Done()
        if isinstance(sight, UnreadableRun):
            plan = unreadable_run_plan(
                sight.uid, sight.generation, sight.status, sight.problem, decisions=decisions, now=self._clock.now()
            )
            return await self._carry_out(sight, sight.status, plan, None)
        before = self._store.status_of(sight)
        if before.phase.takes_decisions:  # else none of them can count
            decisions = await self._desk.admitted(key, decisions, partial(self._notices.publish, sight))
        parent = self._registry.parent_says(key.namespace, sight.parent)
        followed = await self._followed(sight, before, decisions, parent)
        plan = self._plan(sight, before, decisions, followed, parent)
        return await self._carry_out(sight, before, plan, followed)

    async def _followed(
        self, snapshot: RunSnapshot, before: RunStatus, decisions: Sequence[Decision], parent: ParentSays
    ) -> Followed | NotAccepted:
        """What it follows; of a run that has ended only a Retry asks."""
        retried = any(made.action is DecisionAction.RETRY for made in decisions) or is_retried_by_parent(
            before, parent.revision
        )
        if before.phase.final and not retried:
            return _ENDED
        return await self._definitions.follow(snapshot.entry, before)

    def _plan(
        self,
        snapshot: RunSnapshot,
        before: RunStatus,
        decisions: Sequence[Decision],
        followed: Followed | NotAccepted,
        parent: ParentSays,
    ) -> RunPlan:
        entry, now = snapshot.entry, self._clock.now()
        if isinstance(followed, NotAccepted):
            return not_accepted_plan(entry, before, followed, decisions, now)
        return decide_run(
            followed.run,
            before,
            self._registry.children_of(entry.id),
            decisions,
            now,
            parent=parent,
            trouble=self._children.trouble(entry.id),
        )

    async def _carry_out(
        self, sight: RunSight, before: RunStatus, plan: RunPlan, followed: Followed | NotAccepted | None
    ) -> Outcome:
        write_at = self._write_at(sight, before, plan)
        if write_at is not None and write_at <= (begun := self._clock.now()):
            written = await self._statuses.write(sight, plan.status)
            if not isinstance(written, Written):
                return self._overtaken(sight, written)
            sight = replace(sight, status=plan.status, version=written.version)
            self._store.written(sight.uid)
            self._pace.written(sight.uid, begun, self._clock.now())
            self._telemetry.run_moved(before, plan.status)
            self._intake.run_written(sight)
            write_at = None
        elif isinstance(sight, RunSnapshot) and write_at is not None:
            self._store.draft(sight, plan.status)
        if plan.orders and isinstance(followed, Followed):
            making = await self._children.make(followed, plan.status, plan.orders)
            if making is Making.MADE:
                write_at = write_at or self._pace.something_happens(sight.uid, self._clock.now())
            elif making is Making.MATTERS:
                write_at = self._clock.now()
        await self._desk.answer(plan.answers)
        for notice in plan.notices:
            self._notices.publish(sight, notice)
        if plan.status.phase.final:
            self._let_go(sight.uid)
        if plan.delete and isinstance(sight, RunSnapshot):
            return await self._delete(sight)
        tried_at = self._clock.now() + TRY_AGAIN if plan.status.reason in _LOOKED_AT_AGAIN else None
        look_again_at = earliest(plan.look_again_at, write_at, tried_at)
        return LookAgainAt(look_again_at) if look_again_at is not None else Done()

    async def _delete(self, sight: RunSnapshot) -> Outcome:
        """With all its todos, unless one that is not of the run still depends on one of them."""
        if any(map(self._awaited, self._registry.todos_within(sight.key.namespace, sight.uid))):
            return LookAgainAt(self._clock.now() + _WAITS_FOR_DEPENDENTS)
        deleted = await self._deleter.delete(sight)
        return self._overtaken(sight, deleted) if isinstance(deleted, Stale) else Done()

    def _write_at(self, sight: RunSight, before: RunStatus, plan: RunPlan) -> datetime | None:
        """When the status is to be written; None where it says what it should."""
        if plan.status == sight.status:
            return None
        now, stored = self._clock.now(), sight.status or before
        return now if plan.urgent else self._pace.due(sight.uid, stored, plan.status, now, is_new=plan.status != before)

    def _let_go(self, uid: str) -> None:
        """Nothing more is done for it."""
        self._definitions.forget(uid)
        self._children.forget(uid)
        self._pace.forget(uid)

    def _overtaken(self, sight: RunSight, result: Stale | Gone) -> Outcome:
        """Somebody was faster: forget what we planned from and look at what is there now."""
        self._store.drop(sight.key)
        if isinstance(result, Gone):
            self._intake.run_gone(sight.key, sight.uid)
            return Done()
        return Retry("the object was changed meanwhile")
