"""Which parts of its roots an expression refers to, as far as the text tells."""

from collections.abc import Collection, Iterator

from myapp.domain.expression import Reference
from myapp.infrastructure.cel.syntax_tree import (
    Call,
    Comprehension,
    Constant,
    Identifier,
    Node,
    Selection,
    SyntaxTree,
)
from myapp.infrastructure.cel.syntax_tree import Collection as Elements

_BY_KEY = ("_[_]", "_[?_]", "_?._")


def references_of(tree: SyntaxTree, roots: Collection[str]) -> tuple[Reference, ...]:
    """Each use of a root with the longest path of fixed names and keys."""
    return tuple(_uses(tree, tree.root, frozenset(roots)))


def _uses(tree: SyntaxTree, node: Node, roots: frozenset[str]) -> Iterator[Reference]:
    path, start = _path(node)
    if start is not None:
        if start.name in roots:
            yield Reference((start.name, *path), *tree.place_of(start))
        return
    if isinstance(node, Comprehension):
        inner = roots - {*node.variables, node.accumulator}
        for part in (node.over, node.initial):
            yield from _uses(tree, part, roots)
        for part in (node.condition, node.step, node.result):
            yield from _uses(tree, part, inner)
        return
    for part in _parts(node):
        yield from _uses(tree, part, roots)


def _path(node: Node) -> tuple[tuple[str, ...], Identifier | None]:
    """The path that ends here, and the name it begins with; None where it is not all fixed."""
    if isinstance(node, Identifier):
        return (), node
    if isinstance(node, Selection):
        before, start = _path(node.operand)
        return (*before, node.field), start
    if isinstance(node, Call) and node.function in _BY_KEY and len(node.args) == 2:  # noqa: PLR2004 - operand and key
        operand, key = node.args
        if isinstance(key, Constant) and key.text is not None:
            before, start = _path(operand)
            return (*before, key.text), start
    return (), None


def _parts(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Selection):
        return (node.operand,)
    if isinstance(node, Call):
        return node.args
    return node.elements if isinstance(node, Elements) else ()
