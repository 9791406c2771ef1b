"""Reads values.yaml with its comments: each value, its default and what it is for.

A key with a comment above it is one value, whatever it holds. A key without is a group, and each of its keys is a
value or a group again; so nothing can be left out.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from deploy.local.layout import PROJECT_ROOT

VALUES = PROJECT_ROOT / "values.yaml"


class UndescribedValueError(Exception):
    """A value has no comment above it; the message names it."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of the chart."""

    path: tuple[str, ...]
    default: Any
    description: str

    @property
    def name(self) -> str:
        """As one writes it after `--set`."""
        return ".".join(self.path)


def read_values(file: Path = VALUES) -> list[Value]:
    """All values in the order of the file. Raises UndescribedValueError."""
    text = file.read_text(encoding="utf-8")
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        raise UndescribedValueError(f"{file.name}: a map is expected")
    return list(_values(root, yaml.safe_load(text), text.splitlines(), ()))


def markdown_table(values: list[Value]) -> str:
    """The values as a table for people."""
    rows = [f"| `{value.name}` | {_shown(value.default)} | {value.description} |" for value in values]
    return "\n".join(["| value | default | what it is |", "|---|---|---|", *rows]) + "\n"


def _values(
    node: yaml.MappingNode, defaults: Mapping[str, Any], lines: list[str], path: tuple[str, ...]
) -> Iterator[Value]:
    for key, child in node.value:
        here = (*path, key.value)
        if description := _comment_above(lines, key.start_mark.line):
            yield Value(here, defaults[key.value], description)
        elif isinstance(child, yaml.MappingNode) and child.value:
            yield from _values(child, defaults[key.value], lines, here)
        else:
            raise UndescribedValueError(f"values.yaml: {'.'.join(here)} has no comment above it that describes it")


def _comment_above(lines: list[str], line: int) -> str:
    words: list[str] = []
    while line > 0 and (text := lines[line - 1].strip()).startswith("#"):
        words.insert(0, text.lstrip("# "))
        line -= 1
    return " ".join(words)


def _shown(default: object) -> str:
    return f"`{json.dumps(default)}`" if default not in ("", None) else ""
