"""`kubectl todo tree NAME`: a run as the tree of its steps."""

import click

from myapp.cli.todo.kind import Kind
from myapp.cli.todo.known_run import look_at
from myapp.cli.todo.kubectl_flags import kubectl_flags
from myapp.cli.todo.parameters import Named, name_of
from myapp.cli.todo.session import workflows_of
from myapp.cli.todo.watch_run import print_tree, watch_run
from myapp.cli.todo.workflow_candidates import run_names


@click.command("tree", short_help="show a run as the tree of its steps")
@click.argument("run", metavar="NAME", callback=name_of(Kind.RUN), shell_complete=run_names)
@click.option("-w", "--watch", is_flag=True, help="go on until it has ended; exit code 1 unless it succeeds")
@kubectl_flags
@click.pass_context
def command(context: click.Context, *, run: Named, watch: bool) -> int:
    """Show a run: its steps below what they depend on, how each fares, what has failed, and who is waited for (=>).

    Runs within it are part of the tree. With --watch it is drawn anew on a terminal; elsewhere a line is printed for
    each change.

    \b
    Examples:
      kubectl todo tree release-x7k2p -n shop
      kubectl todo tree release-x7k2p -n shop --watch
    """
    workflows = workflows_of(context)
    if watch:
        return watch_run(run.name, workflows)
    print_tree(look_at(workflows.run(run.name), workflows))
    return 0
