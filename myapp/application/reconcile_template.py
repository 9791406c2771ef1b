"""The use case: say of a template whether it can be run. It is written when that has changed."""

from datetime import datetime

from myapp.application.outcomes import Done, Outcome, Retry, Stale
from myapp.application.ports import Clock
from myapp.application.run_ports import TemplateReader, TemplateStatusWriter
from myapp.application.run_snapshot import TemplateSnapshot
from myapp.domain.expression import ExpressionCompiler
from myapp.domain.todo_key import TodoKey
from myapp.domain.workflow.acceptance import Refused, StepChecker, accept
from myapp.domain.workflow.definition import Definition
from myapp.domain.workflow.sub_workflow_check import MOST_LEVELS, referenced_templates
from myapp.domain.workflow.template_status import TemplateStatus, template_status


class ReconcileTemplate:
    """Reconciles by key; never by event."""

    def __init__(
        self,
        *,
        templates: TemplateReader,
        statuses: TemplateStatusWriter,
        compiler: ExpressionCompiler,
        checker: StepChecker,
        clock: Clock,
    ) -> None:
        self._templates = templates
        self._statuses = statuses
        self._compiler = compiler
        self._checker = checker
        self._clock = clock

    async def __call__(self, key: TodoKey) -> Outcome:
        """Reconcile one template. Raises ApiError where the API server did not play along."""
        snapshot = await self._templates.read(key)
        if snapshot is None or snapshot.terminating:
            return Done()
        status = await self._status(snapshot, self._clock.now())
        if status == snapshot.status:
            return Done()
        written = await self._statuses.write(snapshot, status)
        return Retry("the object was changed meanwhile") if isinstance(written, Stale) else Done()

    async def _status(self, snapshot: TemplateSnapshot, now: datetime) -> TemplateStatus:
        definition = snapshot.definition
        if definition is None:
            return template_status(snapshot.status, snapshot.generation, 0, (snapshot.problem,), now)
        others = await self._named(snapshot.key, definition)
        outcome = accept(
            definition, compiler=self._compiler, checker=self._checker, templates=others, name=snapshot.key.name
        )
        problems = outcome.problems if isinstance(outcome, Refused) else ()
        steps = len(definition.steps) + len(definition.finally_steps)
        return template_status(snapshot.status, snapshot.generation, steps, problems, now)

    async def _named(self, key: TodoKey, definition: Definition) -> dict[str, Definition]:
        """The templates that it names, and those that they name, as far as they exist and can be understood.

        No deeper than workflows may be within each other: what is below is refused by its name alone.
        """
        found: dict[str, Definition] = {key.name: definition}
        seen, level = {key.name}, referenced_templates(definition)
        for _ in range(MOST_LEVELS - 1):
            following: set[str] = set()
            for name in level - seen:
                seen.add(name)
                other = await self._templates.read(key.beside(name))
                if other is not None and not other.terminating and other.definition is not None:
                    found[name] = other.definition
                    following |= referenced_templates(other.definition)
            level = frozenset(following)
        return found
