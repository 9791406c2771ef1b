"""Entry point `kubectl_complete-todo`: kubectl's completion runs it for whatever follows `kubectl todo`.

It prints a candidate a line, with a tab and a description, and a last line `:4`: offer no file names.
"""

import sys
from collections.abc import Sequence

import click
from click.shell_completion import CompletionItem, ShellComplete

from myapp.cli.todo.cluster import Cluster
from myapp.cli.todo.main import PROGRAM, todo
from myapp.cli.todo.table import one_line

_FILES, _NO_FILES = ":0", ":4"


def main(arguments: Sequence[str] | None = None, cluster: Cluster | None = None) -> int:
    """Offers candidates for the last argument, which may be empty. `cluster` replaces kubectl in tests."""
    *before, incomplete = (sys.argv[1:] if arguments is None else arguments) or [""]
    flag, equals, begun = incomplete.partition("=")
    if flag.startswith("--") and equals:  # --namespace=sh<TAB>: the shell replaces the whole word
        items = [
            CompletionItem(f"{flag}={item.value}", item.type) for item in _offered([*before, flag], begun, cluster)
        ]
    else:
        items = _offered(before, incomplete, cluster)
    for item in items:
        if item.type == "plain":
            click.echo(f"{item.value}\t{one_line(item.help)}" if item.help else item.value)
    click.echo(_FILES if any(item.type in ("file", "dir") for item in items) else _NO_FILES)
    return 0


def _offered(before: list[str], incomplete: str, cluster: Cluster | None) -> list[CompletionItem]:
    return ShellComplete(todo, {"obj": cluster}, PROGRAM, "").get_completions(before, incomplete)
