"""The metrics and labels that a PromQL expression names. A lexer, not a parser: it checks brackets and nothing more."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|\#[^\n]*)
  | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)
  | (?P<range>\[[^\]]*\])
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?:ms|[smhdwy])?\b)
  | (?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)
  | (?P<variable>\$\w+)
  | (?P<operator>==|!=|>=|<=|=~|!~|[-+*/%^<>=(){},@])
    """,
    re.VERBOSE,
)
_LISTS = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_WORDS = frozenset({"and", "or", "unless", "bool", "offset", "atan2", "inf", "nan"})
_CLOSING = {")": "(", "}": "{"}


class NotPromQLError(Exception):
    """The expression cannot be one."""


@dataclass(frozen=True, slots=True)
class Selector:
    """A metric, and the labels by which it is narrowed."""

    metric: str
    labels: frozenset[str]


def selectors(expression: str) -> list[Selector]:
    """What the expression selects. Raises NotPromQLError for what is no token, and for brackets that do not match."""
    tokens = [token for token in _tokens(expression) if token[0] != "space"]
    _check_brackets(tokens)
    found: list[Selector] = []
    position = 0
    while position < len(tokens):
        kind, text = tokens[position]
        following = tokens[position + 1][1] if position + 1 < len(tokens) else ""
        if kind == "name" and text in _LISTS:
            position = _after_list(tokens, position + 1)
        elif kind == "name" and text not in _WORDS and following != "(" and not _before_list(text, following):
            labels, position = _matchers(tokens, position + 1)
            found.append(Selector(text, labels))
        else:
            position += 1
    return found


def _before_list(text: str, following: str) -> bool:
    """An aggregation may have its list before its bracket: ``sum by (x) (...)``."""
    return following in _LISTS and text in {"sum", "max", "min", "avg", "count", "topk", "group", "quantile"}


def _tokens(expression: str) -> list[tuple[str, str]]:
    tokens, position = [], 0
    while position < len(expression):
        match = _TOKEN.match(expression, position)
        if match is None or match.lastgroup is None:
            raise NotPromQLError(f"{expression[position : position + 20]!r} at {position} is no token of PromQL")
        tokens.append((match.lastgroup, match.group()))
        position = match.end()
    return tokens


def _check_brackets(tokens: list[tuple[str, str]]) -> None:
    stack: list[str] = []
    for kind, text in tokens:
        if kind == "operator" and text in "({":
            stack.append(text)
        elif kind == "operator" and text in _CLOSING and (not stack or stack.pop() != _CLOSING[text]):
            raise NotPromQLError(f"{text!r} closes nothing")
    if stack:
        raise NotPromQLError(f"{stack[-1]!r} is not closed")


def _after_list(tokens: list[tuple[str, str]], position: int) -> int:
    if position >= len(tokens) or tokens[position][1] != "(":
        return position
    while tokens[position][1] != ")":
        position += 1
    return position + 1


def _matchers(tokens: list[tuple[str, str]], position: int) -> tuple[frozenset[str], int]:
    labels: set[str] = set()
    if position < len(tokens) and tokens[position][1] == "{":
        while tokens[position][1] != "}":
            kind, text = tokens[position]
            if kind == "name":
                labels.add(text)
            position += 1
        position += 1
    return frozenset(labels), position
