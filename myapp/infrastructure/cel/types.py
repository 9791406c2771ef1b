"""What the library knows of types, in the words of the domain, and the other way round."""

import re
from collections.abc import Mapping

from cel_expr_python import cel

from myapp.domain.expression import ValueKind

_KINDS = {
    "DYN": ValueKind.ANY,
    "BOOL": ValueKind.TRUTH,
    "LIST": ValueKind.LIST,
    "MAP": ValueKind.MAP,
    "INT": ValueKind.NUMBER,
    "UINT": ValueKind.NUMBER,
    "DOUBLE": ValueKind.NUMBER,
    "STRING": ValueKind.TEXT,
}
#: JSON's numbers are whole ones or not, which the language tells apart: nothing can be said of one before it is there.
_TYPES = {
    ValueKind.TRUTH: cel.Type.BOOL,
    ValueKind.TEXT: cel.Type.STRING,
    ValueKind.LIST: cel.Type.List(cel.Type.DYN),
    ValueKind.MAP: cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
}
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+")


def kind_of(expression: cel.Expression) -> ValueKind:
    """What an expression yields."""
    return _KINDS.get(expression.return_type().name().partition("<")[0], ValueKind.OTHER)


def variables_of(types: Mapping[str, ValueKind]) -> dict[str, cel.Type]:
    """The paths as variables of their own, which come before a field of that name."""
    return {path: _TYPES[kind] for path, kind in types.items() if kind in _TYPES and _PATH.fullmatch(path)}
