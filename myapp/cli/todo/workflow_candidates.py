"""What the shell offers for workflows: names of templates and runs, parameters. Silent where kubectl fails."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from myapp.cli.todo.act import Act
from myapp.cli.todo.cluster import Selection
from myapp.cli.todo.errors import PluginError
from myapp.cli.todo.kind import Kind
from myapp.cli.todo.session import workflows_of
from myapp.domain.todo_phase import FINAL_PHASES, Phase

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_UNFINISHED = ",".join(f"status.phase!={phase}" for phase in sorted(FINAL_PHASES))


def run_names(context: click.Context, _parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """All runs."""
    return runs_fitting(context, None, incomplete)


def runs_fitting(context: click.Context, act: Act | None, incomplete: str) -> "list[CompletionItem]":
    """The runs that the act fits; all without one. What stands before a slash stays."""
    prefix, slash, begun = incomplete.rpartition("/")
    if (slash and prefix not in Kind.RUN.prefixes) or (act and not act.on_runs):
        return []
    fields = "" if act is None else f"status.phase={Phase.FAILED}" if act.revives else _UNFINISHED
    try:
        runs = workflows_of(context).runs(Selection(fields=fields))
    except PluginError:
        return []
    return [
        _item(f"{prefix}{slash}{run.name}", f"{run.phase} ({run.reason}) {run.progress}".strip())
        for run in runs
        if run.name.startswith(begun)
    ]


def template_names(context: click.Context, _parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """All templates."""
    prefix, slash, begun = incomplete.rpartition("/")
    if slash and prefix not in Kind.TEMPLATE.prefixes:
        return []
    try:
        names: Sequence[str] = workflows_of(context).template_names()
    except PluginError:
        return []
    return [_item(f"{prefix}{slash}{name}", "template") for name in names if name.startswith(begun)]


def templates_and_runs(context: click.Context, parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Both, and files."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - as in candidates.py

    named = [*template_names(context, parameter, incomplete), *runs_fitting(context, None, incomplete)]
    return [*named, CompletionItem(incomplete, type="file")]


def params_of_template(context: click.Context, _parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """The parameters of the template that has been named, each ready for its value."""
    named = context.params.get("template") or next(iter(context.args), "")
    name = str(getattr(named, "name", named)).rpartition("/")[2]
    try:
        declared = (workflows_of(context).template(name).get("spec") or {}).get("params") or () if name else ()
    except PluginError:
        return []
    return [
        _item(f"{entry['name']}=", str(entry.get("description") or entry.get("type") or ""))
        for entry in declared
        if entry["name"].startswith(incomplete)
    ]


def _item(value: str, explanation: str) -> "CompletionItem":
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - as in candidates.py

    return CompletionItem(value, help=explanation)
