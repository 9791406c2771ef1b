"""The TodoWorkflow that `kubectl todo run` and `rerun` make. Pure but for the name; the operator judges it anew."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from myapp.cli.todo.errors import PluginError
from myapp.cli.todo.kind import API_VERSION, Kind
from myapp.cli.todo.todo_request import CREATED_BY
from myapp.domain.condition import ConditionType
from myapp.domain.errors import InvalidTodoError
from myapp.domain.workflow.definition import Definition, Param, ParamType
from myapp.domain.workflow.params import ParamsProblem, bind

_LONGEST_NAME = 63
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
"""Those of the API server's generateName: no vowels, so that no words arise."""
_SUFFIX = re.compile(rf"-[{_LETTERS}]{{5}}$")
_NOT_REPEATED = ("rerunOf", "suspend")


def unique_name(base: str) -> str:
    """`BASE-xxxxx`, no longer than a run's name may be, and without dots; a suffix that it had is replaced."""
    suffix = "".join(_LETTERS[byte % len(_LETTERS)] for byte in os.urandom(5))
    stem = _SUFFIX.sub("", base).replace(".", "-")[: _LONGEST_NAME - len(suffix) - 1]
    return f"{stem.rstrip('-')}-{suffix}"


def run_manifest(name: str, spec: Mapping[str, Any], *, namespace: str = "", created_by: str = "") -> dict[str, Any]:
    """The object, with what is not given left out."""
    metadata: dict[str, Any] = {"name": name}
    metadata |= {"namespace": namespace} if namespace else {}
    metadata |= {"annotations": {CREATED_BY: created_by}} if created_by else {}
    given = {field: value for field, value in spec.items() if value not in (None, "", {}, False)}
    return {"apiVersion": API_VERSION, "kind": str(Kind.RUN), "metadata": metadata, "spec": given}


def repeated(spec: Mapping[str, Any], name: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """The spec of a run that does again what the run of this name does, with these params in place of its own."""
    kept = {field: value for field, value in spec.items() if field not in _NOT_REPEATED}
    return {**kept, "params": {**(spec.get("params") or {}), **params}, "rerunOf": name}


def typed_params(
    given: Mapping[str, str], template: Mapping[str, Any], earlier: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The params as the template's types ask: a text as it was typed, all else read as JSON.

    Raises PluginError with all that is wrong, what is required and lacks included; `earlier` are values that the run
    has without them. A template that is not understood (a newer CRD) is left to the operator.
    """
    try:
        declared = Definition.create_from_dict(template.get("spec") or {}).params
    except InvalidTodoError:
        return dict(given)
    values, problems = read_values(given, declared)
    found = bind(declared, {**(earlier or {}), **values})
    if isinstance(found, ParamsProblem):
        told = {problem.partition(":")[0] for problem in problems}
        problems += [problem for problem in found.problems if problem.partition(":")[0] not in told]
    if problems:
        raise PluginError("\n".join(problems))
    return values


def refuse_unfit(template: Mapping[str, Any]) -> None:
    """Raises PluginError where the operator has found that the template, as it is now, cannot be run.

    A run of it would wait until somebody mends it, which whoever types a command does not expect.
    """
    metadata, status = template["metadata"], template.get("status") or {}
    if status.get("observedGeneration") != metadata.get("generation"):
        return
    for condition in status.get("conditions") or ():
        if condition["type"] == ConditionType.STALLED and condition["status"] == "True":
            name = metadata["name"]
            raise PluginError(f'template "{name}" cannot be run until it is mended: {condition.get("message", "")}')


def like_those_before(given: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    """Params of a run that declares none: a text where it had a text or nothing, else read as JSON.

    Raises PluginError for what cannot be read.
    """
    kinds = {bool: ParamType.BOOLEAN, int: ParamType.NUMBER, float: ParamType.NUMBER}
    kinds |= {list: ParamType.ARRAY, dict: ParamType.OBJECT}
    declared = [Param(name, kinds.get(type(value), ParamType.STRING)) for name, value in before.items()]
    values, problems = read_values(given, declared)
    if problems:
        raise PluginError("\n".join(problems))
    return values


def read_values(given: Mapping[str, str], declared: Sequence[Param]) -> tuple[dict[str, Any], list[str]]:
    """Each value by its type, and what cannot be read."""
    kinds = {param.name: param.type for param in declared}
    values: dict[str, Any] = {}
    problems = []
    for name, text in given.items():
        kind = kinds.get(name, ParamType.STRING)
        if kind is ParamType.STRING:
            values[name] = text
            continue
        try:
            values[name] = json.loads(text)
        except ValueError:
            problems.append(f"params.{name}: found {text!r}, allowed is a JSON {kind}, such as {_EXAMPLES[kind]}")
            values[name] = text
    return values, problems


_EXAMPLES = {
    ParamType.NUMBER: "3",
    ParamType.BOOLEAN: "true",
    ParamType.ARRAY: '["eu", "us"]',
    ParamType.OBJECT: '{"team": "sre"}',
}
