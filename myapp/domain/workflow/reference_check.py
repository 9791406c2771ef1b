"""Whether what expressions refer to will be there: params, steps that have ended by then, and what those say."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from myapp.domain.expression import Reference
from myapp.domain.workflow.blueprint import PlacedReference
from myapp.domain.workflow.definition import Definition, Step
from myapp.domain.workflow.graph import ancestors

_OF_A_WORKFLOW = ("name", "namespace", "uid")
_OF_A_STEP = ("phase", "outputs")
_OUTPUT_AT = 3
_SHOWN = 10


class ReferenceCheck:
    """Answers for one definition."""

    def __init__(
        self, definition: Definition, params: Collection[str], templates: Mapping[str, Definition], *, ordered: bool
    ) -> None:
        """``params`` are the names that have, or may have, a value. ``ordered``: who comes before whom is known."""
        self._params = params
        self._templates = templates
        self._steps = {step.name: step for step in (*definition.steps, *definition.finally_steps)}
        main = frozenset(step.name for step in definition.steps)
        self._last = frozenset(step.name for step in definition.finally_steps)
        self._visible: Mapping[str, Collection[str]] = dict.fromkeys(self._steps, self._steps.keys())
        if ordered:
            last = ancestors(definition.finally_steps)
            self._visible = {**ancestors(definition.steps), **{name: last[name] | main for name in last}}

    def problems(self, references: Sequence[PlacedReference]) -> Iterator[str]:
        """One sentence for each reference that leads nowhere."""
        checks: Mapping[str, Callable[[PlacedReference], str]] = {
            "params": self._param,
            "steps": self._step,
            "workflow": self._workflow,
        }
        for used in references:
            check = checks.get(used.reference.path[0])
            problem = check(used) if check is not None and len(used.reference.path) > 1 else ""
            if problem:
                step = f"step {used.step}: " if used.step else ""
                yield f"{step}{used.field}: {_shown(used.reference)}: {problem}"

    def _param(self, used: PlacedReference) -> str:
        return "" if used.reference.path[1] in self._params else f"there is no such param, {_listed(self._params)}"

    def _workflow(self, used: PlacedReference) -> str:
        field = used.reference.path[1]
        if field == "phase" and used.step not in self._last:
            return "what the steps came to is known in finally only"
        allowed = (*_OF_A_WORKFLOW, "phase") if used.step in self._last else _OF_A_WORKFLOW
        return "" if field in allowed else f"a workflow has {', '.join(allowed)}"

    def _step(self, used: PlacedReference) -> str:
        path = used.reference.path
        step = self._steps.get(path[1])
        if step is None:
            return f"there is no step {path[1]}"
        if used.step and step.name not in self._visible[used.step]:
            return f"{step.name} does not come before {used.step}: name it, or what follows it, in dependsOn"
        if len(path) > 2 and path[2] not in _OF_A_STEP:  # noqa: PLR2004 - the field behind the step
            return f"a step has {' and '.join(_OF_A_STEP)}"
        if len(path) <= _OUTPUT_AT or path[2] != "outputs":
            return ""
        if step.for_each is not None:
            return f"{step.name} is a forEach: its outputs are a list, by index"
        known = self._outputs_of(step)
        return "" if known is None or path[_OUTPUT_AT] in known else f"no such output, {_listed(known)}"

    def _outputs_of(self, step: Step) -> Collection[str] | None:
        """The names of what a step yields; None where that is known only when it has ended."""
        if step.workflow is not None:
            template = self._templates.get(step.workflow.template)
            return None if template is None else [rule.name for rule in template.outputs]
        rules = step.todo.get("outputs")
        if isinstance(rules, list) and rules:
            return [str(rule.get("name")) for rule in rules if isinstance(rule, dict)]
        if "wait" in step.todo or "approval" in step.todo:
            return ()
        manual = step.todo.get("manual")
        form = manual.get("form") if isinstance(manual, dict) else None
        fields = form.get("properties") if isinstance(form, dict) else None
        return list(fields) if isinstance(fields, dict) else None


def _shown(reference: Reference) -> str:
    return f"line {reference.line}, column {reference.column}: {'.'.join(reference.path)}"


def _listed(names: Collection[str]) -> str:
    if not names:
        return "there are none"
    rest = len(names) - _SHOWN
    return f"there are {', '.join(sorted(names)[:_SHOWN])}{f' and {rest} more' if rest > 0 else ''}"
