"""What is known of a run without its Todos: puts the values of `$(...)` into the texts of its steps. Pure.

What a step has yielded is known to its Todo alone, and an item to the Todo of the item: such an expression stays as it
is written.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from myapp.cli.todo.run_view import RunView
from myapp.domain.expression import Computed, ExpressionCompiler, ExpressionProblem
from myapp.domain.workflow.interpolation import as_text
from myapp.domain.workflow.placeholders import ROOTS, Placeholder, Unclosed, split


class KnownValues:
    """Params, with their defaults, and what the run is called."""

    def __init__(
        self, run: RunView, definition: Mapping[str, Any], make_compiler: Callable[[], ExpressionCompiler]
    ) -> None:
        """``make_compiler`` is asked when the first expression is met, because it takes its time."""
        self._make_compiler = make_compiler
        self._variables: Mapping[str, Any] = {
            "params": _defaults(definition) | dict(run.spec.get("params") or {}),
            "workflow": {"name": run.name, "namespace": run.namespace, "uid": run.uid},
        }

    def put_into(self, text: str) -> tuple[str, bool]:
        """The text with what is known, and whether that is all of it."""
        said, whole = "", True
        for part in split(text):
            match part:
                case str():
                    said += part
                case Placeholder(expression):
                    value = self._value(expression)
                    said += as_text(value.value) if value else f"$({expression})"
                    whole = whole and value is not None
                case Unclosed():
                    whole = False
        return said, whole

    @cached_property
    def _compiler(self) -> ExpressionCompiler:
        return self._make_compiler()

    def _value(self, text: str) -> Computed | None:
        expression = self._compiler.compile(text, ROOTS)
        if isinstance(expression, ExpressionProblem) or any(
            reference.path[0] not in self._variables for reference in expression.references
        ):
            return None
        found = expression.evaluate(self._variables)
        return found if isinstance(found, Computed) else None


def _defaults(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a template; a run with steps of its own has values in the place of declarations."""
    declared = definition.get("params")
    if not isinstance(declared, list):
        return {}
    return {each["name"]: each["default"] for each in declared if isinstance(each, Mapping) and "default" in each}
