"""What an expression can cost at most, told by its syntax tree and the size of its variables, without evaluating it.

The library bounds the number of iterations and nothing else: an expression of 300 characters could make texts of
500 MB. So each node gets an upper bound for how often it is evaluated and for the size of what it yields. The same
question has the same answer on every machine and under every load, which no time limit has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from myapp.infrastructure.cel.functions import COPYING, EQUALITY, PASSING, SCANNING
from myapp.infrastructure.cel.regular_expression import automaton_size
from myapp.infrastructure.cel.syntax_tree import (
    Call,
    Collection,
    Comprehension,
    Constant,
    Identifier,
    Node,
    Selection,
)

#: What the library allows for one evaluation, all loops together.
ITERATIONS = 10_000
#: The size of a number, and what each value has beside the length of its text.
VALUE = 8
_BYTES_IN_A_STEP = 32
_STATES_IN_A_STEP = 16
_STEPS_OF_A_COPY = 0.7  # of one element
_LONGEST_NUMBER = 64
_TEXT_OF_A_CLAUSE = 410  # %.100f of the largest double
_SIX = 6  # the longest escape of a character


@dataclass(frozen=True, slots=True)
class Bound:
    """Of what one node yields: the size of one result, of all results together, and the longest list in a result."""

    each: float
    total: float
    longest: float = 0


@dataclass(frozen=True, slots=True)
class _Variable:
    bound: Bound
    times: float


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where a node stands: the variables, and how often the node is evaluated."""

    variables: Mapping[str, _Variable]
    times: float = 1

    @property
    def runs(self) -> float:
        """No more often than the library lets it."""
        return min(self.times, ITERATIONS)

    def scalar(self) -> Bound:
        return Bound(VALUE, VALUE * self.runs)

    def repeated(self, each: float, longest: float = 0) -> Bound:
        return Bound(each, each * self.runs, longest)


class Estimate:
    """Adds up the steps that a tree takes; a step is about 50 ns."""

    def __init__(self) -> None:
        self.steps = 0.0

    def of(self, root: Node, variables: Mapping[str, float], longest: float) -> float:
        """The steps for variables of these sizes, in which no list or map has more than ``longest`` entries."""
        known = {name: _Variable(Bound(size, size, longest), 1) for name, size in variables.items()}
        self._bytes(self._visit(root, _Scope(known)).total)  # what it yields is copied out
        return self.steps

    def _visit(self, node: Node, scope: _Scope) -> Bound:
        self.steps += scope.runs
        if isinstance(node, Constant):
            return scope.repeated(VALUE + node.size)
        if isinstance(node, Identifier):
            return _recalled(scope.variables.get(node.name), scope)
        if isinstance(node, Selection):
            operand = self._visit(node.operand, scope)
            return scope.scalar() if node.test_only else operand
        if isinstance(node, Collection):
            parts = [self._visit(element, scope) for element in node.elements]
            made = _sum(parts, scope)
            self.steps += len(parts) * scope.runs
            return replace(made, longest=max(made.longest, len(parts)))
        if isinstance(node, Call):
            return self._call(node, [self._visit(argument, scope) for argument in node.args], scope)
        return self._loop(node, scope)

    def _loop(self, node: Comprehension, scope: _Scope) -> Bound:
        over = self._visit(node.over, scope)
        initial = self._visit(node.initial, scope)
        count = min(over.longest, over.each / VALUE) if over.longest else 0
        times = scope.times * count
        elements = Bound(over.each, over.total + VALUE * min(times, ITERATIONS), over.longest)
        variables = dict(scope.variables) | {name: _Variable(elements, times) for name in node.variables}
        variables[node.accumulator] = _Variable(initial, scope.times)
        inside = _Scope(variables, times)
        if isinstance(node.initial, Collection):  # map and filter copy the list with each element that they append
            self.steps += inside.runs * min(count, ITERATIONS) * _STEPS_OF_A_COPY
        self._visit(node.condition, inside)
        grown = self._visit(node.step, inside)
        each = initial.each + min(grown.each * count, grown.total)
        made = Bound(each, initial.total + grown.total, max(initial.longest, grown.longest, count))
        return self._visit(
            node.result, _Scope(variables | {node.accumulator: _Variable(made, scope.times)}, scope.times)
        )

    def _call(self, node: Call, args: list[Bound], scope: _Scope) -> Bound:
        name, everything = node.function, _sum(args, scope)
        if name in SCANNING:
            self._bytes(everything.total)
            return replace(scope.scalar(), each=_LONGEST_NUMBER, total=_LONGEST_NUMBER * scope.runs)
        if name in EQUALITY:
            smaller = min(args, key=lambda bound: bound.total)
            self._bytes(everything.total if name == "@in" else 2 * smaller.total)
            return scope.scalar()
        if name in PASSING:
            return everything
        if name in COPYING:
            factor = _SIX if name == "strings.quote" else 2 if name != "_+_" else 1
            made = Bound(
                everything.each * factor + _LONGEST_NUMBER,
                everything.total * factor + _LONGEST_NUMBER * scope.runs,
                everything.longest,
            )
        elif name in _GROWTH:
            made = _GROWTH[name](args, scope)
        elif name == "matches":
            made = scope.scalar()
            self._match(node, args, scope)
        else:
            return scope.scalar()
        self._bytes(everything.total + made.total)
        return made

    def _match(self, node: Call, args: list[Bound], scope: _Scope) -> None:
        pattern = node.args[-1]
        states = automaton_size(pattern.text or "") if isinstance(pattern, Constant) else float("inf")
        self.steps += states * (args[0].total + VALUE * scope.runs) / _STATES_IN_A_STEP

    def _bytes(self, count: float) -> None:
        self.steps += count / _BYTES_IN_A_STEP


def _recalled(variable: _Variable | None, scope: _Scope) -> Bound:
    """A variable where it is used: in a loop over something else it comes up again and again."""
    if variable is None:
        return scope.scalar()  # the name of a type
    bound = variable.bound
    again = scope.times / variable.times if variable.times else 0
    return Bound(bound.each, min(bound.each * scope.runs, bound.total * max(again, 1)), bound.longest)


def _sum(parts: list[Bound], scope: _Scope) -> Bound:
    return Bound(
        VALUE + sum(part.each for part in parts),
        VALUE * scope.runs + sum(part.total for part in parts),
        sum(part.longest for part in parts),
    )


def _joined(args: list[Bound], scope: _Scope) -> Bound:
    between = max(args[1].each - VALUE, 0) if len(args) > 1 else 0
    return Bound(args[0].each * (1 + between / VALUE), args[0].total * (1 + between / VALUE) + VALUE * scope.runs)


def _replaced(args: list[Bound], scope: _Scope) -> Bound:
    factor = 1 + max(args[2].each - VALUE, 0)
    return Bound(args[0].each * factor, args[0].total * factor + VALUE * scope.runs)


def _split(args: list[Bound], scope: _Scope) -> Bound:
    factor = 1 + VALUE
    return Bound(args[0].each * factor, args[0].total * factor + VALUE * scope.runs, args[0].each)


def _formatted(args: list[Bound], scope: _Scope) -> Bound:
    values = args[1] if len(args) > 1 else scope.scalar()
    return Bound(
        args[0].each * _TEXT_OF_A_CLAUSE / 2 + values.each * _SIX,
        args[0].total * _TEXT_OF_A_CLAUSE / 2 + values.total * _SIX,
    )


_GROWTH = {"format": _formatted, "join": _joined, "replace": _replaced, "split": _split}
