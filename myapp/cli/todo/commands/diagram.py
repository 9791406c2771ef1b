"""`kubectl todo diagram TEMPLATE|NAME|FILE`: a workflow as a picture, or as the text that others make a picture of."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from myapp.cli.todo.errors import KubectlFailedError, PluginError
from myapp.cli.todo.kind import Kind
from myapp.cli.todo.known_run import definition_of, graph_of, with_titles
from myapp.cli.todo.kubectl_flags import kubectl_flags
from myapp.cli.todo.mermaid import mermaid
from myapp.cli.todo.parameters import Named, name_of
from myapp.cli.todo.run_view import RunView, StepView
from myapp.cli.todo.session import workflows_of
from myapp.cli.todo.step_graph import StepGraph, step_graph
from myapp.cli.todo.svg_picture import svg
from myapp.cli.todo.workflow_candidates import templates_and_runs
from myapp.cli.todo.workflows import Workflows

Drawn = tuple[str, StepGraph, Mapping[str, StepView]]
"""A title, the graph, and how its steps fare."""
_FILES = (".yaml", ".yml", ".json")


@click.command("diagram", short_help="draw a template, a run or a file")
@click.argument("what", metavar="TEMPLATE|NAME|FILE", shell_complete=templates_and_runs)
@click.option("-o", "--output", type=click.Choice(("mermaid", "svg")), default="mermaid", help="format")
@kubectl_flags
@click.pass_context
def command(context: click.Context, *, what: str, output: str) -> int:
    """Print a template as a Mermaid flowchart, which GitHub, GitLab and most wikis draw; or as an SVG picture.

    A run is drawn with the phases of its steps, and with the values that it was given: workflow/NAME, or NAME where no
    template is called so. A file (.yaml,
    .yml, .json, or - for stdin) needs no cluster.

    \b
    Examples:
      kubectl todo diagram release -n shop
      kubectl todo diagram workflow/release-x7k2p -n shop -o svg > release.svg
      kubectl todo diagram examples/workflows/release/template.yaml
    """
    if what == "-" or what.endswith(_FILES):
        drawn: list[Drawn] = [(_title(one), step_graph(one.get("spec") or {}), {}) for one in _read(what)]
        if not drawn:
            raise PluginError(f"{what} holds no TodoTemplate and no TodoWorkflow with steps")
        if len(drawn) > 1 and output == "svg":
            raise PluginError(f"{what} holds {len(drawn)} workflows, a picture shows one: give it one")
    else:
        named = name_of(Kind.TEMPLATE, Kind.RUN)(context, context.command.params[0], what)
        drawn = [_from_cluster(workflows_of(context), named)]
    for title, graph, states in drawn:
        click.echo(svg(graph, states, title) if output == "svg" else mermaid(graph, states), nl=False)
    return 0


def _from_cluster(workflows: Workflows, named: Named) -> Drawn:
    if named.kind is Kind.RUN:
        return _of_run(workflows.run(named.name), workflows)
    try:
        template = workflows.template(named.name)
    except KubectlFailedError as failure:
        if named.kind_given or failure.reason != "NotFound":
            raise
        return _of_run(workflows.run(named.name), workflows)
    return named.name, step_graph(template.get("spec") or {}), {}


def _of_run(run: RunView, workflows: Workflows) -> Drawn:
    graph = with_titles(run, graph_of(run, definition_of(run, workflows)), workflows)
    return f"{run.name}: {run.phase}", graph, {step.name: step for step in run.steps}


def _title(manifest: Mapping[str, Any]) -> str:
    return str((manifest.get("metadata") or {}).get("name") or manifest["kind"])


def _read(name: str) -> list[Mapping[str, Any]]:
    """The workflows of the file."""
    import yaml  # noqa: PLC0415 - takes longer to import than all the rest

    try:
        with click.open_file(name, encoding="utf-8") as file:
            found = list(yaml.safe_load_all(file))
    except OSError as error:
        raise click.ClickException(f"{Path(name)}: {error.strerror}") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise click.ClickException(f"{Path(name)}: {error}") from error
    return [
        one
        for one in found
        if isinstance(one, Mapping)
        and one.get("kind") in (Kind.TEMPLATE, Kind.RUN)
        and isinstance(one.get("spec"), Mapping)
        and one["spec"].get("steps")
    ]
