"""`myapp crds`: print the CRDs of this version; `myapp crds apply` brings them to the API server.

Exit codes of `apply`: 0 the CRDs, or newer ones, are served; 1 it cannot be done, and the message says what is missing;
2 wrong usage; 3 it was not done in time, and another try may succeed; 143 SIGTERM came first.
"""

import asyncio
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import click

from myapp import __version__
from myapp.application.errors import ApiRefusedError
from myapp.domain.duration import format_duration, parse_duration
from myapp.infrastructure.crd.definitions import DEFINITIONS
from myapp.infrastructure.crd.generate import render_crds
from myapp.infrastructure.crd.schema_revision import RevisionError
from myapp.infrastructure.kube.cluster_access import AccessError, ClusterAccess
from myapp.infrastructure.kube.crd_objects import CrdObjects, CrdRightMissingError
from myapp.infrastructure.kube.crd_upgrade import CrdChange, CrdOutcome, CrdUpgrade
from myapp.infrastructure.kube.kube_client import KubeClient

_REQUEST_TIMEOUT = timedelta(seconds=10)
_CONNECTIONS = 2


class _NotInTimeError(click.ClickException):
    exit_code = 3


class _Uncounted:
    """A RequestCounter for a process that serves no metrics."""

    def requested(self, method: str, code: str, seconds: float) -> None:
        """Forget it."""


def _duration(_context: click.Context, _parameter: click.Parameter, value: str) -> timedelta:
    try:
        duration = parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    if not duration:
        raise click.BadParameter(f"found {value!r}, allowed is any duration above zero")
    return duration


@click.group(invoke_without_command=True)
@click.option(
    "--output", "folder", type=click.Path(path_type=Path, file_okay=False), help="Write a file each to this folder."
)
@click.pass_context
def crds(context: click.Context, folder: Path | None) -> None:
    """Print the CustomResourceDefinitions of this version, or write them to a folder."""
    if context.invoked_subcommand is not None:
        if folder is not None:
            raise click.UsageError("--output writes files and goes with no further command", context)
        return
    rendered = render_crds()
    if folder is None:
        click.echo("---\n".join(rendered.values()), nl=False)
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in rendered.items():
        (folder / name).write_text(text)


@crds.command()
@click.option(
    "--timeout", default="60s", show_default=True, callback=_duration, help="How long to try: a duration such as 2m."
)
@click.option("--context", envvar="MYAPP_CONTEXT", help="The context of the kubeconfig; unset means the pod's access.")
def apply(timeout: timedelta, context: str | None) -> None:
    """Create the CRDs that are missing and upgrade those that are older; a newer CRD is left as it is."""
    causes: list[str] = []

    def report(cause: str) -> None:
        causes.append(cause)
        click.echo(f"waiting: {cause}", err=True)

    try:
        asyncio.run(_apply(context, report, deadline=timeout))
    except (AccessError, ApiRefusedError, CrdRightMissingError, RevisionError) as error:
        raise click.ClickException(str(error)) from error
    except asyncio.CancelledError:
        sys.exit(128 + signal.SIGTERM)
    except TimeoutError as error:
        cause = causes[-1] if causes else "the API server answers too slowly"
        raise _NotInTimeError(f"the CRDs were not there after {format_duration(timeout)}: {cause}") from error


async def _apply(context: str | None, report: Callable[[str], None], *, deadline: timedelta) -> None:
    _end_on_sigterm()
    async with asyncio.timeout(deadline.total_seconds()):
        client = KubeClient(
            await ClusterAccess.load(context),
            connections=_CONNECTIONS,
            timeout=_REQUEST_TIMEOUT,
            counter=_Uncounted(),
            may_write=lambda: True,
            agent=f"myapp-crds/{__version__}",
        )
        async with client:
            upgrade = CrdUpgrade(CrdObjects(client), report)
            async for outcome in upgrade.apply([definition.manifest() for definition in DEFINITIONS]):
                click.echo(_told(outcome))


def _end_on_sigterm() -> None:
    # The first process of a container ignores signals that it has no handler for.
    if (task := asyncio.current_task()) is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def _told(outcome: CrdOutcome) -> str:
    match outcome.change:
        case CrdChange.CREATED:
            what = f"created, revision {outcome.wanted}"
        case CrdChange.UPGRADED:
            what = f"upgraded from revision {outcome.found} to {outcome.wanted}"
        case CrdChange.UNCHANGED:
            what = f"revision {outcome.wanted} is there already, nothing was written"
        case CrdChange.NEWER_KEPT:
            what = f"revision {outcome.found} is kept, which is newer than this version's {outcome.wanted}"
    return f"{outcome.name}: {what}"
