"""``when``: whether a todo is to be done at all, by what became of its dependencies.

It is asked once, at the moment the todo could start, when its dependencies have ended and what they yielded changes no
more. So an expression without a value will never have one, and the todo fails.
"""

from collections.abc import Mapping
from typing import Any

from myapp.domain.dependency import DependencyState
from myapp.domain.expression import Expression, ExpressionCompiler, ExpressionProblem, NotComputed
from myapp.domain.todo_entry import TodoEntry

#: The name under which an expression finds the dependencies.
ROOT = "dependencies"
_SHOWN = 200


def compiled_when(todo: TodoEntry, compiler: ExpressionCompiler) -> Expression | ExpressionProblem | None:
    """The expression of a todo; None where it has none, a problem where it is wrong or names a todo not waited for."""
    if not todo.when:
        return None
    expression = compiler.compile(todo.when, (ROOT,))
    if isinstance(expression, ExpressionProblem):
        return expression
    known = {dependency.name for dependency in todo.dependencies}
    for reference in expression.references:
        name = reference.path[1] if len(reference.path) > 1 else ""
        if name and name not in known:
            allowed = f"the names in dependsOn are {', '.join(sorted(known))}" if known else "dependsOn names nothing"
            return ExpressionProblem(f"{name} is none of its dependencies: {allowed}", reference.line, reference.column)
    return expression


def is_wanted(when: Expression, states: Mapping[str, DependencyState]) -> bool | NotComputed:
    """Whether the todo is to be done."""
    seen: dict[str, Any] = {
        name: {"phase": str(state.phase), "outputs": dict(state.outputs or {})} for name, state in states.items()
    }
    return yields_true(when, {ROOT: seen})


def yields_true(when: Expression, variables: Mapping[str, Any]) -> bool | NotComputed:
    """What an expression says that must say true or false."""
    outcome = when.evaluate(variables)
    if isinstance(outcome, NotComputed):
        return outcome
    if not isinstance(outcome.value, bool):
        return NotComputed(f"it yields {str(outcome.value)[:_SHOWN]!r}, and must yield true or false")
    return outcome.value
