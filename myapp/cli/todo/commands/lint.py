"""`kubectl todo lint FILE…`: what the operator would object to, said before anything is applied."""

from dataclasses import asdict

import click

from myapp.cli.todo.document import document

_CLEAN, _PROBLEMS, _NOT_JUDGED = 0, 1, 2


class LintCommand(click.Command):
    """As with `kubectl diff`, 1 says that something was found: a wrong word on the command line is another code."""

    usage_exit_code = _NOT_JUDGED


@click.command("lint", cls=LintCommand, short_help="check workflows and todos in files")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option("-o", "--output", type=click.Choice(("text", "json")), default="text", help="format")
def command(*, files: tuple[str, ...], output: str) -> int:
    """Check TodoTemplates, TodoWorkflows and Todos without a cluster: files, folders, and - for stdin.

    All problems are told, each with its file, line, step and field. A template that is named and is among the files is
    looked at too. Objects of other kinds are left alone.

    Exit codes: 0 nothing is wrong, 1 something is, 2 nothing could be judged: a file that cannot be read, a wrong flag.

    \b
    Examples:
      kubectl todo lint examples/workflows
      helm template . | kubectl todo lint -
      kubectl todo lint release.yaml -o json
    """
    from myapp.cli.todo.lint.check import Lint, is_ours  # noqa: PLC0415 - takes longer to import than all the rest
    from myapp.cli.todo.lint.manifests import UnreadableFilesError, read_all  # noqa: PLC0415 - as above
    from myapp.infrastructure.cel.cel_compiler import CelCompiler  # noqa: PLC0415 - as above
    from myapp.infrastructure.mapping.step_checker import TodoSpecChecker  # noqa: PLC0415 - as above

    try:
        manifests, findings = read_all(files)
    except UnreadableFilesError as error:
        click.echo(f"error: {error}", err=True)
        return _NOT_JUDGED
    compiler = CelCompiler()
    ours = [one for one in manifests if is_ours(one)]
    findings += Lint(compiler, TodoSpecChecker(compiler)).findings(ours)
    if output == "json":
        click.echo(document([asdict(finding) for finding in findings], "json"), nl=False)
    else:
        click.echo("".join(f"{finding}\n" for finding in findings), nl=False)
        click.echo(_summary(len(ours), len(manifests) - len(ours), len(findings)), err=True)
    return _PROBLEMS if findings else _CLEAN


def _summary(checked: int, others: int, problems: int) -> str:
    """What was looked at: a folder in which nothing is to be checked has no problems either."""
    left = f", {_counted(others, 'object')} of other kinds left alone" if others else ""
    return f"{_counted(checked, 'object')} checked{left}: {_counted(problems, 'problem')}"


def _counted(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}" + ("" if number == 1 else "s")
