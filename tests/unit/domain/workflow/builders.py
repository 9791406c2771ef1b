"""Definitions as their authors write them, in short."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from myapp.domain.json_value import JsonValue
from myapp.domain.workflow.acceptance import Refused, accept
from myapp.domain.workflow.blueprint import Blueprint
from myapp.domain.workflow.definition import Definition
from myapp.domain.workflow.interpolation import FieldProblem
from myapp.infrastructure.cel.cel_compiler import CelCompiler

COMPILER = CelCompiler()


class TakesAll:
    """StepChecker that has the objections it is given, whatever the spec is."""

    def __init__(self, *objections: FieldProblem) -> None:
        self._objections = objections

    def problems(self, spec: Mapping[str, JsonValue]) -> Sequence[FieldProblem]:  # noqa: ARG002 - the port's signature
        """The objections."""
        return self._objections


def step(name: str, /, needs: Iterable[str] | Mapping[str, Iterable[str]] = (), **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A step that waits, if not said otherwise; ``needs`` are step names, or map them to the ends that are accepted."""
    depends_on = (
        [{"name": other, "on": list(on)} for other, on in needs.items()]
        if isinstance(needs, Mapping)
        else [{"name": other} for other in needs]
    )
    made: dict[str, Any] = {"name": name, **fields}
    if "workflow" not in fields:
        made.setdefault("content", f"Do {name}")
        if not {"manual", "approval", "http", "job", "resource"} & fields.keys():
            made.setdefault("wait", {"duration": "0s"})
    return made | ({"dependsOn": depends_on} if depends_on else {})


def definition(*steps: Mapping[str, Any], **fields: Any) -> Definition:  # noqa: ANN401 - JSON
    """A definition of these steps; ``last`` are those of ``finally``."""
    last = fields.pop("last", ())
    return Definition.create_from_dict({"steps": list(steps), "finally": list(last), **fields})


def problems(
    found: Definition,
    *,
    templates: Mapping[str, Definition] | None = None,
    given: Collection[str] | None = None,
    name: str = "",
    objections: Sequence[FieldProblem] = (),
) -> tuple[str, ...]:
    """All that acceptance says is wrong."""
    outcome = accept(
        found, compiler=COMPILER, checker=TakesAll(*objections), templates=templates or {}, given=given, name=name
    )
    return outcome.problems if isinstance(outcome, Refused) else ()


def blueprint(found: Definition, *, given: Collection[str] | None = None) -> Blueprint:
    """The blueprint of a definition that is accepted."""
    outcome = accept(found, compiler=COMPILER, checker=TakesAll(), templates={}, given=given)
    assert isinstance(outcome, Blueprint), outcome
    return outcome
