"""`kubectl todo rerun NAME`: a new run that does again what another one does, from its beginning."""

from typing import Any

import click

from myapp.cli.todo.create_run import create_run
from myapp.cli.todo.kind import Kind
from myapp.cli.todo.kubectl_flags import kubectl_flags
from myapp.cli.todo.parameters import Named, name_of, values
from myapp.cli.todo.run_request import like_those_before, refuse_unfit, repeated, typed_params, unique_name
from myapp.cli.todo.session import workflows_of
from myapp.cli.todo.workflow_candidates import run_names


@click.command("rerun", short_help="start a run anew, as another one")
@click.argument("run", metavar="NAME", callback=name_of(Kind.RUN), shell_complete=run_names)
@click.option(
    "-p",
    "--param",
    "params",
    multiple=True,
    callback=values,
    metavar="NAME=VALUE",
    help="a parameter in place of the run's own; may be repeated",
)
@click.option("-w", "--watch", is_flag=True, help="show it until it has ended; exit code 1 unless it succeeds")
@click.option("--dry-run", type=click.Choice(("none", "client", "server")), default="none", help="as in kubectl")
@click.option("-o", "--output", type=click.Choice(("yaml", "json", "name")), default=None, help="format")
@kubectl_flags
@click.pass_context
def command(context: click.Context, /, *, run: Named, params: dict[str, str], **given: Any) -> int:  # noqa: ANN401 - the flags
    """Do again what a run does, from its beginning: a new run with the same parameters, and spec.rerunOf.

    It runs the template as it is now, and is refused where that cannot be run, or not with these parameters. What a
    failed run has done already is kept by `retry` instead.

    \b
    Examples:
      kubectl todo rerun release-x7k2p -n shop
      kubectl todo rerun release-x7k2p -n shop -p version=2.5 --watch
    """
    workflows = workflows_of(context)
    before = workflows.run(run.name)
    if before.template:
        template = workflows.template(before.template)
        changed = typed_params(params, template, before.spec.get("params"))
        refuse_unfit(template)
    else:
        changed = like_those_before(params, before.spec.get("params") or {})
    return create_run(
        context,
        unique_name(before.name),
        repeated(before.spec, before.name, changed),
        dry_run=given["dry_run"],
        output=given["output"],
        watch=given["watch"],
    )
