"""What a workflow consists of, as its author wrote it: params, steps, what comes after them, and how failure is met.

A step keeps the spec of its todo as the plain JSON that it was written in: it may hold ``$(...)``, whose value is known
only when the step is ready, and a todo is made of it then (``interpolation``). Whether all of it makes sense together
is another question (``acceptance``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Self

from myapp.domain.dependency import Dependency
from myapp.domain.entry_fields import EntryFields
from myapp.domain.errors import InvalidTodoError
from myapp.domain.json_value import JsonValue, shown
from myapp.domain.outputs import OutputRule, read_rules
from myapp.domain.todo_phase import FINAL_PHASES

MOST_STEPS = 500
MOST_FINALLY = 64
MOST_PARAMS = 64
MOST_ITEMS = 10_000
_SOURCE = (
    "params",
    "steps",
    "finally",
    "failurePolicy",
    "parallelism",
    "timeout",
    "outputs",
    "serviceAccountName",
)
#: Fields of a step that say when and how often it is done; all others are those of its todo.
_OF_THE_STEP = frozenset({"name", "dependsOn", "when", "forEach", "workflow"})


class ParamType(StrEnum):
    """JSON's types, but for null."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ARRAY = "array"
    OBJECT = "object"


class FailurePolicy(StrEnum):
    """What follows a failure that no step accepts."""

    FAIL_FAST = "FailFast"
    """Nothing new starts."""
    CONTINUE = "Continue"
    """What does not depend on it goes on."""


@dataclass(frozen=True, slots=True)
class Param:
    """A value that a run gives to its template."""

    name: str
    type: ParamType = ParamType.STRING
    enum: tuple[JsonValue, ...] = ()
    """The only values, if any."""
    default: JsonValue = None
    """None where there is none."""
    required: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class ForEach:
    """A step that is done once for each item."""

    items: tuple[JsonValue, ...] | str
    """The items, or the expression that yields them."""
    parallelism: int | None = None
    """How many may be under way at once; None: as many as there are."""
    unfit: str = ""
    """Why what was written as items is neither."""


@dataclass(frozen=True, slots=True)
class SubWorkflow:
    """A step that is a run of a template of the same namespace."""

    template: str
    params: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``workflow`` is None where it is a todo, whose spec is ``todo``."""

    name: str
    dependencies: tuple[Dependency, ...] = ()
    when: str = ""
    for_each: ForEach | None = None
    workflow: SubWorkflow | None = None
    todo: Mapping[str, JsonValue] = field(default_factory=dict)
    """In the API's form; empty where it is a run."""


@dataclass(frozen=True, slots=True)
class Definition:
    """The whole of it. ``source`` is the plain JSON that it was read from, without what is not of a definition."""

    steps: tuple[Step, ...]
    finally_steps: tuple[Step, ...] = ()
    params: tuple[Param, ...] = ()
    failure_policy: FailurePolicy = FailurePolicy.FAIL_FAST
    parallelism: int | None = None
    timeout: timedelta | None = None
    outputs: tuple[OutputRule, ...] = ()
    service_account_name: str = ""
    """Empty where it names none."""
    source: Mapping[str, JsonValue] = field(default_factory=lambda: MappingProxyType({}), compare=False)

    @classmethod
    def create_from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Build a definition from plain JSON in the API's form, such as a template's spec.

        Fields that are not of a definition (``templateRef``, ``suspend``) are left alone.
        Raises InvalidTodoError, which names the first field that has not the form it must have.
        """
        fields = EntryFields(data)
        steps = tuple(map(_step, fields.entries("steps")))
        last = tuple(map(_step, fields.entries("finally")))
        declared = tuple(map(_param, fields.entries("params"))) if _is_declaration(data.get("params")) else ()
        for name, found, most in (
            ("steps", len(steps), MOST_STEPS),
            ("finally", len(last), MOST_FINALLY),
            ("params", len(declared), MOST_PARAMS),
        ):
            if found > most:
                raise InvalidTodoError(f"spec.{name}", f"{found} of them", f"{most} at most")
        if not steps:
            raise fields.invalid("steps", "one step at least")
        return cls(
            steps=steps,
            finally_steps=last,
            params=declared,
            failure_policy=fields.choice("failurePolicy", FailurePolicy.FAIL_FAST),
            parallelism=_at_least_one(fields, "parallelism"),
            timeout=fields.duration("timeout"),
            outputs=read_rules(fields),
            service_account_name=fields.text("serviceAccountName") if fields.has("serviceAccountName") else "",
            source={name: data[name] for name in _SOURCE if name in data and (name != "params" or declared)},
        )


def _is_declaration(params: object) -> bool:
    """A template declares its params in a list; a run gives values in a map."""
    return isinstance(params, list | tuple)


def _step(fields: EntryFields) -> Step:
    dependencies = tuple(
        Dependency(entry.text("name"), entry.choices("on", Dependency.DEFAULT_ON, FINAL_PHASES))
        for entry in fields.entries("dependsOn")
    )
    return Step(
        name=fields.text("name"),
        dependencies=dependencies,
        when=fields.text("when") if fields.has("when") else "",
        for_each=_for_each(fields.within("forEach")) if fields.has("forEach") else None,
        workflow=_sub_workflow(fields.within("workflow")) if fields.has("workflow") else None,
        todo={name: value for name, value in fields.raw.items() if name not in _OF_THE_STEP and value is not None},
    )


def _for_each(fields: EntryFields) -> ForEach:
    items = fields.raw.get("items")
    if isinstance(items, str) and items.strip():
        return ForEach(items, _at_least_one(fields, "parallelism"))
    parallelism = _at_least_one(fields, "parallelism")
    if not isinstance(items, list | tuple):  # the CRD has no type for either of both
        unfit = f"found {shown(items)}, allowed is a list, or an expression that yields one"
        return ForEach((), parallelism, unfit)
    if len(items) > MOST_ITEMS:
        return ForEach((), parallelism, f"found {len(items)} items, allowed are {MOST_ITEMS}")
    return ForEach(tuple(items), parallelism)


def _sub_workflow(fields: EntryFields) -> SubWorkflow:
    params = fields.raw.get("params") or {}
    if not isinstance(params, Mapping):
        raise fields.invalid("params", "an object")
    return SubWorkflow(fields.within("templateRef").text("name"), dict(params))


def _param(fields: EntryFields) -> Param:
    enum = fields.raw.get("enum") or ()
    if not isinstance(enum, list | tuple):
        raise fields.invalid("enum", "a list of values")
    return Param(
        name=fields.text("name"),
        type=fields.choice("type", ParamType.STRING),
        enum=tuple(enum),
        default=fields.raw.get("default"),
        required=fields.flag("required"),
        description=fields.any_text("description") or "",
    )


def _at_least_one(fields: EntryFields, name: str) -> int | None:
    if not fields.has(name):
        return None
    number = fields.integer(name)
    if number < 1:
        raise fields.invalid(name, "a whole number, 1 at least")
    return number
