"""One compiled expression."""

from collections.abc import Mapping
from math import inf
from typing import Any

from cel_expr_python import cel

from myapp.domain.expression import Computed, NotComputed, Reference, ValueKind
from myapp.infrastructure.cel.cost import Estimate
from myapp.infrastructure.cel.diagnostics import evaluation_problem
from myapp.infrastructure.cel.syntax_tree import SyntaxTree
from myapp.infrastructure.cel.values import Extent, UnfitValueError, extent_of, plain

#: Of all variables of one evaluation together.
LARGEST_INPUT = 512 * 1024
#: What one evaluation may cost: some 40 ms at most.
MOST_STEPS = 400_000.0


class CelExpression:
    """Implements the port `Expression`."""

    __slots__ = ("_compiled", "_cost", "_references", "_text", "_tree", "_yields")

    def __init__(
        self,
        text: str,
        compiled: cel.Expression,
        tree: SyntaxTree,
        references: tuple[Reference, ...],
        yields: ValueKind,
    ) -> None:
        self._text = text
        self._compiled = compiled
        self._tree = tree
        self._references = references
        self._yields = yields
        self._cost: tuple[Extent, float] = (Extent(0, 0), 0.0)

    @property
    def text(self) -> str:
        """As it was written."""
        return self._text

    @property
    def references(self) -> tuple[Reference, ...]:
        """What it refers to."""
        return self._references

    @property
    def yields(self) -> ValueKind:
        """As far as it is known."""
        return self._yields

    def evaluate(self, variables: Mapping[str, Any]) -> Computed | NotComputed:
        """What it yields, if its cost is sure to stay within bounds."""
        try:
            extent = extent_of(variables)
        except UnfitValueError as error:
            return NotComputed(str(error))
        if extent.size > LARGEST_INPUT:
            return NotComputed(f"its variables have {extent.size} bytes, allowed are {LARGEST_INPUT}")
        cost = self._cost_for(variables, extent)
        if cost > MOST_STEPS:
            told = f"{cost:,.0f} steps" if cost < inf else "any number of steps"
            return NotComputed(f"it could take {told} for these variables, allowed are {MOST_STEPS:,.0f}")
        return self._evaluated(variables)

    def _cost_for(self, variables: Mapping[str, Any], extent: Extent) -> float:
        """The cost is kept for the largest variables that were within bounds: what is smaller costs no more."""
        known, cost = self._cost
        if extent.size <= known.size and extent.longest <= known.longest:
            return cost
        cost = Estimate().of(self._tree.root, dict.fromkeys(variables, float(extent.size)), extent.longest)
        if cost <= MOST_STEPS:
            self._cost = (extent, cost)
        return cost

    def _evaluated(self, variables: Mapping[str, Any]) -> Computed | NotComputed:
        try:
            result = self._compiled.eval(data=dict(variables))
            if result.type().name() == "ERROR":
                return NotComputed(evaluation_problem(str(result.plain_value())))
            return Computed(plain(result.plain_value()))
        except UnfitValueError as error:
            return NotComputed(str(error))
        except TypeError:  # the library has no Python value for it
            return NotComputed("it yields an optional value: say by orValue(...) what it is where there is none")
        except (RuntimeError, ValueError, OverflowError) as error:
            return NotComputed(evaluation_problem(str(error)))
