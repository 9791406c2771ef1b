"""`myapp check`: proves that an installation works. `helm test` runs it in the cluster; people may anywhere."""

import asyncio
import sys
import time
import uuid
from datetime import timedelta
from pathlib import Path

import click

from myapp.application.errors import ApiError, ApiRefusedError
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
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.policy_objects import PolicyObjects
from myapp.infrastructure.shipped_policies import ShippedPolicies, ShippedPoliciesError

_NOT_LOOKED_AT = "the admission policies were not looked at, without which no decision counts: "


@click.command()
@click.option("--namespace", "-n", default="default", show_default=True, help="Where the Todo is made.")
@click.option(
    "--policies",
    envvar="MYAPP_POLICIES",
    type=click.Path(path_type=Path),
    help="The folder with the admission policies as they were shipped (deploy/policies), to be compared.",
)
@timeout_option
@context_option
def check(namespace: str, policies: Path | None, timeout: timedelta, context: str | None) -> None:
    """Compare the admission policies with what was shipped; create a Todo, see it succeed, delete it."""
    key = TodoKey(namespace, f"myapp-check-{uuid.uuid4().hex[:8]}")
    try:
        shipped = ShippedPolicies.load(policies) if policies is not None else None
        asyncio.run(_check(key, shipped, timeout, context))
    except (AccessError, ApiError, MissingNamespaceError, ShippedPoliciesError) as error:
        raise click.ClickException(str(error)) from error
    except asyncio.CancelledError:
        sys.exit(ENDED_BY_SIGTERM)


async def _check(key: TodoKey, shipped: ShippedPolicies | None, patience: timedelta, context: str | None) -> None:
    cancel_on_sigterm()
    async with await one_shot_client(context, "check") as client:
        click.echo(await _policies(client, shipped))
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


async def _policies(client: KubeClient, shipped: ShippedPolicies | None) -> str:
    """What was found of the policies, where nothing is wrong with them. Raises ClickException, ApiUnavailableError."""
    if shipped is None:
        return f"{_NOT_LOOKED_AT}name the folder with those that were shipped (--policies, MYAPP_POLICIES)"
    policies = PolicyObjects(client, shipped)
    try:
        found = await policies.compared()
    except ApiRefusedError as error:
        return f"{_NOT_LOOKED_AT}{error}"
    if found.problem:
        raise click.ClickException(f"no decision counts: {found.problem}")
    there = f"the {len(found.marks)} admission policies and bindings are there and enforced, as they were shipped"
    if policies.unserved:
        return f"{there}; this API server has no {' and no '.join(sorted(policies.unserved))}"
    return there
