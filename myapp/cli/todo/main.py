"""Entry point of `kubectl todo`: the commands, and every failure as one kubectl-like sentence with an exit code.

Exit codes are kubectl's: 0 done, 1 not done (of any cause); 130 when interrupted. A command may have another one for a
wrong word on its line (`usage_exit_code`).
"""

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from typing import cast

import click

from myapp import __version__
from myapp.cli.todo.act import ACTS
from myapp.cli.todo.cluster import Cluster
from myapp.cli.todo.errors import KubectlFailedError, PluginError
from myapp.cli.todo.kubectl_flags import as_click_takes_them, kubectl_flags_in_full

PROGRAM = "kubectl todo"
_INTERRUPTED = 130
_ALLOCATIONS_TO_COLLECT = 500_000
"""The collector's default, 700, has it look at everything again and again while a long list is read."""
_COMMANDS = {
    "completion": "completion",
    "create": "create",
    "diagram": "diagram",
    "inbox": "inbox",
    "lint": "lint",
    "list": "list_todos",
    "logs": "logs",
    "rerun": "rerun",
    "run": "run",
    "show": "show",
    "tree": "tree",
    "why": "why",
}


class Commands(click.Group):
    """Imports a command when it is asked for: whoever lists does not wait for what approving needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        """All names."""
        return sorted([*_COMMANDS, *(act.command for act in ACTS)])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """The command of that name, if there is one."""
        if module := _COMMANDS.get(cmd_name):
            return cast("click.Command", importlib.import_module(f"myapp.cli.todo.commands.{module}").command)
        for act in ACTS:
            if act.command == cmd_name:
                return cast(
                    "click.Command", importlib.import_module("myapp.cli.todo.commands.decisions").decision_command(act)
                )
        return None


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    invoke_without_command=True,
)
@click.version_option(__version__, message="%(version)s")
@kubectl_flags_in_full
@click.pass_context
def todo(context: click.Context) -> None:
    """See and decide todos as yourself: what you may do is what RBAC grants you."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def main(arguments: Sequence[str] | None = None, cluster: Cluster | None = None) -> int:
    """Runs one command and returns its exit code. `cluster` replaces kubectl in tests."""
    gc.set_threshold(_ALLOCATIONS_TO_COLLECT)
    given = as_click_takes_them(sys.argv[1:] if arguments is None else arguments)
    try:
        return int(todo.main(given, prog_name=PROGRAM, standalone_mode=False, obj=cluster) or 0)
    except (click.ClickException, PluginError) as error:
        if text := _as_kubectl_says(error):
            click.echo(text, err=True)
        return _exit_code(error)
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except BrokenPipeError:  # the reader (`| head`) has seen enough; the interpreter would complain at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _exit_code(error: click.ClickException | PluginError) -> int:
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return int(getattr(error.ctx.command, "usage_exit_code", 1))
    return 1


def _as_kubectl_says(error: click.ClickException | PluginError) -> str:
    """What goes to stderr; "" where kubectl has told the user already."""
    if isinstance(error, KubectlFailedError):
        return error.stderr.strip()
    if isinstance(error, click.UsageError):
        message = error.format_message().removesuffix(".")
        path = error.ctx.command_path if error.ctx else PROGRAM
        return f"error: {message[:1].lower()}{message[1:]}\nSee '{path} --help' for usage."
    return f"error: {error.format_message() if isinstance(error, click.ClickException) else error}"


if __name__ == "__main__":
    sys.exit(main())
