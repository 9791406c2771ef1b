"""Workflows of plain values for the plug-in: runs, templates and children that the test put in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from myapp.cli.todo.cluster import Selection
from myapp.cli.todo.errors import KubectlFailedError
from myapp.cli.todo.run_view import RunView, run_view
from myapp.cli.todo.todo_view import TodoView

CREATED = "2026-12-01T08:00:00Z"


def run(name: str = "release-x7k2p", *, spec: Mapping[str, Any] | None = None, **status: object) -> RunView:
    """A run of namespace shop, as the API server would serve it, with the given status; by default of a template."""
    metadata = {"name": name, "namespace": "shop", "uid": f"uid-of-{name}", "creationTimestamp": CREATED}
    return run_view({"metadata": metadata, "spec": spec or {"templateRef": {"name": "release"}}, "status": status})


def step(name: str, phase: str = "", reason: str = "", **more: object) -> dict[str, object]:
    """An entry of status.steps."""
    return {"name": name, "phase": phase, "reason": reason, **more}


def template(*steps: Mapping[str, Any], name: str = "release", **spec: object) -> dict[str, Any]:
    """A template of namespace shop."""
    return {"metadata": {"name": name, "namespace": "shop"}, "spec": {"steps": list(steps), **spec}}


@dataclass
class FakeWorkflows:
    """Implements the port `Workflows`."""

    stored: list[RunView] = field(default_factory=list)
    templates: list[Mapping[str, Any]] = field(default_factory=list)
    todos: list[TodoView] = field(default_factory=list)
    within: dict[str, list[RunView]] = field(default_factory=dict)
    """The runs that steps have become, by the name of the run."""
    kept: Mapping[str, Any] = field(default_factory=dict)
    """What `kept_definition` answers."""
    later: list[RunView] = field(default_factory=list)
    """What a run has become each time that it is asked for again."""
    created: list[Mapping[str, Any]] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """What `children` was asked for: the selection, and the steps that were left out."""

    def run(self, name: str) -> RunView:
        if self.later:
            self.stored = [self.later.pop(0)]
        for stored in self.stored:
            if stored.name == name:
                return stored
        raise _not_found("todoworkflows", name)

    def runs(self, selection: Selection) -> Sequence[RunView]:
        del selection
        return self.stored

    def runs_within(self, run: RunView) -> Sequence[RunView]:
        return self.within.get(run.name, [])

    def children(self, run: RunView, fields: str = "", without: Collection[str] = ()) -> Sequence[TodoView]:
        wanted = fields.removeprefix("status.reason=") if fields.startswith("status.reason=") else ""
        self.asked.append((fields, tuple(without)))
        return [
            todo
            for todo in self.todos
            if todo.name.startswith(f"{run.name}.")
            and todo.name.split(".")[1] not in without
            and wanted in ("", todo.reason)
        ]

    def template(self, name: str) -> Mapping[str, Any]:
        for stored in self.templates:
            if stored["metadata"]["name"] == name:
                return stored
        raise _not_found("todotemplates", name)

    def template_names(self) -> Sequence[str]:
        return [str(stored["metadata"]["name"]) for stored in self.templates]

    def kept_definition(self, run: RunView) -> Mapping[str, Any]:
        del run
        return self.kept

    def create_run(self, manifest: Mapping[str, Any], dry_run: str, output: str) -> None:
        self.created.append(manifest)
        self.printed.append(f"{dry_run} {output}")

    def print_runs(self, selection: Selection, output: str) -> None:
        self.printed.append(f"runs {selection} {output}")

    def print_run(self, name: str, output: str) -> None:
        self.printed.append(f"{name} {output}")


def _not_found(resource: str, name: str) -> KubectlFailedError:
    return KubectlFailedError(f'Error from server (NotFound): {resource}.todo.myapp.dev "{name}" not found\n', 1)
