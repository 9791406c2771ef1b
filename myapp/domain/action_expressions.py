"""Whether an action's expressions can be evaluated at all: told when its todo is accepted, before it does anything."""

from collections.abc import Mapping

from myapp.domain.actions.action import Action
from myapp.domain.actions.http import Http
from myapp.domain.actions.resource import Resource
from myapp.domain.expression import ExpressionCompiler, ExpressionProblem

#: The name under which an expression finds the object.
OBJECT = "object"
#: And the answer to a request.
RESPONSE = "response"


def expression_problem(action: Action, compiler: ExpressionCompiler) -> str:
    """The field, the place and what is wrong there; empty where all can be evaluated."""
    root, texts = _expressions(action)
    for field, text in texts.items():
        expression = compiler.compile(text, (root,))
        if isinstance(expression, ExpressionProblem):
            return f"{field}: {expression}"
    return ""


def _expressions(action: Action) -> tuple[str, Mapping[str, str]]:
    """What expressions may refer to, and the expressions by their fields."""
    if isinstance(action, Resource):
        return OBJECT, action.expressions
    return RESPONSE, action.expressions if isinstance(action, Http) else {}
