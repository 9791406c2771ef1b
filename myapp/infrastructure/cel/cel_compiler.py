"""Compiles expressions, checks what they use, and keeps the latest of them, the wrong ones too."""

import re
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping

from cel_expr_python import cel
from cel_expr_python.ext import ext_encoders, ext_math, ext_optional, ext_strings

from myapp.domain.expression import NO_TYPES, ExpressionProblem, Reference, ValueKind
from myapp.infrastructure.cel.cel_expression import CelExpression
from myapp.infrastructure.cel.diagnostics import compilation_problem
from myapp.infrastructure.cel.functions import KNOWN
from myapp.infrastructure.cel.literals import never_has_a_value
from myapp.infrastructure.cel.references import references_of
from myapp.infrastructure.cel.regular_expression import automaton_size
from myapp.infrastructure.cel.syntax_tree import (
    Call,
    Comprehension,
    Constant,
    Node,
    Selection,
    SyntaxTree,
    read_tree,
)
from myapp.infrastructure.cel.syntax_tree import Collection as Elements
from myapp.infrastructure.cel.types import kind_of, variables_of

#: Characters.
LONGEST_EXPRESSION = 2048
#: Each doubles the syntax tree, because it evaluates what stands before it twice.
MOST_OPTIONAL_MACROS = 4
LARGEST_AUTOMATON = 10_000
MOST_NODES = 20_000
_Names = frozenset[str]
_Types = frozenset[tuple[str, ValueKind]]
_OPTIONAL_MACRO = re.compile(r"\bopt(?:Flat)?Map\b")


class CelCompiler:
    """Implements the port `ExpressionCompiler`. ``capacity`` is how many expressions are kept."""

    def __init__(self, capacity: int = 2048) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[tuple[str, _Names, _Types], CelExpression | ExpressionProblem] = OrderedDict()
        self._environments: OrderedDict[tuple[_Names, _Types], cel.Env] = OrderedDict()

    def compile(
        self, text: str, roots: Collection[str], types: Mapping[str, ValueKind] = NO_TYPES
    ) -> CelExpression | ExpressionProblem:
        """The expression, or the first thing that is wrong with it."""
        if len(text) > LONGEST_EXPRESSION:
            return ExpressionProblem(f"found {len(text)} characters, allowed are {LONGEST_EXPRESSION}")
        key = (text, frozenset(roots), frozenset(types.items()))
        compiled = self._kept.get(key)
        if compiled is None:
            compiled = self._kept[key] = self._compiled(*key)
            if len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return compiled

    def _compiled(self, text: str, roots: _Names, types: _Types) -> CelExpression | ExpressionProblem:
        if not text.strip():
            return ExpressionProblem("found nothing, an expression is needed", 1, 1)
        if len(_OPTIONAL_MACRO.findall(text)) > MOST_OPTIONAL_MACROS:
            return ExpressionProblem(f"allowed are {MOST_OPTIONAL_MACROS} optMap and optFlatMap in one expression")
        try:
            compiled = self._environment(roots, frozenset()).compile(text)
            tree = read_tree(compiled.serialize())
            references = references_of(tree, roots)
            known = _known(types, references) if _ABSENCE not in text else frozenset[tuple[str, ValueKind]]()
            yields = kind_of(self._environment(roots, known).compile(text) if known else compiled)
        except TypeError:
            return ExpressionProblem("it has characters that are none")
        except (RuntimeError, ValueError) as error:
            return compilation_problem(str(error), ", ".join(sorted(roots)) or "none")
        refusal = _refusal(tree)
        return refusal or CelExpression(text, compiled, tree, references, yields)

    def _environment(self, roots: _Names, types: _Types) -> cel.Env:
        environment = self._environments.get((roots, types))
        if environment is None:
            environment = self._environments[roots, types] = cel.NewEnv(
                variables=dict.fromkeys(roots, cel.Type.DYN) | variables_of(dict(types)),
                extensions=[
                    ext_strings.ExtStrings(),
                    ext_optional.ExtOptional(),
                    ext_math.ExtMath(),
                    ext_encoders.ExtEncoders(),
                ],
            )
            if len(self._environments) > _MOST_ENVIRONMENTS:
                self._environments.popitem(last=False)
        return environment


_MOST_ENVIRONMENTS = 32
_ABSENCE = "has("
"""Asks whether something is there, which is always so of what has a type."""


def _known(types: _Types, references: Iterable[Reference]) -> _Types:
    """The types of what an expression refers to: few of them, and often the same."""
    used = {".".join(reference.path[:2]) for reference in references}
    return frozenset((path, kind) for path, kind in types if path in used)


def _refusal(tree: SyntaxTree) -> ExpressionProblem | None:
    """What the library would take and we do not."""
    for count, node in enumerate(_nodes(tree.root)):
        objection = "it is too large" if count == MOST_NODES else _objection(node)
        if objection:
            return ExpressionProblem(objection, *tree.place_of(node))
    return None


def _objection(node: Node) -> str:
    if isinstance(node, Elements) and node.message:
        return f"objects of the type {node.message} cannot be made here, only maps"
    if not isinstance(node, Call):
        return ""
    if node.function not in KNOWN:
        return f"the function {node.function} is not available"
    if node.function == "matches":
        pattern = node.args[-1]
        if not isinstance(pattern, Constant) or pattern.text is None:
            return "the pattern of matches must be a literal text: one that is computed could take for ever"
        if automaton_size(pattern.text) > LARGEST_AUTOMATON:
            return "the pattern of matches is too large: its length times its repetitions must be 10000 at most"
    return never_has_a_value(node)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for part in _parts(node):
        yield from _nodes(part)


def _parts(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Selection):
        return (node.operand,)
    if isinstance(node, Call):
        return node.args
    if isinstance(node, Comprehension):
        return (node.over, node.initial, node.condition, node.step, node.result)
    return node.elements if isinstance(node, Elements) else ()
