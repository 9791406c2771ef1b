"""Expressions that people write into a spec, as the domain sees them: text that was compiled, and values.

What can go wrong is an outcome, never an exception. Which language it is, and what an expression may cost, is the
business of the adapter.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol

from myapp.domain.json_value import JsonValue


@dataclass(frozen=True, slots=True)
class ExpressionProblem:
    """Why a text is no expression that can be evaluated. Line and column count from 1; 0 where there is no place."""

    message: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.message
        return f"line {self.line}, column {self.column}: {self.message}"


@dataclass(frozen=True, slots=True)
class Computed:
    """What an expression yields: plain JSON."""

    value: JsonValue


@dataclass(frozen=True, slots=True)
class NotComputed:
    """Why an expression yields nothing for these variables."""

    message: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A use of a root: its name, the fixed names and keys that follow it (``dependencies['a'].outputs.ok``), where."""

    path: tuple[str, ...]
    line: int
    column: int


class ValueKind(StrEnum):
    """What an expression yields, as it is called in messages."""

    ANY = "anything"
    """That is known only when it has values."""
    TRUTH = "true or false"
    LIST = "a list"
    MAP = "a map"
    NUMBER = "a number"
    TEXT = "a text"
    OTHER = "a value of another type"

    def may_be(self, wanted: "ValueKind") -> bool:
        """Whether it can turn out to be that."""
        return self in (ValueKind.ANY, wanted)


#: Nothing is known.
NO_TYPES: Mapping[str, ValueKind] = MappingProxyType({})


class Expression(Protocol):
    """A compiled expression. It is pure: the same variables give the same outcome, within a bounded time."""

    @property
    def text(self) -> str:
        """As it was written."""
        ...

    @property
    def references(self) -> tuple[Reference, ...]:
        """What it refers to, each use for itself."""
        ...

    @property
    def yields(self) -> ValueKind:
        """As far as it follows from the text alone."""
        ...

    def evaluate(self, variables: Mapping[str, Any]) -> Computed | NotComputed:
        """What it yields where the roots have these values, which are plain JSON."""
        ...


class ExpressionCompiler(Protocol):
    """Compiles expressions, and knows those that it has compiled already."""

    def compile(
        self, text: str, roots: Collection[str], types: Mapping[str, ValueKind] = NO_TYPES
    ) -> Expression | ExpressionProblem:
        """The expression, which may refer to ``roots`` and to nothing else.

        ``types`` are those that are known of what it refers to, by its path (``params.env``): what cannot be done with
        them is a problem too.
        """
        ...
