"""`kubectl todo run TEMPLATE`: starts a run of a template, and shows it to its end where that is wanted."""

from typing import Any

import click

from myapp.cli.todo.create_run import create_run
from myapp.cli.todo.kind import Kind
from myapp.cli.todo.kubectl_flags import kubectl_flags
from myapp.cli.todo.parameters import Named, duration_text, name_of, values
from myapp.cli.todo.run_request import refuse_unfit, typed_params, unique_name
from myapp.cli.todo.session import workflows_of
from myapp.cli.todo.workflow_candidates import params_of_template, template_names


@click.command("run", short_help="start a run of a template")
@click.argument("template", metavar="TEMPLATE", callback=name_of(Kind.TEMPLATE), shell_complete=template_names)
@click.option(
    "-p",
    "--param",
    "params",
    multiple=True,
    callback=values,
    shell_complete=params_of_template,
    metavar="NAME=VALUE",
    help="a parameter; as JSON where the template says that it is no string; may be repeated",
)
@click.option("--name", default="", metavar="NAME", help="the run's name; default: TEMPLATE-xxxxx")
@click.option("--service-account", default="", metavar="NAME", help="whose rights its automated steps have")
@click.option("--timeout", callback=duration_text, metavar="DURATION", help="how long it may take")
@click.option("--ttl", callback=duration_text, metavar="DURATION", help="how long it is kept after its end")
@click.option("--suspend", is_flag=True, help="hold it until it is resumed")
@click.option("-w", "--watch", is_flag=True, help="show it until it has ended; exit code 1 unless it succeeds")
@click.option("--dry-run", type=click.Choice(("none", "client", "server")), default="none", help="as in kubectl")
@click.option("-o", "--output", type=click.Choice(("yaml", "json", "name")), default=None, help="format")
@kubectl_flags
@click.pass_context
def command(context: click.Context, /, *, template: Named, params: dict[str, str], name: str, **given: Any) -> int:  # noqa: ANN401 - the flags
    """Start a run of a template. It carries your name in the annotation todo.myapp.dev/created-by.

    The template is read first, for the types of its parameters: what does not fit is refused before anything is
    created, and so is a template that cannot be run. With --dry-run=client nothing is created, and what is printed
    names nobody: it is for a file.

    \b
    Examples:
      kubectl todo run release -n shop -p version=2.4 -p env=prod --watch
      kubectl todo run release -n shop -p regions='["eu", "us"]'
      kubectl todo run release -n shop -p version=2.4 --dry-run=client -o yaml
    """
    found = workflows_of(context).template(template.name)
    typed = typed_params(params, found)
    refuse_unfit(found)
    spec = {
        "templateRef": {"name": template.name},
        "params": typed,
        "serviceAccountName": given["service_account"],
        "timeout": given["timeout"],
        "ttlAfterFinished": given["ttl"],
        "suspend": given["suspend"],
    }
    return create_run(
        context,
        name or unique_name(template.name),
        spec,
        dry_run=given["dry_run"],
        output=given["output"],
        watch=given["watch"],
    )
