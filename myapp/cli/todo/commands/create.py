"""`kubectl todo create NAME`: a Todo from flags, as `kubectl create` makes other objects."""

from pathlib import Path
from typing import Any

import click

from myapp.cli.todo.candidates import names_for
from myapp.cli.todo.document import document
from myapp.cli.todo.errors import PluginError
from myapp.cli.todo.given_flags import given_namespace
from myapp.cli.todo.kind import API_GROUP
from myapp.cli.todo.kubectl_flags import kubectl_flags
from myapp.cli.todo.parameters import duration_text, moment, subjects, todo_name, words
from myapp.cli.todo.session import cluster_of
from myapp.cli.todo.todo_request import todo_manifest

_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)


@click.command("create", short_help="create a todo")
@click.argument("name", callback=todo_name)
@click.option("--content", metavar="TEXT", help="what is to be done, in Markdown; the first line is the title")
@click.option("--from-file", type=_FILE, help="read the content from this file; - for stdin")
@click.option("--depends-on", multiple=True, callback=words, metavar="NAMES", shell_complete=names_for(), help="todos")
@click.option("--assignee", "assignees", multiple=True, callback=subjects, metavar="KIND:NAME", help="user:x, group:y")
@click.option("--start", callback=moment, metavar="TIME", help="not before: a time, or a duration from now")
@click.option("--due", callback=moment, metavar="TIME", help="when it should be done: a time, or a duration from now")
@click.option("--timeout", callback=duration_text, metavar="DURATION", help="how long it may be active")
@click.option("--priority", type=int, metavar="NUMBER", help="higher comes first")
@click.option("--tag", "tags", multiple=True, callback=words, metavar="WORDS", help="may be repeated")
@click.option("--suspend", is_flag=True, help="hold it until it is resumed")
@click.option("--approval", is_flag=True, help="it asks for approval")
@click.option("--approver", "approvers", multiple=True, callback=subjects, metavar="KIND:NAME", help="who may vote")
@click.option("--min-approvals", type=click.IntRange(min=1), metavar="NUMBER", help="how many people must approve")
@click.option("--wait", "wait", callback=duration_text, metavar="DURATION", help="it completes itself after this time")
@click.option("--dry-run", type=click.Choice(("none", "client", "server")), default="none", help="as in kubectl")
@click.option("-o", "--output", type=click.Choice(("yaml", "json", "name")), default=None, help="format")
@kubectl_flags
@click.pass_context
def command(context: click.Context, /, *, name: str, dry_run: str, output: str | None, **given: Any) -> int:  # noqa: ANN401 - the flags
    """Create a todo. Without --approval and --wait, a person completes it.

    It carries your name in the annotation todo.myapp.dev/created-by. With --dry-run=client it does not, and no cluster
    is asked: what is printed is for a file that somebody else, or a pipeline, applies.

    \b
    Examples:
      kubectl todo create check --content "Look at the dashboards" --assignee group:sre --due 2h
      kubectl todo create rollout --content "Approve it" --approval --approver group:sre --min-approvals 2
      kubectl todo create soak --content "Let it soak" --wait 10m --depends-on rollout
      kubectl todo create check --from-file check.md --dry-run=client -o yaml
    """
    spec = _spec(context, given)
    if dry_run == "client":
        manifest = todo_manifest(name, spec, namespace=given_namespace(context))
        click.echo(_as_kubectl_prints(manifest, output), nl=False)
        return 0
    cluster = cluster_of(context)
    person = cluster.person()
    if not cluster.may_create_todos():
        raise PluginError(
            f'user "{person.username}" may not create todos here: the verb "create" on todos.{API_GROUP} is missing'
        )
    cluster.create_todo(todo_manifest(name, spec, created_by=person.username), dry_run, output or "")
    return 0


def _as_kubectl_prints(manifest: dict[str, Any], output: str | None) -> str:
    if output in ("json", "yaml"):
        return document(manifest, output)
    return f"todo.{API_GROUP}/{manifest['metadata']['name']}" + ("\n" if output else " created (dry run)\n")


def _spec(context: click.Context, given: dict[str, Any]) -> dict[str, Any]:
    """The spec that the flags say. Raises UsageError where they contradict each other."""
    if (given["content"] is None) == (given["from_file"] is None):
        raise click.UsageError("exactly one of --content and --from-file is needed", context)
    approval = bool(given["approval"] or given["approvers"] or given["min_approvals"])
    if approval and given["wait"]:
        raise click.UsageError("--wait and --approval exclude each other: a todo has one action", context)
    spec = {
        "content": given["content"] if given["from_file"] is None else _read(given["from_file"]),
        "tags": given["tags"],
        "priority": given["priority"],
        "assignees": given["assignees"],
        "dependsOn": [{"name": other} for other in given["depends_on"]],
        "startTime": given["start"],
        "dueTime": given["due"],
        "timeout": given["timeout"],
    }
    if given["suspend"]:
        spec["suspend"] = True
    if approval:
        spec["approval"] = {"minApprovals": given["min_approvals"] or 1}
        spec["approval"] |= {"approvers": given["approvers"]} if given["approvers"] else {}
    if given["wait"]:
        spec["wait"] = {"duration": given["wait"]}
    return spec


def _read(path: Path) -> str:
    try:
        with click.open_file(str(path), encoding="utf-8") as file:
            return str(file.read())
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"--from-file {path}: {error}") from error
