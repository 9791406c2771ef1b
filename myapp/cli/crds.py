"""`myapp crds`: print the CRDs of this version; `myapp crds apply` brings them to the API server."""

import asyncio
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import click

from myapp.application.errors import ApiRefusedError
from myapp.cli.one_shot import (
    ENDED_BY_SIGTERM,
    NotInTimeError,
    cancel_on_sigterm,
    context_option,
    one_shot_client,
    timeout_option,
)
from myapp.domain.duration import format_duration
from myapp.infrastructure.crd.definitions import DEFINITIONS
from myapp.infrastructure.crd.generate import render_crds
from myapp.infrastructure.crd.schema_revision import RevisionError
from myapp.infrastructure.kube.cluster_access import AccessError
from myapp.infrastructure.kube.crd_objects import CrdObjects, CrdRightMissingError
from myapp.infrastructure.kube.crd_upgrade import CrdChange, CrdOutcome, CrdUpgrade


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
@timeout_option
@context_option
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
        sys.exit(ENDED_BY_SIGTERM)
    except TimeoutError as error:
        cause = causes[-1] if causes else "the API server answers too slowly"
        raise NotInTimeError(f"the CRDs were not there after {format_duration(timeout)}: {cause}") from error


async def _apply(context: str | None, report: Callable[[str], None], *, deadline: timedelta) -> None:
    cancel_on_sigterm()
    async with asyncio.timeout(deadline.total_seconds()):
        async with await one_shot_client(context, "crds") as client:
            upgrade = CrdUpgrade(CrdObjects(client), report)
            async for outcome in upgrade.apply([definition.manifest() for definition in DEFINITIONS]):
                click.echo(_told(outcome))


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
