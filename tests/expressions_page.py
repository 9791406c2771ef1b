"""What docs/expressions.md shows: the tables of its sections, and what the expressions of its examples are given."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from deploy.local.layout import PROJECT_ROOT
from tests.api_server import JsonObject

_TEXT = (PROJECT_ROOT / "docs" / "expressions.md").read_text(encoding="utf-8")
_CELL_END = re.compile(r"(?<!\\)\|")
_CODE = re.compile(r"(`+) ?(.+?) ?\1(?!`)")
_EXAMPLE = re.compile(r"`([^`]+)` → `([^`]+)`")
_GIVEN = re.compile(r"```yaml\n# (?P<root>[a-z]+)\n(?P<value>.*?)```\n(?P<rest>.*?)(?=\n[^|\n]|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Example:
    """An expression, what it is given, and what it yields, as CEL writes it."""

    expression: str
    value: str
    root: str = ""
    given: JsonObject | None = None


def section(heading: str) -> str:
    """The text below a heading, as far as the next one."""
    return _TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """The cells of all rows of its tables, without their heads."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    heads = {index for index, line in enumerate(lines) if line.startswith("|---")}
    body = [line for index, line in enumerate(lines) if not {index, index + 1} & heads]
    return [[cell.strip().replace(r"\|", "|") for cell in _CELL_END.split(line)[1:-1]] for line in body]


def code(cell: str) -> list[str]:
    """What is marked as code in a cell."""
    return [found[2] for found in _CODE.finditer(cell)]


def given_examples() -> Iterator[Example]:
    """The examples that are about a value which the page shows."""
    for found in _GIVEN.finditer(section("What they refer to")):
        for expression, value in rows(found["rest"]):
            yield Example(code(expression)[0], code(value)[0], found["root"], yaml.safe_load(found["value"]))


def function_examples() -> Iterator[tuple[list[str], list[Example]]]:
    """Names of functions and operators, and the examples of them."""
    for names, examples in rows(section("Functions and operators")):
        yield code(names), [Example(found[1], found[2]) for found in _EXAMPLE.finditer(examples)]
