"""`kubectl todo why NAME`: the chain of what a Todo or a run waits for, down to its roots."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

import click

from myapp.cli.todo.age import age, until
from myapp.cli.todo.candidates import names_for
from myapp.cli.todo.document import document
from myapp.cli.todo.kind import Kind
from myapp.cli.todo.known_run import open_run
from myapp.cli.todo.kubectl_flags import kubectl_flags
from myapp.cli.todo.other_kind import hinting_at_a_run
from myapp.cli.todo.parameters import Named, name_of
from myapp.cli.todo.run_why import chain_of_run
from myapp.cli.todo.session import cluster_of, workflows_of
from myapp.cli.todo.table import one_line
from myapp.cli.todo.todo_view import TodoView
from myapp.cli.todo.why import Link, blocking_chain

Chain = tuple[Sequence[Link], Mapping[str, TodoView]]
"""What is told, and the Todos that it is told of."""
_OUTPUTS = ("table", "wide", "json", "yaml", "name")


@click.command("why", short_help="explain what a todo or run waits for")
@click.argument("named", metavar="NAME", callback=name_of(Kind.TODO, Kind.RUN), shell_complete=names_for(runs=True))
@click.option(
    "-o", "--output", type=click.Choice(("table", "wide", "json", "yaml", "name")), default="table", help="format"
)
@kubectl_flags
@click.pass_context
def command(context: click.Context, *, named: Named, output: str) -> int:
    """Explain why a todo or a run is not done: what it waits for, what that waits for, down to the roots (marked =>).

    Of a root it tells the attempts that are over with their reasons, and the reminders that people got and will get.
    With -o name, the names of the roots alone; with -o wide also how long each has been there and when it is due.

    \b
    Examples:
      kubectl todo why deploy -n shop
      kubectl todo why deploy -n shop -o name
      kubectl todo why workflow/release-x7k2p -n shop
    """
    now = datetime.now(UTC)
    chain = _of_run if named.kind is Kind.RUN else _of_todo
    with hinting_at_a_run(context, named):
        links, todos = chain(context, named.name, now)
    if output == "name":
        roots = dict.fromkeys(f"{link.kind.printed}/{link.name}" for link in links if link.cause)
        click.echo("".join(f"{root}\n" for root in roots), nl=False)
    elif output in ("table", "wide"):
        for link in links:
            facts = _facts(todos.get(link.name), now) if output == "wide" else ""
            click.echo("\n".join(_lines(link, facts)))
    else:
        click.echo(document([asdict(link) for link in links], output), nl=False)
    return 0


def _of_todo(context: click.Context, name: str, now: datetime) -> Chain:
    cluster = cluster_of(context)
    todo = cluster.todo(name)
    todos = {other.name: other for other in cluster.neighbours(todo)} if todo.dependencies else {}
    todos[todo.name] = todo
    return blocking_chain(todo, todos, now, {} if todo.ended else cluster.unjudged(todo.namespace)), todos


def _of_run(context: click.Context, name: str, now: datetime) -> Chain:
    workflows = workflows_of(context)
    found = open_run(workflows.run(name), workflows)
    unjudged = {} if found.run.ended else cluster_of(context).unjudged(found.run.namespace)
    return chain_of_run(found, now, unjudged), {todo.name: todo for todo in found.children}


def _facts(todo: TodoView | None, now: datetime) -> str:
    if todo is None:
        return ""
    facts = [
        f"age {age(todo.created, now)}",
        *([f"active for {age(todo.started, now)}"] if todo.started and not todo.ended else []),
        *([f"due {until(todo.due, now)}"] if todo.due else []),
    ]
    return f" ({', '.join(facts)})"


def _lines(link: Link, facts: str) -> list[str]:
    indent = "  " * link.depth
    lines = [indent + one_line(link.says) + facts, *(f"{indent}  - {one_line(each)}" for each in link.course)]
    if link.cause:
        lines.append(f"{indent}=> {link.cause}" + (f": {one_line(link.advice)}" if link.advice else ""))
    return lines
