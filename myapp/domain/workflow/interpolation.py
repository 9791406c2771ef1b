"""Puts values into JSON: ``$(<expression>)`` in any of its texts.

A text that is one expression and nothing else becomes its value, of whatever type. Inside of a longer text a value is
written out: texts as they are, all else as JSON. What was put in is never looked at again, so a value can hold
``$(...)`` and stays what it is. Names of fields are never interpolated.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from myapp.domain.expression import Expression, ExpressionCompiler, ExpressionProblem, NotComputed, Reference
from myapp.domain.json_value import JsonValue
from myapp.domain.workflow.placeholders import Placeholder, Unclosed, split

_ESCAPE = "write $$( for a $( that is no expression"
#: Fields that say whose power is used, or by whom: their value must be seen where it is written.
NEVER_INTERPOLATED = frozenset(
    {
        "serviceAccountName",
        "serviceAccount",
        "approvers",
        "secretKeyRef",
        "secretRef",
        "caSecretRef",
        "imagePullSecrets",
        "secretName",
    }
)
#: A manifest is an object of its own, in which such names mean what they mean to Kubernetes.
_OF_ITS_OWN = "manifest"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong, and the field below the one that was looked at: ``http.headers[0].value``."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


@dataclass(frozen=True, slots=True)
class UsedReference:
    """A reference, and the field that it stands in."""

    field: str
    reference: Reference


@dataclass(frozen=True, slots=True)
class _Text:
    parts: tuple[str | Expression, ...]

    def resolve(self, variables: Mapping[str, Any]) -> JsonValue:
        if len(self.parts) == 1 and not isinstance(self.parts[0], str):
            return _value(self.parts[0], variables)
        return "".join(part if isinstance(part, str) else _written(_value(part, variables)) for part in self.parts)


@dataclass(frozen=True, slots=True)
class _Node:
    """A map or a list in which something is to be put in: only such places are made anew."""

    literal: dict[str, JsonValue] | list[JsonValue]
    places: tuple[tuple[Any, "_Text | _Node"], ...]

    def resolve(self, variables: Mapping[str, Any]) -> JsonValue:
        made: Any = self.literal.copy()
        for place, content in self.places:
            made[place] = content.resolve(variables)
        return made  # type: ignore[no-any-return]


class _ValuelessError(Exception):
    """An expression yields nothing; carries why."""


@dataclass(frozen=True, slots=True)
class Template:
    """JSON with the expressions in it compiled."""

    literal: JsonValue
    content: _Text | _Node | None
    """None where there is nothing to put in."""
    references: tuple[UsedReference, ...]
    interpolated: frozenset[str]
    """The fields whose text holds an expression."""

    def resolve(self, variables: Mapping[str, Any]) -> "Resolved | NotComputed":
        """The JSON with the values in it. ``variables`` are plain JSON, by root."""
        if self.content is None:
            return Resolved(self.literal)
        try:
            return Resolved(self.content.resolve(variables))
        except _ValuelessError as error:
            return NotComputed(str(error))


@dataclass(frozen=True, slots=True)
class Resolved:
    """JSON in which nothing is left to be put in."""

    value: JsonValue


def compiled_template(
    source: JsonValue, compiler: ExpressionCompiler, roots: Sequence[str]
) -> tuple[Template, tuple[FieldProblem, ...]]:
    """The template of any JSON, and all that is wrong with it; ``roots`` are the names that have a value there."""
    reading = _Reading(compiler, roots)
    content = reading.read(source, "", guarded=False)
    template = Template(source, content, tuple(reading.references), frozenset(reading.interpolated))
    return template, tuple(reading.problems)


class _Reading:
    """Collects what is found on one walk through JSON."""

    def __init__(self, compiler: ExpressionCompiler, roots: Sequence[str]) -> None:
        self._compiler = compiler
        self._roots = tuple(roots)
        self.references: list[UsedReference] = []
        self.problems: list[FieldProblem] = []
        self.interpolated: set[str] = set()

    def read(self, source: JsonValue, path: str, *, guarded: bool) -> _Text | _Node | None:
        """What is to be put into ``source``. ``guarded`` says that nothing may be."""
        if isinstance(source, str):
            return self._text(source, path, guarded=guarded) if "$(" in source else None
        if not isinstance(source, dict | list):
            return None
        places = []
        for place, path_there, value in _entries(source, path):
            own = guarded or (place in NEVER_INTERPOLATED and f".{_OF_ITS_OWN}." not in f".{path_there}")
            content = self.read(value, path_there, guarded=own)
            if content is not None:
                places.append((place, content))
        return _Node(source, tuple(places)) if places else None

    def _text(self, text: str, path: str, *, guarded: bool) -> _Text | None:
        parts: list[str | Expression] = []
        for part in split(text):
            if isinstance(part, str):
                parts.append(part)
            elif isinstance(part, Unclosed):
                where = f"line {part.line}, column {part.column}"
                self.problems.append(FieldProblem(path, f"{where}: $( has no closing parenthesis; {_ESCAPE}"))
            elif guarded:
                message = f"found $({part.expression}), allowed is a fixed value: whose power it is must be seen here"
                self.problems.append(FieldProblem(path, message))
            else:
                self._expression(part, path, parts)
        if not guarded and any(not isinstance(part, str) for part in parts):
            self.interpolated.add(path)
        return _Text(tuple(parts)) if parts != [text] else None

    def _expression(self, part: Placeholder, path: str, parts: list[str | Expression]) -> None:
        expression = self._compiler.compile(part.expression, self._roots)
        if isinstance(expression, ExpressionProblem):
            line = part.line + max(expression.line - 1, 0)
            column = expression.column + (part.column - 1 if expression.line <= 1 else 0)
            where = f"line {line}, column {max(column, 1)}"
            message = f"{where}: $({part.expression}): {expression.message}; {_ESCAPE}"
            self.problems.append(FieldProblem(path, message))
            return
        self.references.extend(UsedReference(path, reference) for reference in expression.references)
        parts.append(expression)


def _entries(source: dict[str, JsonValue] | list[JsonValue], path: str) -> Iterator[tuple[str | int, str, JsonValue]]:
    if isinstance(source, dict):
        for name, value in source.items():
            yield name, f"{path}.{name}" if path else name, value
    else:
        for index, value in enumerate(source):
            yield index, f"{path}[{index}]", value


def _value(expression: Expression, variables: Mapping[str, Any]) -> JsonValue:
    outcome = expression.evaluate(variables)
    if isinstance(outcome, NotComputed):
        raise _ValuelessError(f"$({expression.text}) has no value: {outcome.message}")
    return outcome.value


def _written(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
