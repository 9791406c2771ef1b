"""Says what is wrong with the spec of a Todo, all of it: for the steps of workflows, before any of them is begun."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from myapp.domain.errors import InvalidTodoError
from myapp.domain.expression import ExpressionCompiler, ExpressionProblem
from myapp.domain.json_value import JsonValue
from myapp.domain.outputs import RESULT
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.workflow.interpolation import FieldProblem
from myapp.infrastructure.crd.todo_spec import TodoSpec

_NOBODY = {
    "id": "unknown",
    "namespace": "unknown",
    "name": "unknown",
    "created_at": datetime.fromtimestamp(0, UTC),
    "generation": 1,
}
_SHOWN = 80


class TodoSpecChecker:
    """StepChecker over the models that the CRD of Todos is generated from, and over the domain's own reading."""

    def __init__(self, compiler: ExpressionCompiler) -> None:
        self._compiler = compiler

    def problems(self, spec: Mapping[str, JsonValue]) -> Sequence[FieldProblem]:
        """All that the models object to; a field that they do not know is one of it, as it is for strict clients."""
        try:
            model = TodoSpec.model_validate(spec, extra="forbid")
        except ValidationError as error:
            return [_problem(each) for each in error.errors(include_url=False, include_context=False)]
        try:
            todo = TodoEntry.create_from_dict(model.model_dump(by_alias=False, exclude_unset=True) | _NOBODY)
        except InvalidTodoError as error:
            field = error.field.removeprefix("spec").removeprefix(".")
            return [FieldProblem(field, str(error).removeprefix(f"{error.field}: "))]
        return self._expression_problems(todo)

    def _expression_problems(self, todo: TodoEntry) -> list[FieldProblem]:
        of_the_action = todo.action.expressions
        texts = {name.removeprefix("spec."): (text, of_the_action.root) for name, text in of_the_action.texts.items()}
        for index, rule in enumerate(todo.outputs):
            texts[f"outputs[{index}].value"] = (rule.value, RESULT)
        compiled = {field: self._compiler.compile(text, (root,)) for field, (text, root) in texts.items()}
        return [
            FieldProblem(field, str(problem))
            for field, problem in compiled.items()
            if isinstance(problem, ExpressionProblem)
        ]


def _problem(error: Any) -> FieldProblem:  # noqa: ANN401 - pydantic's ErrorDetails
    field = ""
    for part in error["loc"]:
        field += f"[{part}]" if isinstance(part, int) else f".{part}" if field else str(part)
    if error["type"] == "extra_forbidden":
        return FieldProblem(field, "there is no such field")
    if error["type"] == "missing":
        return FieldProblem(field, "it is required")
    return FieldProblem(field, f"{error['msg'].removeprefix('Value error, ')} (found {str(error['input'])[:_SHOWN]!r})")
