"""What a step that is ready becomes: the items it is done for, whether an item is wanted, and the spec of its child."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from myapp.domain.expression import NotComputed
from myapp.domain.json_value import JsonValue
from myapp.domain.message import bounded
from myapp.domain.todo_phase import Phase
from myapp.domain.wanted import yields_true
from myapp.domain.workflow.blueprint import StepBlueprint
from myapp.domain.workflow.child_names import ChildPart
from myapp.domain.workflow.children import ChildState
from myapp.domain.workflow.definition import MOST_ITEMS, Definition
from myapp.domain.workflow.interpolation import Resolved
from myapp.domain.workflow.params import ParamsProblem, bind
from myapp.domain.workflow.run_phase import StepReason
from myapp.domain.workflow.run_status import LONGEST_STEP_MESSAGE
from myapp.domain.workflow.run_variables import RunVariables


@dataclass(frozen=True, slots=True)
class NoItems:
    """Why a ``forEach`` has no list of items."""

    message: str


def items_of(planned: StepBlueprint, variables: RunVariables) -> tuple[JsonValue, ...] | NoItems:
    """The items of a ``forEach`` whose dependencies have ended."""
    for_each = planned.step.for_each
    if for_each is None or not isinstance(for_each.items, str) or planned.items is None:
        return for_each.items if for_each is not None and isinstance(for_each.items, tuple) else ()
    outcome = planned.items.evaluate(variables.seeing(planned.sees))
    if isinstance(outcome, NotComputed):
        return NoItems(f"forEach.items has no value: {outcome.message}")
    if not isinstance(outcome.value, list):
        return NoItems(f"forEach.items yields {str(outcome.value)[:60]!r}, and must yield a list")
    if len(outcome.value) > MOST_ITEMS:
        return NoItems(f"forEach.items yields {len(outcome.value)} items, allowed are {MOST_ITEMS}")
    return tuple(outcome.value)


def spec_of(
    planned: StepBlueprint,
    part: ChildPart,
    variables: RunVariables,
    item: JsonValue,
    templates: Mapping[str, Definition],
) -> Mapping[str, JsonValue] | ChildState:
    """The spec of the child in the API's form, or how this part ends without one.

    ``item`` is that of ``part.index``, where it has one. ``templates`` are those that the run keeps.
    """
    if lost := variables.lost(planned.needs_outputs_of):
        return settled(part, StepReason.VALUES_ERROR, f"the todo of step {lost} was deleted, and its outputs with it")
    seen = variables.seeing(planned.sees)
    if part.index is not None:
        seen = {**seen, "item": item, "index": part.index}
    if planned.when is not None and planned.when_is_of_the_item:
        wanted = yields_true(planned.when, seen)
        if isinstance(wanted, NotComputed):
            return settled(part, StepReason.WHEN_ERROR, f"when has no value: {wanted.message}")
        if not wanted:
            return ChildState("", Phase.SKIPPED, StepReason.WHEN_FALSE, "", revision=part.revision)
    resolved = planned.body.resolve(seen)
    if not isinstance(resolved, Resolved):
        return settled(part, StepReason.VALUES_ERROR, resolved.message)
    if planned.step.workflow is None:
        return _as_object(resolved.value)
    return _run_spec(planned.step.workflow.template, part, _as_object(resolved.value), templates)


def settled(part: ChildPart, reason: StepReason, message: str) -> ChildState:
    """A part that has failed without a child."""
    return ChildState("", Phase.FAILED, reason, bounded(message, LONGEST_STEP_MESSAGE), revision=part.revision)


def _run_spec(
    name: str, part: ChildPart, given: Mapping[str, JsonValue], templates: Mapping[str, Definition]
) -> Mapping[str, JsonValue] | ChildState:
    """The run of a template holds the definition itself, with the values for it: nothing is looked up again."""
    template = templates.get(name)
    if template is None:
        return settled(part, StepReason.VALUES_ERROR, f"template {name} is not among those that the run has kept")
    bound = bind(template.params, given)
    if isinstance(bound, ParamsProblem):
        return settled(part, StepReason.VALUES_ERROR, "; ".join(bound.problems))
    spec: dict[str, Any] = {name: value for name, value in template.source.items() if name not in _NOT_CARRIED_ON}
    return spec | ({"params": dict(bound)} if bound else {})


_NOT_CARRIED_ON = frozenset({"params", "serviceAccountName"})


def _as_object(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}
