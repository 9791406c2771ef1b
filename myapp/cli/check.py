"""`myapp check`: proves that an installation works. `helm test` runs it in the cluster; people may anywhere."""

import asyncio
import sys
import time
import uuid
from datetime import timedelta

import click

from myapp.application.errors import ApiError
from myapp.cli.one_shot import (
    ENDED_BY_SIGTERM,
    NotInTimeError,
    cancel_on_sigterm,
    context_option,
    one_shot_client,
    timeout_option,
)
from myapp.domain.duration import format_duration
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase
from myapp.infrastructure.kube.cluster_access import AccessError
from myapp.infrastructure.kube.installation_check import InstallationCheck, MissingNamespaceError


@click.command()
@click.option("--namespace", "-n", default="default", show_default=True, help="Where the Todo is made.")
@timeout_option
@context_option
def check(namespace: str, timeout: timedelta, context: str | None) -> None:
    """Create a Todo, see it succeed, delete it."""
    try:
        asyncio.run(_check(TodoKey(namespace, f"myapp-check-{uuid.uuid4().hex[:8]}"), timeout, context))
    except (AccessError, ApiError, MissingNamespaceError) as error:
        raise click.ClickException(str(error)) from error
    except asyncio.CancelledError:
        sys.exit(ENDED_BY_SIGTERM)


async def _check(key: TodoKey, patience: timedelta, context: str | None) -> None:
    cancel_on_sigterm()
    async with await one_shot_client(context, "check") as client:
        proof = InstallationCheck(client, key)
        began = time.monotonic()
        try:
            async with asyncio.timeout(patience.total_seconds()):
                phase = await proof.run()
        except TimeoutError as error:
            raise NotInTimeError(
                f"todo {key} did not succeed within {format_duration(patience)}: {proof.standing}"
            ) from error
    if phase != Phase.SUCCEEDED:
        raise click.ClickException(f"todo {key} ended, and not well: {proof.standing}")
    click.echo(f"todo {key} succeeded {time.monotonic() - began:.1f} s after it was created, and is deleted")
