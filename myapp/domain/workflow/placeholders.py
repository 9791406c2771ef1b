"""Finds the ``$(...)`` in a text that are expressions, and tells them from those that belong to shells and containers.

A ``$(...)`` is an expression where a known root stands in it as a word of its own, outside of quotes and not behind a
dot; every other is left alone. ``$$(`` stands for ``$(`` and begins no expression.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from myapp.domain.json_value import JsonValue

#: The names that an expression in a step may begin with.
ROOTS = ("params", "steps", "workflow", "item", "index")

_OPENING = re.compile(r"\$\$\(|\$\(")
_STRING = r'"(?:[^"\\\n]|\\.)*"|' + r"'(?:[^'\\\n]|\\.)*'"
_TOKEN = re.compile(rf"(?P<string>{_STRING})|(?P<open>\()|(?P<close>\))|(?P<other>[^()'\"]+|['\"])")
_ROOT = re.compile(rf"(?<![\w.$])(?:{'|'.join(ROOTS)})\b")
_BEGINS_WITH_ROOT = re.compile(rf"\s*(?:{'|'.join(ROOTS)})[.\[]")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """An expression in a text, and where it begins there: line and column count from 1."""

    expression: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Unclosed:
    """What looks like an expression and has no closing parenthesis."""

    line: int
    column: int


def split(text: str) -> Iterator[str | Placeholder | Unclosed]:
    """The parts of a text, in their order."""
    literal, at = "", 0
    while (opening := _OPENING.search(text, at)) is not None:
        literal += text[at : opening.start()]
        at = opening.end()
        if opening[0] == "$$(":
            literal += "$("
            continue
        inside, end, mentions = _inside(text, at)
        if mentions and "$(" not in inside:
            if literal:
                yield literal
            literal, at = "", end
            yield Placeholder(inside, *_place(text, opening.end()))
        elif end == -1 and _BEGINS_WITH_ROOT.match(text, at):
            yield Unclosed(*_place(text, opening.start()))
            literal += "$("
        else:
            literal += "$("
    literal += text[at:]
    if literal:
        yield literal


def has_placeholder(text: str) -> bool:
    """Whether anything in the text is an expression."""
    return first_placeholder(text) is not None


def first_placeholder(text: str) -> Placeholder | None:
    """The first expression in the text."""
    found = split(text) if "$(" in text else iter(())
    return next((part for part in found if isinstance(part, Placeholder)), None)


def holds_placeholder(value: JsonValue) -> bool:
    """Whether anything in any of its texts is an expression."""
    if isinstance(value, str):
        return has_placeholder(value)
    if isinstance(value, dict):
        return any(map(holds_placeholder, value.values()))
    return isinstance(value, list) and any(map(holds_placeholder, value))


def _inside(text: str, start: int) -> tuple[str, int, bool]:
    """What stands between the parentheses, where the text goes on behind (-1: nowhere), whether a root is named."""
    depth, at, mentions = 1, start, False
    while (token := _TOKEN.match(text, at)) is not None:
        at = token.end()
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
            if depth == 0:
                return text[start : token.start()], at, mentions
        elif token["other"] and _ROOT.search(text, token.start(), token.end()):
            mentions = True
    return "", -1, False


def _place(text: str, position: int) -> tuple[int, int]:
    line = text.count("\n", 0, position) + 1
    return line, position - (text.rfind("\n", 0, position) + 1) + 1
