"""The fields of a step's todo that are expressions themselves, and how a value is put into one.

A value can hold anything, so its text must never become a part of what is evaluated. It is put in as a literal: a text
with its own quotes, in which nothing ends it.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from string import ascii_letters, digits
from typing import Any

from myapp.domain.actions.http import RESPONSE
from myapp.domain.actions.resource import OBJECT
from myapp.domain.json_value import JsonValue
from myapp.domain.outputs import RESULT

#: By the field: the name under which it finds what it is about.
EXPRESSION_FIELDS: Mapping[str, str] = {
    "http.successWhen": RESPONSE,
    "http.failureWhen": RESPONSE,
    "resource.successWhen": OBJECT,
    "resource.failureWhen": OBJECT,
}
_OUTPUT = re.compile(r"outputs\[\d+\]\.value")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|' + r"'(?:[^'\\]|\\.)*'", re.DOTALL)
_UNMARKED = frozenset(ascii_letters + digits + " _.,:;/-")
_HOLE = "\0"
_ANYTHING = "dyn(0)"


def is_expression(field: str) -> bool:
    """Whether what stands in this field of a todo's spec is evaluated."""
    return field in EXPRESSION_FIELDS or _OUTPUT.fullmatch(field) is not None


def expressions_in(spec: Mapping[str, JsonValue]) -> Iterator[tuple[str, str, str]]:
    """Each expression of a todo's spec: its field, its root and its text. What has another form is left alone."""
    for field, root in EXPRESSION_FIELDS.items():
        action, _, name = field.partition(".")
        within = spec.get(action)
        text = within.get(name) if isinstance(within, dict) else None
        if isinstance(text, str):
            yield field, root, text
    rules = spec.get("outputs")
    for index, rule in enumerate(rules if isinstance(rules, list) else ()):
        text = rule.get("value") if isinstance(rule, dict) else None
        if isinstance(text, str):
            yield f"outputs[{index}].value", RESULT, text


def with_expressions(spec: Mapping[str, JsonValue], texts: Mapping[str, str]) -> dict[str, JsonValue]:
    """The spec with these expressions, by field, in place of its own."""
    made: dict[str, Any] = dict(spec)
    for field, text in texts.items():
        action, _, name = field.partition(".")
        if action in made and field in EXPRESSION_FIELDS:
            made[action] = {**made[action], name: text}
    if isinstance(rules := made.get("outputs"), list):
        fields = (f"outputs[{index}].value" for index in range(len(rules)))
        made["outputs"] = [
            {**rule, "value": texts[field]} if field in texts else rule
            for rule, field in zip(rules, fields, strict=True)
        ]
    return made


def in_quotes(parts: Iterable[object]) -> bool:
    """Whether something is to be put into a quoted text: its own quotes would end that."""
    marked = "".join(part if isinstance(part, str) else _HOLE for part in parts)
    return any(_HOLE in quoted[0] for quoted in _QUOTED.finditer(marked))


def stand_in(length: int) -> str:
    """What is as long as that, and can be of any type: to compile an expression whose values are not known yet."""
    return _ANYTHING.ljust(length)


def as_literal(value: JsonValue) -> str:
    """The value as an expression that yields it, whatever it is."""
    if isinstance(value, str):
        return f'"{"".join(map(_marked, value))}"'
    if isinstance(value, list):
        return f"[{', '.join(map(as_literal, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{as_literal(name)}: {as_literal(known)}' for name, known in value.items())}}}"
    return f"({json.dumps(value)})"


def _marked(character: str) -> str:
    return character if character in _UNMARKED else f"\\U{ord(character):08x}"
