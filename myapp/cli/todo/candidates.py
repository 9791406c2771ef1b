"""What the shell offers: the Todos that a command fits, namespaces, contexts, fields of a form.

Silent where kubectl fails.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from myapp.cli.todo.act import Act
from myapp.cli.todo.cluster import Selection
from myapp.cli.todo.errors import PluginError
from myapp.cli.todo.kind import Kind
from myapp.cli.todo.session import cluster_of
from myapp.cli.todo.workflow_candidates import runs_fitting
from myapp.domain.todo_phase import FINAL_PHASES, Phase, Reason

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_UNFINISHED = ",".join(f"status.phase!={phase}" for phase in sorted(FINAL_PHASES))
_AWAITING = f"status.reason={Reason.AWAITING_DECISION}"
_FAILED = f"status.phase={Phase.FAILED}"
Candidates = Callable[[click.Context, click.Parameter, str], "list[CompletionItem] | list[str]"]


def names_for(act: Act | None = None, *, runs: bool = False) -> Candidates:
    """The candidates of a command: for an act, the Todos that it fits; else all. `workflow/` asks for runs."""

    def candidates(context: click.Context, _parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
        prefix, slash, begun = incomplete.rpartition("/")
        if slash and prefix not in Kind.TODO.prefixes:
            return runs_fitting(context, act, incomplete) if runs or act else []
        fields = "" if act is None else _fitting(act)
        try:
            todos = cluster_of(context).todos(Selection(fields=fields))
        except PluginError:
            return []
        return [
            _item(f"{prefix}{slash}{todo.name}", f"{todo.phase} ({todo.reason})" if todo.phase else todo.title)
            for todo in todos
            if todo.name.startswith(begun) and (act is None or act.on is None or todo.action in act.on)
        ]

    return candidates


def _fitting(act: Act) -> str:
    if act.revives:
        return _FAILED
    return _UNFINISHED if act.anytime else _AWAITING


def names_with_job(context: click.Context, _parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """The Todos that have a log."""
    try:
        todos = cluster_of(context).todos(Selection())
    except PluginError:
        return []
    return [
        _item(todo.name, f"{todo.phase} ({todo.reason})" if todo.phase else todo.title)
        for todo in todos
        if todo.name.startswith(incomplete) and todo.action == "job"
    ]


def containers_of(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The containers of the Job of the Todo that has been named."""
    named = _named(context)
    try:
        return _beginning(incomplete, cluster_of(context).todo(named).containers) if named else []
    except PluginError:
        return []


def namespaces(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The namespaces that can be seen."""
    try:
        return _beginning(incomplete, cluster_of(context).namespaces())
    except PluginError:
        return []


def configured(what: str) -> Candidates:
    """The contexts, clusters or users of the kubeconfig."""

    def candidates(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
        try:
            return _beginning(incomplete, cluster_of(context).configured(what))
        except PluginError:
            return []

    return candidates


def form_fields(context: click.Context, _parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """The fields of the form of the Todo that has been named, each ready for its value."""
    named = _named(context)
    try:
        fields = cluster_of(context).todo(named).form_fields if named else {}
    except PluginError:
        return []
    return [
        _item(f"{field}=", str(entry.get("title") or entry.get("description") or ""))
        for field, entry in fields.items()
        if field.startswith(incomplete)
    ]


def _named(context: click.Context) -> str:
    """The Todo on the line so far; "" where there is none."""
    given = context.params.get("target") or context.params.get("name")
    named = given or next(iter(context.args), "")  # the words of an unfinished line are left over
    return str(getattr(named, "name", named)).rpartition("/")[2]


def _item(value: str, explanation: str) -> "CompletionItem":
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - nobody else needs it, and all import this module

    return CompletionItem(value, help=explanation)


def _beginning(incomplete: str, names: Sequence[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]
