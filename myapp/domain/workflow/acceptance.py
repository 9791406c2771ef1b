"""Whether a definition makes sense: all that is wrong with it, before anything of it is begun.

The same is said to whoever applies it and to whoever asks ``kubectl todo lint``.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from myapp.domain.expression import ExpressionCompiler
from myapp.domain.json_value import JsonValue, shown
from myapp.domain.message import LONGEST_MESSAGE, bounded
from myapp.domain.workflow.blueprint import Blueprint, Compilation, compiled, placed
from myapp.domain.workflow.definition import Definition, ForEach, Param, Step
from myapp.domain.workflow.expression_fields import with_expressions
from myapp.domain.workflow.graph import cycles
from myapp.domain.workflow.interpolation import FieldProblem
from myapp.domain.workflow.params import fits, value_problem
from myapp.domain.workflow.placeholders import holds_placeholder
from myapp.domain.workflow.reference_check import ReferenceCheck
from myapp.domain.workflow.sub_workflow_check import nesting_problems, sub_workflow_problems

_STEP_NAME = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
_PARAM_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,62}")
_NOT_IN_A_STEP = {
    "serviceAccountName": "a run has one account: name it in the workflow",
    "ttlAfterFinished": "what a workflow has created goes with it",
    "suspend": "suspend the workflow, or let a person decide by a manual step",
}


class StepChecker(Protocol):
    """Knows what the spec of a todo may look like."""

    def problems(self, spec: Mapping[str, JsonValue]) -> Sequence[FieldProblem]:
        """All that is wrong with it, as if all its texts were literal; fields as ``http.headers[0].value``."""
        ...


@dataclass(frozen=True, slots=True)
class Refused:
    """All that is wrong, one sentence each."""

    problems: tuple[str, ...]

    def __str__(self) -> str:
        return told(self.problems)


def told(problems: Sequence[str]) -> str:
    """One message for all problems, within the bounds of a status; says how many had no room."""
    if len(problems) == 1:
        return bounded(problems[0])
    head = f"{len(problems)} problems: "
    message, room = "", LONGEST_MESSAGE - len(head) - len("; and 9999 more")
    for number, problem in enumerate(problems):
        longer = f"{message}; {problem}" if message else bounded(problem, room)
        if len(longer) > room:
            return f"{head}{message}; and {len(problems) - number} more"
        message = longer
    return head + message


def accept(
    definition: Definition,
    *,
    compiler: ExpressionCompiler,
    checker: StepChecker,
    templates: Mapping[str, Definition],
    given: Collection[str] | None = None,
    name: str = "",
    bound: bool = False,
) -> Blueprint | Refused:
    """The blueprint of a definition, or all that is wrong with it.

    ``templates`` are those that it and they name, as far as they exist: one that does not is not told here, because it
    may come. ``given`` are the names of the values of a run that has a definition of its own; None for a template,
    which declares its params. ``bound`` says that they were bound by a declaration that stands elsewhere, so that one
    without a value is none that is unknown. ``name`` is the template's own, by which it could reach itself.
    """
    steps = (*definition.steps, *definition.finally_steps)
    problems = [*_param_problems(definition.params), *_name_problems(steps)]
    problems += _dependency_problems(definition.steps, "steps")
    problems += _dependency_problems(definition.finally_steps, "finally")
    loops = [*cycles(definition.steps), *cycles(definition.finally_steps)]
    problems += [f"steps wait for each other: {' -> '.join(loop)}" for loop in loops]
    for step in steps:
        problems += _step_problems(step, templates)
    problems += nesting_problems(name, definition, templates)
    ordered = not loops and len({step.name for step in steps}) == len(steps)  # else nobody knows who comes first
    compilation = compiled(definition, compiler, ordered=ordered)
    problems += compilation.problems
    params = {param.name for param in definition.params} if given is None else set(given)
    params |= _params_used(compilation) if bound else set()
    check = ReferenceCheck(definition, params, templates, ordered=ordered)
    problems += check.problems(compilation.references)
    problems += _spec_problems(compilation, checker)
    return Refused(tuple(problems)) if problems else compilation.blueprint


def _params_used(compilation: Compilation) -> set[str]:
    paths = [used.reference.path for used in compilation.references]
    return {path[1] for path in paths if path[0] == "params" and len(path) > 1}


def _param_problems(params: Sequence[Param]) -> Iterator[str]:
    for name, times in Counter(param.name for param in params).items():
        if times > 1:
            yield f"params: {name} is declared {times} times"
        if _PARAM_NAME.fullmatch(name) is None:
            yield f"params: found the name {name[:63]!r}, allowed is a letter, then letters, digits, '_' and '-'"
    for param in params:
        unfit = [value for value in param.enum if not fits(param.type, value)]
        if unfit:
            yield f"params.{param.name}: the enum has {shown(unfit[0])}, which is no value of type {param.type}"
        if param.default is not None and (problem := value_problem(param, param.default)):
            yield f"params.{param.name}: the default does not fit: {problem}"


def _name_problems(steps: Sequence[Step]) -> Iterator[str]:
    for name, times in Counter(step.name for step in steps).items():
        if times > 1:
            yield f"step {name}: there are {times} steps of this name"
        if _STEP_NAME.fullmatch(name) is None:
            allowed = "a lower-case letter, then letters, digits and '-', 63 characters at most"
            yield f"step {name[:63]}: the name is not allowed: {allowed}"


def _dependency_problems(steps: Sequence[Step], section: str) -> Iterator[str]:
    known = {step.name for step in steps}
    for step in steps:
        for dependency in step.dependencies:
            if dependency.name not in known:
                allowed = ", ".join(sorted(known - {step.name})[:10]) or "none"
                yield f"step {step.name}: dependsOn names {dependency.name}, the other {section} are: {allowed}"


def _step_problems(step: Step, templates: Mapping[str, Definition]) -> Iterator[str]:
    for field, why in _NOT_IN_A_STEP.items():
        if field in step.todo:
            yield f"step {step.name}: {field} is not allowed: {why}"
    if step.for_each is not None:
        for problem in _items_problems(step.for_each):
            yield f"step {step.name}: forEach.items{problem}"
    if step.workflow is not None:
        if step.todo:
            yield f"step {step.name}: found workflow and {', '.join(sorted(step.todo))}, allowed is one of the two"
        for problem in sub_workflow_problems(step.workflow, templates):
            yield f"step {step.name}: {problem}"


def _items_problems(for_each: ForEach) -> Iterator[str]:
    if for_each.unfit:
        yield f": {for_each.unfit}"
    items = for_each.items if isinstance(for_each.items, tuple) else ()
    computed = next((index for index, item in enumerate(items) if holds_placeholder(item)), None)
    if computed is not None:
        allowed = "a value that is taken as it is, or in place of the list an expression, such as [params.a, params.b]"
        yield f"[{computed}]: found {shown(items[computed])}, allowed is {allowed}"


def _spec_problems(compilation: Compilation, checker: StepChecker) -> Iterator[str]:
    """What is wrong with the todos as far as it can be known: where a value is put in, it cannot."""
    for planned in compilation.planned:
        if planned.step.workflow is not None:
            continue
        spec = {name: value for name, value in planned.step.todo.items() if name not in _NOT_IN_A_STEP}
        for problem in checker.problems(with_expressions(spec, planned.body.compilable)):
            if not _is_interpolated(problem.field, planned.body.interpolated):
                yield placed(planned.step.name, problem)


def _is_interpolated(field: str, interpolated: Collection[str]) -> bool:
    return any(field == known or known.startswith((f"{field}.", f"{field}[")) for known in interpolated)
