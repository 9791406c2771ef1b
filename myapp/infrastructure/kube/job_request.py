"""The request that creates a Job: the same, be it for good or as a dry run, so that both are answered alike."""

from collections.abc import Mapping
from typing import Any

from myapp.infrastructure.kube.creation_refusal import DRY_RUN
from myapp.infrastructure.kube.kube_client import ApiAnswer, KubeClient
from myapp.infrastructure.kube.resource_paths import jobs_path


async def post_job(
    client: KubeClient, namespace: str, manifest: Mapping[str, Any], username: str, *, dry_run: bool = False
) -> ApiAnswer:
    """Send it in the name of ``username``. Raises ApiError."""
    params = {"fieldValidation": "Strict", **(DRY_RUN if dry_run else {})}
    return await client.request("POST", jobs_path(namespace), params=params, body=manifest, acting_as=username)
