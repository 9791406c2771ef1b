"""How the command lines of `deploy` end: what went wrong on purpose is one message and an exit code, no traceback."""

import click

from deploy.local.errors import LocalClusterError

INTERRUPTED = 130


def run(command: click.Command, program: str, interrupted: str = "interrupted") -> int:
    """Run the command line of this process as ``program``: its exit code. ``interrupted`` is what Ctrl-C has it say."""
    try:
        command.main(prog_name=program, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except LocalClusterError as error:
        click.echo(f"error: {error}", err=True)
        return 1
    except (KeyboardInterrupt, click.Abort):
        click.echo(interrupted, err=True)
        return INTERRUPTED
    return 0
