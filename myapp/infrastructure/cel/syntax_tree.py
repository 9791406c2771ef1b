"""The syntax tree of a compiled expression, read from its serialized form (cel.expr.CheckedExpr, a protocol buffer).

Only what the cost and the references of an expression are told by. Macros are expanded in it already.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal; ``text`` is None where it is no text."""

    id: int
    size: int
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Identifier:
    """A name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Selection:
    """A field of an object, or the question whether there is one."""

    id: int
    operand: "Node"
    field: str
    test_only: bool


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operator; what stands before the dot is its first argument."""

    id: int
    function: str
    args: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Collection:
    """A list or a map with its keys and values; ``message`` names a type that is neither."""

    id: int
    elements: tuple["Node", ...]
    message: str = ""


@dataclass(frozen=True, slots=True)
class Comprehension:
    """A loop over the elements of a list or the keys of a map, which all macros become."""

    id: int
    variables: tuple[str, ...]
    over: "Node"
    accumulator: str
    initial: "Node"
    condition: "Node"
    step: "Node"
    result: "Node"


Node = Constant | Identifier | Selection | Call | Collection | Comprehension


@dataclass(frozen=True, slots=True)
class SyntaxTree:
    """The tree, and where in the text its nodes stand."""

    root: Node
    _positions: Mapping[int, int] = field(default_factory=dict)
    _line_ends: tuple[int, ...] = ()

    def place_of(self, node: Node) -> tuple[int, int]:
        """Line and column of a node, from 1."""
        position = self._positions.get(node.id, 0)
        line = bisect_right(self._line_ends, position)
        return line + 1, position - (self._line_ends[line - 1] if line else 0) + 1


def read_tree(serialized: bytes) -> SyntaxTree:
    """Raises ValueError for what is no serialized expression."""
    checked = _message(_message(serialized).one(2))
    source = _message(checked.one(5))
    positions = {entry.number(1): entry.number(2) for entry in map(_message, source.many(4))}
    return SyntaxTree(_node(checked.one(4)), positions, tuple(_packed(source.one(3))))


def _node(data: bytes) -> Node:
    fields = _message(data)
    node_id = fields.number(2)
    for kind, read in _READERS.items():
        if (body := fields.values.get(kind)) is not None:
            return read(node_id, _message(_as_bytes(body[-1])))
    raise ValueError("an expression without a kind")


def _constant(node_id: int, fields: "_Fields") -> Node:
    text = fields.values.get(6)
    content = _as_bytes(text[-1]) if text else fields.one(7)
    return Constant(node_id, len(content), content.decode() if text else None)


def _selection(node_id: int, fields: "_Fields") -> Node:
    return Selection(node_id, _node(fields.one(1)), fields.one(2).decode(), bool(fields.number(3)))


def _call(node_id: int, fields: "_Fields") -> Node:
    target = [_node(_as_bytes(data)) for data in fields.values.get(1, ())]
    return Call(node_id, fields.one(2).decode(), (*target, *map(_node, fields.many(3))))


def _list(node_id: int, fields: "_Fields") -> Node:
    return Collection(node_id, tuple(map(_node, fields.many(1))))


def _map(node_id: int, fields: "_Fields") -> Node:
    entries = [_message(entry) for entry in fields.many(2)]
    elements = tuple(_node(part) for entry in entries for part in (*entry.many(3), *entry.many(4)))
    return Collection(node_id, elements, fields.one(1).decode())


def _comprehension(node_id: int, fields: "_Fields") -> Node:
    variables = tuple(name for name in (fields.one(1).decode(), fields.one(8).decode()) if name)
    over, initial, condition, step, result = (_node(fields.one(number)) for number in (2, 4, 5, 6, 7))
    return Comprehension(node_id, variables, over, fields.one(3).decode(), initial, condition, step, result)


_READERS = {
    3: _constant,
    4: lambda node_id, fields: Identifier(node_id, fields.one(1).decode().lstrip(".")),
    5: _selection,
    6: _call,
    7: _list,
    8: _map,
    9: _comprehension,
}


@dataclass(frozen=True, slots=True)
class _Fields:
    """The fields of one message by their numbers, each with its values in order."""

    values: Mapping[int, list[int | bytes]]

    def one(self, number: int) -> bytes:
        return _as_bytes(self.values.get(number, [b""])[-1])

    def many(self, number: int) -> list[bytes]:
        return [_as_bytes(value) for value in self.values.get(number, ())]

    def number(self, number: int) -> int:
        value = self.values.get(number, [0])[-1]
        if not isinstance(value, int):
            raise ValueError("a number was expected")  # noqa: TRY004 - the data is wrong, not the call
        return value


def _as_bytes(value: int | bytes) -> bytes:
    if not isinstance(value, bytes):
        raise ValueError("bytes were expected")  # noqa: TRY004 - the data is wrong, not the call
    return value


def _message(data: bytes) -> _Fields:
    values: dict[int, list[int | bytes]] = {}
    position = 0
    while position < len(data):
        tag, position = _varint(data, position)
        kind = tag & 7
        value: int | bytes
        if kind == _VARINT:
            value, position = _varint(data, position)
        else:
            length = {_FIXED64: 8, _FIXED32: 4}.get(kind)
            if length is None:
                if kind != _BYTES:
                    raise ValueError(f"unknown wire type {kind}")
                length, position = _varint(data, position)
            value, position = data[position : position + length], position + length
        values.setdefault(tag >> 3, []).append(value)
    return _Fields(values)


def _packed(data: bytes) -> Iterator[int]:
    position = 0
    while position < len(data):
        value, position = _varint(data, position)
        yield value


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while position < len(data):
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:  # noqa: PLR2004 - the bit that says that more follows
            return value, position
    raise ValueError("a number without an end")
