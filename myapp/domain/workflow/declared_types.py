"""What the params of a template are declared to be, where expressions are compiled: so that they are used as that."""

from collections.abc import Collection, Mapping, Sequence

from myapp.domain.expression import NO_TYPES, Expression, ExpressionCompiler, ExpressionProblem, ValueKind
from myapp.domain.workflow.definition import Param, ParamType

_KINDS: Mapping[ParamType, ValueKind] = {
    ParamType.STRING: ValueKind.TEXT,
    ParamType.NUMBER: ValueKind.NUMBER,
    ParamType.BOOLEAN: ValueKind.TRUTH,
    ParamType.ARRAY: ValueKind.LIST,
    ParamType.OBJECT: ValueKind.MAP,
}


class DeclaredTypes:
    """An ExpressionCompiler that knows the types of params."""

    def __init__(self, compiler: ExpressionCompiler, params: Sequence[Param]) -> None:
        self._compiler = compiler
        self._types = {f"params.{param.name}": _KINDS[param.type] for param in params}

    def compile(
        self, text: str, roots: Collection[str], types: Mapping[str, ValueKind] = NO_TYPES
    ) -> Expression | ExpressionProblem:
        """The expression, or what is wrong with it."""
        return self._compiler.compile(text, roots, self._types | dict(types))
