"""What the commands on workflows need of a cluster: the port.

The only adapter is kubectl (`kubectl_workflows.py`); tests bring their own.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from myapp.cli.todo.cluster import Selection
from myapp.cli.todo.run_view import RunView
from myapp.cli.todo.todo_view import TodoView


class Workflows(Protocol):
    """The runs and templates of the namespace that kubectl uses, seen by one person.

    Every method raises `PluginError` where kubectl gives no answer.
    """

    def run(self, name: str) -> RunView:
        """One run."""

    def runs(self, selection: Selection) -> Sequence[RunView]:
        """All selected runs, in the API server's order."""

    def runs_within(self, run: RunView) -> Sequence[RunView]:
        """The runs that steps of this one have become."""

    def children(self, run: RunView, fields: str = "", without: Collection[str] = ()) -> Sequence[TodoView]:
        """The Todos that steps of the run have become, but for those of some steps; `fields` is kubectl's notation."""

    def template(self, name: str) -> Mapping[str, Any]:
        """One template, as the API server sends it."""

    def template_names(self) -> Sequence[str]:
        """The names of all templates."""

    def kept_definition(self, run: RunView) -> Mapping[str, Any]:
        """The definition with which the run was started, in the API's form.

        Empty where none is kept, or this person may not read it.
        """

    def create_run(self, manifest: Mapping[str, Any], dry_run: str, output: str) -> None:
        """Lets kubectl create the run and print what it has done; the flags as kubectl has them, "" for none."""

    def print_runs(self, selection: Selection, output: str) -> None:
        """Lets kubectl itself print the selected runs: `output` as its flag -o, "" for its table."""

    def print_run(self, name: str, output: str) -> None:
        """Lets kubectl itself print one run: `output` as its flag -o."""
