"""Whether an action's expressions can be evaluated at all: told when its todo is accepted, before it does anything."""

from collections.abc import Mapping

from myapp.domain.actions.action import Action
from myapp.domain.actions.resource import Resource
from myapp.domain.expression import ExpressionCompiler, ExpressionProblem

#: The name under which an expression finds the object.
OBJECT = "object"


def expression_problem(action: Action, compiler: ExpressionCompiler) -> str:
    """The field, the place and what is wrong there; empty where all can be evaluated."""
    texts: Mapping[str, str] = action.expressions if isinstance(action, Resource) else {}
    for field, text in texts.items():
        expression = compiler.compile(text, (OBJECT,))
        if isinstance(expression, ExpressionProblem):
            return f"{field}: {expression}"
    return ""
