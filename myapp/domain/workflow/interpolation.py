"""Puts values into JSON: ``$(<expression>)`` in any of its texts.

A text that is one expression and nothing else becomes its value, of whatever type. Inside of a longer text a value is
written out: texts as they are, all else as JSON. What was put in is never looked at again, so a value can hold
``$(...)`` and stays what it is, for the expressions of the todo and for the kubelet too. Names of fields are never
interpolated.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from myapp.domain.expression import Expression, ExpressionCompiler, ExpressionProblem, NotComputed, Reference
from myapp.domain.json_value import JsonValue
from myapp.domain.workflow.container_text import unexpanded
from myapp.domain.workflow.expression_fields import as_literal, in_quotes, is_expression, stand_in
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
        "nodePublishSecretRef",
        "imagePullSecrets",
        "secretName",
    }
)
#: As an object: what a volume takes from one.
_OF_A_VOLUME = "secret"
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
    field: str
    parts: tuple[str | Expression, ...]

    def resolve(self, variables: Mapping[str, Any]) -> JsonValue:
        if len(self.parts) == 1 and not isinstance(self.parts[0], str) and not is_expression(self.field):
            return unexpanded(self.field, _value(self.parts[0], variables))
        return "".join(part if isinstance(part, str) else self._written(part, variables) for part in self.parts)

    def _written(self, part: Expression, variables: Mapping[str, Any]) -> str:
        value = _value(part, variables)
        if is_expression(self.field):
            return as_literal(value)
        return str(unexpanded(self.field, as_text(value)))


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
    """The fields whose text holds an expression, and whose value is known only when that has one."""
    compilable: Mapping[str, str]
    """The fields that are expressions themselves and have something put in: as they can be compiled before that."""

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
    source: JsonValue, compiler: ExpressionCompiler, roots: Sequence[str], *, of_a_todo: bool = True
) -> tuple[Template, tuple[FieldProblem, ...]]:
    """The template of any JSON, and all that is wrong with it; ``roots`` are the names that have a value there.

    ``of_a_todo`` says that it is the spec of one, in which some fields mean power, and some are evaluated.
    """
    reading = _Reading(compiler, roots, of_a_todo=of_a_todo)
    content = reading.read(source, "", guarded=False)
    template = Template(
        source, content, tuple(reading.references), frozenset(reading.interpolated), dict(reading.compilable)
    )
    return template, tuple(reading.problems)


class _Reading:
    """Collects what is found on one walk through JSON."""

    def __init__(self, compiler: ExpressionCompiler, roots: Sequence[str], *, of_a_todo: bool) -> None:
        self._compiler = compiler
        self._roots = tuple(roots)
        self._of_a_todo = of_a_todo
        self.references: list[UsedReference] = []
        self.problems: list[FieldProblem] = []
        self.interpolated: set[str] = set()
        self.compilable: dict[str, str] = {}

    def read(self, source: JsonValue, path: str, *, guarded: bool) -> _Text | _Node | None:
        """What is to be put into ``source``. ``guarded`` says that nothing may be."""
        if isinstance(source, str):
            return self._text(source, path, guarded=guarded) if "$(" in source else None
        if not isinstance(source, dict | list):
            return None
        places = []
        for place, path_there, value in _entries(source, path):
            own = guarded or (self._of_a_todo and _is_guarded(place, path_there, value))
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
        holds = any(not isinstance(part, str) for part in parts)
        if holds and self._of_a_todo and is_expression(path):
            self._into_an_expression(path, text, parts)
        elif holds:
            self.interpolated.add(path)
        return _Text(path if self._of_a_todo else "", tuple(parts)) if parts != [text] else None

    def _into_an_expression(self, path: str, text: str, parts: Sequence[object]) -> None:
        """A value becomes a literal there; what is around it is compiled now, as for any value."""
        if in_quotes(parts):
            message = "$(...) becomes a literal here, a text with its own quotes: leave the quotes around it out"
            self.problems.append(FieldProblem(path, message))
        pieces = (
            stand_in(len(f"$({part.expression})")) if isinstance(part, Placeholder) else part for part in split(text)
        )
        self.compilable[path] = "".join(piece for piece in pieces if isinstance(piece, str))

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


def _is_guarded(place: str | int, path: str, value: JsonValue) -> bool:
    names_power = place in NEVER_INTERPOLATED or (place == _OF_A_VOLUME and isinstance(value, dict))
    return names_power and f".{_OF_ITS_OWN}." not in f".{path}"


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


def as_text(value: JsonValue) -> str:
    """How a value is written out inside of a text."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
