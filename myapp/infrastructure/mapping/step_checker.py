"""Says what is wrong with the spec of a Todo, all of it: for the steps of workflows, before any of them is begun."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from myapp.domain.errors import InvalidTodoError
from myapp.domain.expression import ExpressionCompiler, ExpressionProblem
from myapp.domain.json_value import JsonValue
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.workflow.expression_fields import expressions_in
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
        """All that the models object to, or the domain, and each expression that cannot be compiled.

        A field that the models do not know is one of it, as it is for strict clients.
        """
        return [*_form_problems(spec), *self._expression_problems(spec)]

    def _expression_problems(self, spec: Mapping[str, JsonValue]) -> Iterator[FieldProblem]:
        for field, root, text in expressions_in(spec):
            problem = self._compiler.compile(text, (root,)) if text.strip() else None
            if isinstance(problem, ExpressionProblem):
                yield FieldProblem(field, str(problem))


def _form_problems(spec: Mapping[str, JsonValue]) -> list[FieldProblem]:
    try:
        model = TodoSpec.model_validate(spec, extra="forbid")
    except ValidationError as error:
        return [_problem(each) for each in error.errors(include_url=False, include_context=False)]
    try:
        TodoEntry.create_from_dict(model.model_dump(by_alias=False, exclude_unset=True) | _NOBODY)
    except InvalidTodoError as error:
        field = error.field.removeprefix("spec").removeprefix(".")
        return [FieldProblem(field, str(error).removeprefix(f"{error.field}: "))]
    return []


def _problem(error: Any) -> FieldProblem:  # noqa: ANN401 - pydantic's ErrorDetails
    field = ""
    for part in error["loc"]:
        field += f"[{part}]" if isinstance(part, int) else f".{part}" if field else str(part)
    if error["type"] == "extra_forbidden":
        return FieldProblem(field, "there is no such field")
    if error["type"] == "missing":
        return FieldProblem(field, "it is required")
    message = error["msg"].removeprefix("Value error, ")
    # What is wrong with the spec as a whole says which fields do not go together; all of it would say nothing more.
    return FieldProblem(field, f"{message} (found {str(error['input'])[:_SHOWN]!r})" if field else message)
