"""The use case: bring one todo to where it should be.

Read it, decide by the domain, write at most one status, then see to its effect, answer people, post notices; delete
last. Whatever is interrupted is found again by the next reconcile, because each step is derived from what is recorded.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from myapp.application.decision_desk import DecisionDesk
from myapp.application.effect_tasks import EffectTasks
from myapp.application.errors import ApiUnavailableError
from myapp.application.intake import Intake
from myapp.application.outcomes import Done, Gone, LookAgainAt, Outcome, Retry, Stale, WriteResult, Written
from myapp.application.ports import Clock, NoticeBoard, Telemetry, TodoDeleter, TodoStatusWriter
from myapp.application.reconcile_scope import current_scope
from myapp.application.rehearsals import Rehearsals
from myapp.application.reminder_ledger import ReminderLedger
from myapp.application.snapshot import Snapshot, TodoSnapshot
from myapp.application.todo_registry import TodoRegistry
from myapp.application.todo_store import TodoStore
from myapp.domain.decide import decide, decide_unreadable
from myapp.domain.decision import Decision
from myapp.domain.effect import EffectId
from myapp.domain.expression import ExpressionCompiler, ExpressionProblem
from myapp.domain.judgement import terminating_target, without_target
from myapp.domain.outputs import compiled_outputs, outputs_refusal
from myapp.domain.owner_run import OwnerRun
from myapp.domain.plan import Plan
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase
from myapp.domain.todo_status import TodoStatus
from myapp.domain.wanted import compiled_when

#: A write that was answered so, or not at all, may have been done all the same.
_MAY_HAVE_BEEN_DONE = frozenset({None, 504})


class ReconcileTodo:
    """Reconciles by key; never by event."""

    def __init__(
        self,
        *,
        registry: TodoRegistry,
        store: TodoStore,
        desk: DecisionDesk,
        intake: Intake,
        statuses: TodoStatusWriter,
        deleter: TodoDeleter,
        effects: EffectTasks,
        rehearsals: Rehearsals,
        notices: NoticeBoard,
        reminders: ReminderLedger,
        expressions: ExpressionCompiler,
        clock: Clock,
        telemetry: Telemetry,
        ended_by_run: Callable[[TodoKey, OwnerRun], str],
    ) -> None:
        """``ended_by_run`` says why a workflow ends a todo that is a step of it; nothing where it does not."""
        self._registry = registry
        self._store = store
        self._desk = desk
        self._intake = intake
        self._statuses = statuses
        self._deleter = deleter
        self._effects = effects
        self._rehearsals = rehearsals
        self._notices = notices
        self._reminders = reminders
        self._expressions = expressions
        self._clock = clock
        self._telemetry = telemetry
        self._ended_by_run = ended_by_run

    async def __call__(self, key: TodoKey) -> Outcome:
        """Reconcile one todo. Raises ApiError where the API server did not play along."""
        decisions = self._desk.take(key)
        return self._desk.outcome(key, decisions, await self._reconcile(key, decisions))

    async def _reconcile(self, key: TodoKey, decisions: Sequence[Decision]) -> Outcome:
        snapshot = await self._store.read(key)
        if (scope := current_scope()) is not None:
            scope.snapshot = snapshot
        if snapshot is None:
            self._reminders.forget(key)
            self._let_go(key)
            await self._desk.answer(map(without_target, decisions))
            return Done()
        if snapshot.status is None:
            return Done()  # what we cannot understand may say that work was done: nothing is written over it
        if snapshot.terminating:
            counted = snapshot.status.decisions
            self._let_go(key)  # what it has created is owned by it, and goes with it
            await self._desk.answer(terminating_target(made, counted) for made in decisions)
            return Done()
        return await self._carry_out(snapshot, snapshot.status, await self._plan(snapshot, snapshot.status, decisions))

    def _let_go(self, key: TodoKey) -> None:
        """Nothing more is done for it."""
        self._effects.forget(key)
        self._rehearsals.forget(key)

    async def _carry_out(self, snapshot: Snapshot, before: TodoStatus, plan: Plan) -> Outcome:
        fenced = plan.status != before
        if fenced:
            written = await self._written(snapshot, plan.status)
            if not isinstance(written, Written):
                return self._overtaken(snapshot, written)
            self._telemetry.moved(before, plan.status)
            snapshot = replace(snapshot, status=plan.status, version=written.version)
            self._intake.todo_written(snapshot)
            self._reminders.written(snapshot.key, plan.status)
        elif not await self._may_begin(snapshot, plan):
            return Retry("the object was changed meanwhile")
        if isinstance(snapshot, TodoSnapshot):
            self._effects.align(snapshot.todo, plan.effect, begun_before=not fenced)
            self._rehearsals.align(snapshot.todo, waits=plan.rehearse)
        await self._desk.answer(plan.answers)
        for notice in plan.notices:
            self._notices.publish(snapshot, notice)
        if plan.delete:
            deleted = await self._deleter.delete(snapshot)
            return self._overtaken(snapshot, deleted) if isinstance(deleted, Stale) else Done()
        return LookAgainAt(plan.look_again_at) if plan.look_again_at is not None else Done()

    async def _plan(self, snapshot: Snapshot, status: TodoStatus, decisions: Sequence[Decision]) -> Plan:
        if not isinstance(snapshot, TodoSnapshot):
            return decide_unreadable(status, snapshot.generation, snapshot.problem, decisions, self._clock.now())
        outputs = compiled_outputs(snapshot.todo.outputs, self._expressions)
        when = compiled_when(snapshot.todo, self._expressions) if status.phase is Phase.PENDING else None
        if isinstance(when, ExpressionProblem):
            problem = f"spec.when: {when}"
            return decide_unreadable(status, snapshot.generation, problem, decisions, self._clock.now())
        if status.phase is Phase.PENDING:  # what has begun goes on
            wrong = outputs_refusal(outputs) or snapshot.todo.action.expressions.problem(self._expressions)
            if wrong:
                return decide_unreadable(status, snapshot.generation, wrong, decisions, self._clock.now())
        if status.phase.takes_decisions:  # else none of them can count
            publish = partial(self._notices.publish, snapshot)
            decisions = await self._desk.admitted(snapshot.key, decisions, publish)
        related = self._registry.related(snapshot.todo)
        if snapshot.run is not None:
            related = replace(related, ended_by_run=self._ended_by_run(snapshot.key, snapshot.run))
        news = self._effects.latest(snapshot.key, EffectId(snapshot.uid, status.attempt))
        marked, now = self._reminders.marked(snapshot), self._clock.now()
        return decide(
            snapshot.todo,
            marked,
            related,
            decisions,
            now,
            news=news,
            when=when,
            outputs=outputs,
            foresight=self._rehearsals.foreseen(snapshot.todo),
        )

    async def _may_begin(self, snapshot: Snapshot, plan: Plan) -> bool:
        """Whether an effect may be begun on the word of a status that this reconcile has not written, as after a start.

        A write proves that the status is the latest. Without one it is compared with the API server's own.
        """
        if plan.effect is None or self._effects.sees_to(snapshot.key, plan.effect):
            return True
        self._store.drop(snapshot.key)
        live = await self._store.read(snapshot.key)
        return live is not None and (live.uid, live.version) == (snapshot.uid, snapshot.version)

    async def _written(self, snapshot: Snapshot, status: TodoStatus) -> WriteResult:
        """Raises ApiError; after one that leaves open whether it was done, the next try looks first."""
        try:
            return await self._statuses.write(snapshot, status)
        except ApiUnavailableError as error:
            if error.code in _MAY_HAVE_BEEN_DONE:
                self._store.drop(snapshot.key)
            raise

    def _overtaken(self, snapshot: Snapshot, result: Stale | Gone) -> Outcome:
        """Somebody was faster: forget what we planned from and look at what is there now."""
        self._store.drop(snapshot.key)
        if isinstance(result, Gone):
            self._intake.todo_gone(snapshot.key, snapshot.uid)
            return Done()
        return Retry("the object was changed meanwhile")
