"""Literal texts that stand for a value of another type, and never can: told before an expression is accepted.

The library finds ``duration('1d')`` wrong when it is evaluated, which may be an hour later. Each such text is tried
here once, when the expression is compiled. Texts that are computed are not judged.
"""

from functools import cache

from cel_expr_python import cel

from myapp.infrastructure.cel.diagnostics import evaluation_problem
from myapp.infrastructure.cel.syntax_tree import Call, Constant

_LONGEST = 60
_TEXT = "text"
#: What to try with the literal, which is the last argument in each.
_TRIALS = {name: f"{name}({_TEXT})" for name in ("timestamp", "duration", "int", "uint", "double", "bool")} | {
    "matches": f"''.matches({_TEXT})"
}


def never_has_a_value(call: Call) -> str:
    """Why not; empty where it may have one. A pattern must be known to be of bounded size."""
    literal = call.args[-1] if call.args else None
    if call.function not in _TRIALS or not isinstance(literal, Constant) or literal.text is None:
        return ""
    result = _trial(_TRIALS[call.function]).eval(data={_TEXT: literal.text})
    if result.type().name() != "ERROR":
        return ""
    shown = literal.text if len(literal.text) <= _LONGEST else f"{literal.text[: _LONGEST - 1]}…"
    return f"{call.function} cannot read '{shown}': {evaluation_problem(str(result.plain_value()))}"


@cache
def _trial(text: str) -> cel.Expression:
    return cel.NewEnv(variables={_TEXT: cel.Type.STRING}).compile(text)
