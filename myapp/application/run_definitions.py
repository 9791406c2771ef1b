"""What a run follows: taken from its template once, kept for as long as the run is there, and compiled.

A template that is edited, deleted or made anew during a run changes nothing for the run. A run whose steps name no
template holds all of it itself, and nothing is kept beside it.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from myapp.application.ports import Clock
from myapp.application.run_ports import DefinitionStore, NameTaken, NotAllowed, TemplateReader
from myapp.domain.errors import InvalidTodoError
from myapp.domain.expression import ExpressionCompiler
from myapp.domain.json_value import JsonValue
from myapp.domain.todo_entry import DEFAULT_SERVICE_ACCOUNT
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.acceptance import Refused, StepChecker, accept, told
from myapp.domain.workflow.definition import Definition
from myapp.domain.workflow.params import ParamsProblem, bind
from myapp.domain.workflow.run_entry import RunEntry
from myapp.domain.workflow.run_phase import RunReason
from myapp.domain.workflow.run_situation import AcceptedRun, NotAccepted
from myapp.domain.workflow.run_status import RunStatus
from myapp.domain.workflow.sub_workflow_check import referenced_templates

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Followed:
    """What a run follows, with the templates that its steps name."""

    run: AcceptedRun
    templates: Mapping[str, Definition]


@dataclass(frozen=True, slots=True)
class _Kept:
    definition: Definition
    templates: Mapping[str, Definition]
    name: str
    """Under which it is kept; empty where the run itself holds all of it."""


class RunDefinitions:
    """The definitions of unfinished runs. ``capacity`` is how many are kept in memory."""

    def __init__(
        self,
        *,
        templates: TemplateReader,
        store: DefinitionStore,
        compiler: ExpressionCompiler,
        checker: StepChecker,
        clock: Clock,
        capacity: int,
    ) -> None:
        self._templates = templates
        self._store = store
        self._compiler = compiler
        self._checker = checker
        self._clock = clock
        self._capacity = capacity
        self._known: OrderedDict[str, Followed] = OrderedDict()
        self._waiting: dict[str, datetime] = {}
        """Since when runs wait for the name under which their definition is to be kept."""

    async def follow(self, entry: RunEntry, status: RunStatus) -> Followed | NotAccepted:
        """What the run follows, or why it cannot. Raises ApiError."""
        known = self._known.get(entry.id)
        if known is not None:
            self._known.move_to_end(entry.id)
            return replace(known, run=replace(known.run, entry=entry))  # what may be edited is the latest
        begun = status.phase is not Phase.PENDING
        kept = await (self._load(entry, status) if begun else self._gather(entry))
        followed = self._accepted(entry, kept) if isinstance(kept, _Kept) else kept
        if isinstance(followed, Followed) and not begun:
            followed = await self._keep(followed)
        if isinstance(followed, Followed):
            self._known[entry.id] = followed
            if len(self._known) > self._capacity:
                self._known.popitem(last=False)
        return followed

    def forget(self, run_id: str) -> None:
        """The run has ended, or is no more."""
        self._known.pop(run_id, None)
        self._waiting.pop(run_id, None)

    async def _load(self, entry: RunEntry, status: RunStatus) -> _Kept | NotAccepted:
        """What a run that has begun had kept."""
        name = entry.definition_name or status.definition
        if not name:
            return _of_its_own(entry, {}, "")
        found = await self._store.load(TodoKey(entry.key.namespace, name))
        if found is None:
            return NotAccepted(RunReason.DEFINITION_LOST, f"ControllerRevision {name} with its definition is gone")
        return _read(entry, found.data, name)

    async def _gather(self, entry: RunEntry) -> _Kept | NotAccepted:
        """What a run that has not begun is to follow, as its templates are now."""
        if entry.definition_name:
            return await self._load(entry, RunStatus())
        templates: dict[str, Definition] = {}
        missing: list[str] = []
        waiting = {entry.template} if entry.template else set(referenced_templates(_own(entry)))
        while waiting:
            name = waiting.pop()
            found = await self._templates.read(TodoKey(entry.key.namespace, name))
            if found is None or found.terminating:
                missing.append(name)
            elif found.definition is None:
                return NotAccepted(RunReason.INVALID_DEFINITION, f"template {name}: {found.problem}")
            else:
                templates[name] = found.definition
                waiting |= referenced_templates(found.definition) - templates.keys() - set(missing)
        if missing:
            names = ", ".join(sorted(missing)[:_SHOWN])
            message = f"waits for TodoTemplate {names}: not found in namespace {entry.key.namespace}"
            return NotAccepted(RunReason.TEMPLATE_NOT_FOUND, message)
        if not templates:
            return _of_its_own(entry, {}, "")
        kept_as = f"{entry.key.name}-definition"
        if not entry.template:
            return _of_its_own(entry, templates, kept_as)
        return _Kept(templates[entry.template], templates, kept_as)

    async def _keep(self, followed: Followed) -> Followed | NotAccepted:
        """Keep it before anything is begun. What an earlier try has kept is what the run follows."""
        run = followed.run
        if not run.definition_name or run.entry.definition_name:
            return followed
        key = TodoKey(run.entry.key.namespace, run.definition_name)
        data: dict[str, JsonValue] = {
            "definition": _plain(run.blueprint.definition.source),
            "templates": {name: _plain(template.source) for name, template in followed.templates.items()},
        }
        kept = await self._store.keep(key, run.entry.key.name, run.entry.id, data)
        if isinstance(kept, NameTaken):
            now = self._clock.now()
            since = self._waiting.setdefault(run.entry.id, now)
            return NotAccepted(kept.reason_after(now - since), kept.message)
        self._waiting.pop(run.entry.id, None)
        if isinstance(kept, NotAllowed):
            return NotAccepted(RunReason.NOT_ALLOWED, kept.message)
        if kept.data == data:
            return followed
        read = _read(run.entry, kept.data, run.definition_name)
        return self._accepted(run.entry, read) if isinstance(read, _Kept) else read

    def _accepted(self, entry: RunEntry, kept: _Kept) -> Followed | NotAccepted:
        definition = kept.definition
        params: Mapping[str, JsonValue] | ParamsProblem = entry.params
        if entry.template:
            params = bind(definition.params, entry.params)
        blueprint = accept(
            definition,
            compiler=self._compiler,
            checker=self._checker,
            templates=kept.templates,
            given=None if entry.template else entry.params.keys(),
            name=entry.template,
            bound=entry.parent is not None,
        )
        unfit = params.problems if isinstance(params, ParamsProblem) else ()
        if isinstance(blueprint, Refused):
            return NotAccepted(RunReason.INVALID_DEFINITION, told((*blueprint.problems, *unfit)))
        if isinstance(params, ParamsProblem):
            return NotAccepted(RunReason.INVALID_PARAMS, told(unfit))
        account = entry.service_account_name or definition.service_account_name or DEFAULT_SERVICE_ACCOUNT
        return Followed(AcceptedRun(entry, blueprint, params, account, kept.name), kept.templates)


def _own(entry: RunEntry) -> Definition:
    if entry.definition is None:
        raise ValueError(f"{entry.key} has no definition of its own")
    return entry.definition


def _of_its_own(entry: RunEntry, templates: Mapping[str, Definition], name: str) -> _Kept | NotAccepted:
    """A run of a template that has begun must have kept it."""
    if entry.definition is None:
        return NotAccepted(RunReason.DEFINITION_LOST, "its status does not say where its definition is kept")
    return _Kept(entry.definition, templates, name)


def _read(entry: RunEntry, data: Mapping[str, JsonValue], name: str) -> _Kept | NotAccepted:
    """Read what was kept; a run with a definition of its own needs only the templates of it."""
    try:
        templates = {known: _definition(source) for known, source in _object(data.get("templates")).items()}
        own = entry.definition or _definition(data.get("definition"))
    except InvalidTodoError as error:
        return NotAccepted(RunReason.DEFINITION_LOST, f"ControllerRevision {name} cannot be understood: {error}")
    return _Kept(own, templates, name)


def _definition(source: JsonValue) -> Definition:
    return Definition.create_from_dict(_object(source))


def _object(value: JsonValue) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _plain(source: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return dict(source)
