"""Workflows as kubectl shows them: the port `Workflows` in kubectl's commands."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from myapp.cli.todo.cluster import Selection
from myapp.cli.todo.errors import KubectlFailedError
from myapp.cli.todo.kind import API_GROUP, Kind
from myapp.cli.todo.kubectl import Kubectl
from myapp.cli.todo.kubectl_cluster import TODOS, selecting
from myapp.cli.todo.run_view import RunView, run_view
from myapp.cli.todo.todo_view import TodoView, todo_view

RUNS = f"{Kind.RUN.plural}.{API_GROUP}"
TEMPLATES = f"{Kind.TEMPLATE.plural}.{API_GROUP}"
RUN_LABEL = f"{API_GROUP}/workflow"
STEP_LABEL = f"{API_GROUP}/step"


class KubectlWorkflows:
    """Implements `Workflows`."""

    def __init__(self, kubectl: Kubectl) -> None:
        self._kubectl = kubectl

    def run(self, name: str) -> RunView:
        return run_view(self._kubectl.json("get", RUNS, name))

    def runs(self, selection: Selection) -> Sequence[RunView]:
        return list(map(run_view, self._kubectl.json("get", RUNS, *selecting(selection)).get("items", [])))

    def runs_within(self, run: RunView) -> Sequence[RunView]:
        return [run_view(item) for item in self._owned(RUNS, run)]

    def children(self, run: RunView, fields: str = "", without: Collection[str] = ()) -> Sequence[TodoView]:
        flags = [f"--field-selector={fields}"] if fields else []
        return [todo_view(item) for item in self._owned(TODOS, run, *flags, without=without)]

    def template(self, name: str) -> Mapping[str, Any]:
        return self._kubectl.json("get", TEMPLATES, name)

    def template_names(self) -> Sequence[str]:
        names = self._kubectl.output("get", TEMPLATES, "--output=name").split()
        return [name.rpartition("/")[2] for name in names]

    def kept_definition(self, run: RunView) -> Mapping[str, Any]:
        name = run.status.get("definition")
        if not name:
            return {}
        try:
            revision = self._kubectl.json("get", "controllerrevisions.apps", name, f"--namespace={run.namespace}")
        except KubectlFailedError as failure:
            if failure.reason not in ("Forbidden", "NotFound"):
                raise
            return {}
        return (revision.get("data") or {}).get("definition") or {}

    def create_run(self, manifest: Mapping[str, Any], dry_run: str, output: str) -> None:
        flags = [f"--dry-run={dry_run}", *([f"--output={output}"] if output else [])]
        self._kubectl.create_and_show(dict(manifest), *flags)

    def print_runs(self, selection: Selection, output: str) -> None:
        self._kubectl.show("get", RUNS, *selecting(selection), *([f"--output={output}"] if output else []))

    def print_run(self, name: str, output: str) -> None:
        self._kubectl.show("get", RUNS, name, f"--output={output}")

    def _owned(self, resource: str, run: RunView, *flags: str, without: Collection[str] = ()) -> list[dict[str, Any]]:
        """What carries the run's label and is its own: a label alone anybody may write."""
        but_for = f",{STEP_LABEL} notin ({','.join(without)})" if without else ""
        selected = (f"--selector={RUN_LABEL}={run.name}{but_for}", f"--namespace={run.namespace}", *flags)
        return [
            item
            for item in self._kubectl.json("get", resource, *selected).get("items", [])
            if any(owner.get("uid") == run.uid for owner in item["metadata"].get("ownerReferences") or ())
        ]
