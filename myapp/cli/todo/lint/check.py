"""The use case behind `kubectl todo lint`: all that is wrong with workflows and Todos, as the operator would say it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from myapp.cli.todo.kind import API_VERSION, Kind
from myapp.cli.todo.lint.finding import Finding, Path, written
from myapp.cli.todo.lint.form import form_problems
from myapp.cli.todo.lint.manifests import Manifest
from myapp.cli.todo.lint.todo_check import todo_problems
from myapp.domain.errors import InvalidTodoError
from myapp.domain.expression import ExpressionCompiler
from myapp.domain.workflow.acceptance import Refused, StepChecker, accept
from myapp.domain.workflow.definition import Definition
from myapp.domain.workflow.params import ParamsProblem, bind
from myapp.infrastructure.crd.resource_model import ResourceModel
from myapp.infrastructure.crd.todo_spec import TodoSpec
from myapp.infrastructure.crd.todo_template_resource import TodoTemplateSpec
from myapp.infrastructure.crd.todo_workflow_resource import MAX_NAME, TodoWorkflowSpec

_MODELS: Mapping[Kind, type[ResourceModel]] = {
    Kind.TODO: TodoSpec,
    Kind.TEMPLATE: TodoTemplateSpec,
    Kind.RUN: TodoWorkflowSpec,
}
_OF_A_STEP = re.compile(r"step (?P<name>[^:]+): (?P<said>.*)", re.DOTALL)
_OF_A_FIELD = re.compile(r"(?P<field>[A-Za-z_][A-Za-z0-9_.\[\]'-]*): ")
_PART = re.compile(r"\[(?P<place>\d+)\]|(?P<name>[^.\[\]]+)")
Templates = Mapping[tuple[str, str], Definition]
"""Those among the files, by namespace and name."""


def is_ours(manifest: Manifest) -> bool:
    """Whether it is of a kind that is judged here."""
    return manifest.content.get("apiVersion") == API_VERSION and manifest.kind in set(Kind)


class Lint:
    """Judges manifests as the operator does; `checker` and `compiler` are its own."""

    def __init__(self, compiler: ExpressionCompiler, checker: StepChecker) -> None:
        self._compiler = compiler
        self._checker = checker

    def findings(self, manifests: Sequence[Manifest]) -> list[Finding]:
        """All of them, in the order of files and lines. Objects of other kinds are left alone."""
        ours = list(filter(is_ours, manifests))
        templates = dict(_templates(ours))
        found = [finding for one in ours for finding in self._of(one, templates)]
        return sorted(set(found), key=lambda finding: (finding.file, finding.line, finding.column, finding.message))

    def _of(self, manifest: Manifest, templates: Templates) -> Iterator[Finding]:
        spec, kind = manifest.content.get("spec"), Kind(manifest.kind)
        if not isinstance(spec, Mapping):
            yield manifest.finding((), "it has no spec")
            return
        yield from _name_problems(manifest)
        formal = [(("spec", *place), message) for place, message in form_problems(spec, _MODELS[kind])]
        yield from (_placed(manifest, spec, place, message) for place, message in formal)
        if kind is Kind.TODO:
            problems = () if formal else todo_problems(manifest.content, self._compiler)
            yield from (_told(manifest, spec, problem) for problem in problems)
        elif "templateRef" in spec:
            yield from self._of_run(manifest, spec, templates)
        else:
            formal_fields = {written(place) for place, _ in formal}
            found = self._of_definition(manifest, spec, templates, formal=bool(formal))
            yield from (finding for finding in found if finding.field not in formal_fields)

    def _of_definition(
        self, manifest: Manifest, spec: Mapping[str, Any], templates: Templates, *, formal: bool
    ) -> Iterator[Finding]:
        try:
            definition = Definition.create_from_dict(spec)
        except InvalidTodoError as error:
            if not formal:  # else it has been said with its place
                yield manifest.finding(("spec",), str(error))
            return
        own_template = manifest.kind == Kind.TEMPLATE
        outcome = accept(
            definition,
            compiler=self._compiler,
            checker=self._checker,
            templates={name: one for (namespace, name), one in templates.items() if namespace == manifest.namespace},
            given=None if own_template else tuple(spec.get("params") or ()),
            name=manifest.name if own_template else "",
        )
        if isinstance(outcome, Refused):
            yield from (_told(manifest, spec, problem) for problem in outcome.problems)

    @staticmethod
    def _of_run(manifest: Manifest, spec: Mapping[str, Any], templates: Templates) -> Iterator[Finding]:
        """Params against the template, where that is among the files."""
        if "steps" in spec:
            yield manifest.finding(("spec", "steps"), "exactly one of templateRef and steps must be set")
        name = (spec["templateRef"] or {}).get("name") if isinstance(spec["templateRef"], Mapping) else None
        definition = templates.get((manifest.namespace, str(name)))
        if definition is None:
            return
        bound = bind(definition.params, spec.get("params") or {})
        if isinstance(bound, ParamsProblem):
            yield from (_told(manifest, spec, problem) for problem in bound.problems)


def _templates(manifests: Sequence[Manifest]) -> Iterator[tuple[tuple[str, str], Definition]]:
    for manifest in manifests:
        spec = manifest.content.get("spec")
        if manifest.kind == Kind.TEMPLATE and isinstance(spec, Mapping):
            try:
                yield (manifest.namespace, manifest.name), Definition.create_from_dict(spec)
            except InvalidTodoError:
                continue  # it is told where the template itself is looked at


def _name_problems(manifest: Manifest) -> Iterator[Finding]:
    metadata = manifest.content.get("metadata")
    generated = isinstance(metadata, Mapping) and metadata.get("generateName")
    if not manifest.name and not generated:
        yield manifest.finding(("metadata",), "it has no metadata.name")
    if manifest.kind == Kind.RUN and (len(manifest.name) > MAX_NAME or "." in manifest.name):
        message = f"the name of a run has at most {MAX_NAME} characters and no dot: its todos are named NAME.STEP"
        yield manifest.finding(("metadata", "name"), message)


def _told(manifest: Manifest, spec: Mapping[str, Any], problem: str) -> Finding:
    """A problem of acceptance, at the step and field that it names."""
    step = _OF_A_STEP.fullmatch(problem)
    place = _place_of_step(spec, step["name"]) if step else ("spec",)
    field = _OF_A_FIELD.match(step["said"] if step else problem.removeprefix("spec."))
    if field:
        place = (*place, *parsed(field["field"]))
    return manifest.finding(_by_index(spec, place), problem, step["name"] if step else "")


def _placed(manifest: Manifest, spec: Mapping[str, Any], place: Path, message: str) -> Finding:
    """A problem of form, with the name of the step that it is in."""
    section, position = (*place, "", "", "")[1:3]
    steps = spec.get(section) if section in ("steps", "finally") else None
    entry = steps[position] if isinstance(steps, list) and isinstance(position, int) and position < len(steps) else None
    step = str(entry.get("name") or position) if isinstance(entry, Mapping) else ""
    field = written(place[3:] if step else place)
    return manifest.finding(place, f"step {step}: {field}: {message}" if step else f"{field}: {message}", step)


def _place_of_step(spec: Mapping[str, Any], name: str) -> Path:
    for section in ("steps", "finally"):
        for position, entry in enumerate(spec.get(section) or ()):
            if isinstance(entry, Mapping) and entry.get("name") == name:
                return ("spec", section, position)
    return ("spec", "steps")


def _by_index(spec: Mapping[str, Any], place: Path) -> Path:
    """A param is named in the problem; in the file it has a place in a list."""
    declared = spec.get("params")
    match place:
        case ("spec", "params", str(name), *_) if isinstance(declared, list):
            names = [entry.get("name") if isinstance(entry, Mapping) else None for entry in declared]
            return ("spec", "params", names.index(name)) if name in names else ("spec", "params")
    return place


def parsed(field: str) -> Path:
    """`http.headers[0].value` as a place."""
    return tuple(int(part["place"]) if part["place"] else part["name"] for part in _PART.finditer(field))
