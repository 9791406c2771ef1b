"""Reads manifests with the places of their fields: files, folders and stdin; YAML as kubectl reads it.

A time stays the text that it is, and a key that comes twice is a problem.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, ClassVar

import yaml

from myapp.cli.todo.lint.finding import Finding, Path, written

_ENDINGS = (".yaml", ".yml", ".json")
_STDIN = "-"


class UnreadableFilesError(Exception):
    """What was named cannot be looked at: nothing can be said of it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One object as it is written."""

    file: str
    content: Mapping[str, Any]
    node: yaml.Node

    @property
    def kind(self) -> str:
        """Its kind, or ""."""
        return str(self.content.get("kind") or "")

    @property
    def name(self) -> str:
        """Its name, or ""."""
        metadata = self.content.get("metadata")
        return str(metadata.get("name") or "") if isinstance(metadata, Mapping) else ""

    @property
    def namespace(self) -> str:
        """The namespace that it names, or ""."""
        metadata = self.content.get("metadata")
        return str(metadata.get("namespace") or "") if isinstance(metadata, Mapping) else ""

    def finding(self, path: Path, message: str, step: str = "") -> Finding:
        """The problem at this place, or at the nearest one around it that is written."""
        mark = _mark(self.node, path)
        return Finding(self.file, mark.line + 1, mark.column + 1, self.kind, self.name, step, written(path), message)


class _Loader(yaml.SafeLoader):
    """Takes plain words as kubectl does on its way to JSON (go.yaml.in/yaml/v2), which differs from PyYAML.

    A time stays a text, and so do `12:30` and `=`; `1e3` is a number, and `y` and `n` are true and false.
    """

    bool_values: ClassVar[dict[str, bool]] = {**yaml.SafeLoader.bool_values, "y": True, "n": False}

    def construct_yaml_float(self, node: yaml.ScalarNode) -> float:
        """A whole number where it is one: JSON has `10` for `1e1`."""
        value = float(super().construct_yaml_float(node))
        return int(value) if value.is_integer() else value


_Loader.yaml_implicit_resolvers = {}
_DIGITS = "-+0123456789"
for _tag, _words, _first in (
    ("bool", r"[yYnN]|yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF", "yYnNtTfFoO"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)", _DIGITS),
    ("float", r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?", f".{_DIGITS}"),
    ("float", r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", ".-+"),
    ("merge", "<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_words})$"), list(_first))

_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_yaml_float)


def read_all(names: Sequence[str]) -> tuple[list[Manifest], list[Finding]]:
    """All objects of the files, of the folders' files and of stdin (`-`), and what is no YAML or no object.

    Raises UnreadableFilesError where there is no such file.
    """
    manifests: list[Manifest] = []
    findings: list[Finding] = []
    for file, text in _texts(names):
        try:
            for node, content in _documents(text):
                manifests += _objects(file, node, content)
                findings += _doubled(file, node)
        except yaml.YAMLError as error:
            findings.append(_no_yaml(file, error))
    return manifests, findings


def _texts(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        if name == _STDIN:
            yield "<stdin>", sys.stdin.read()
            continue
        path = FilePath(name)
        files = sorted(each for each in path.rglob("*") if each.suffix in _ENDINGS) if path.is_dir() else [path]
        if not files:
            raise UnreadableFilesError(f"{name} holds no file that ends with {', '.join(_ENDINGS)}")
        for file in files:
            try:
                yield str(file), file.read_text(encoding="utf-8")
            except OSError as error:
                raise UnreadableFilesError(f"{file}: {error.strerror}") from error
            except UnicodeDecodeError as error:
                raise UnreadableFilesError(f"{file}: {error}") from error


def _documents(text: str) -> Iterator[tuple[yaml.Node, object]]:
    loader = _Loader(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            assert node is not None  # noqa: S101 - for the type checker: there is one
            yield node, loader.construct_document(node)
    finally:
        loader.dispose()


def _objects(file: str, node: yaml.Node, content: object) -> Iterator[Manifest]:
    """The object, or those of a list of objects."""
    if not isinstance(content, Mapping):
        return
    items = content.get("items")
    if content.get("kind") == "List" and isinstance(items, list):
        for position, item in enumerate(items):
            if isinstance(item, Mapping):
                yield Manifest(file, item, _below(node, ("items", position)) or node)
    else:
        yield Manifest(file, content, node)


def _no_yaml(file: str, error: yaml.YAMLError) -> Finding:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    said = getattr(error, "problem", None) or re.sub(r"\s+", " ", str(error))
    return Finding(file, line, column, "", "", "", "", f"this is no YAML: {said}")


def _doubled(file: str, node: yaml.Node) -> Iterator[Finding]:
    """Keys that come twice: YAML readers take the last, the API server refuses them."""
    waiting: list[yaml.Node] = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, yaml.SequenceNode):
            waiting += here.value
        elif isinstance(here, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in here.value:
                if isinstance(key, yaml.ScalarNode) and key.value in seen:
                    mark = key.start_mark
                    message = f"{key.value} is written twice in one place"
                    yield Finding(file, mark.line + 1, mark.column + 1, "", "", "", str(key.value), message)
                seen.add(str(getattr(key, "value", "")))
                waiting.append(value)


def _below(node: yaml.Node, path: Path) -> yaml.Node | None:
    for part in path:
        found = _step(node, part)
        if found is None:
            return None
        node = found[1]
    return node


def _mark(node: yaml.Node, path: Path) -> yaml.Mark:
    """Where the field begins: its key, in a list its value."""
    mark = node.start_mark
    for part in path:
        found = _step(node, part)
        if found is None:
            break
        mark, node = found
    return mark


def _step(node: yaml.Node, part: str | int) -> tuple[yaml.Mark, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark, node.value[part]
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if getattr(key, "value", None) == part:
                return key.start_mark, value
    return None
