"""What `run` and `rerun` have in common: create the run as the person, say so, and show it where that is wanted."""

from collections.abc import Mapping
from typing import Any

import click

from myapp.cli.todo.document import document
from myapp.cli.todo.errors import KubectlFailedError, PluginError
from myapp.cli.todo.given_flags import given_namespace
from myapp.cli.todo.kind import Kind
from myapp.cli.todo.run_request import run_manifest
from myapp.cli.todo.session import cluster_of, workflows_of
from myapp.cli.todo.watch_run import watch_run

_LACKS_CREATE = f'cannot create resource "{Kind.RUN.plural}"'
"""What the API server says where RBAC does not grant it; a policy that refuses a run says itself what to ask for."""
_WHO_GRANTS_IT = (
    "Whoever manages access to the namespace can grant it: by a role binding to the ClusterRole myapp-runner"
)


def create_run(
    context: click.Context, name: str, spec: Mapping[str, Any], *, dry_run: str, output: str | None, watch: bool
) -> int:
    """Returns the exit code; with `watch` that of the run. Raises PluginError where it may not be created."""
    if watch and (dry_run != "none" or output):
        raise click.UsageError("--watch shows a run: it goes with neither --dry-run nor --output", context)
    if dry_run == "client":
        manifest = run_manifest(name, spec, namespace=given_namespace(context))
        click.echo(_as_kubectl_prints(manifest, output), nl=False)
        return 0
    person, workflows = cluster_of(context).person(), workflows_of(context)
    try:
        workflows.create_run(run_manifest(name, spec, created_by=person.username), dry_run, output or "")
    except KubectlFailedError as failure:
        if failure.reason == "AlreadyExists":
            raise PluginError(f'there is a run "{name}" already: choose another name') from failure
        if _LACKS_CREATE in failure.stderr:
            raise KubectlFailedError(f"{failure.stderr.rstrip()}\n{_WHO_GRANTS_IT}\n", failure.exit_code) from failure
        raise
    return watch_run(name, workflows) if watch else 0


def _as_kubectl_prints(manifest: Mapping[str, Any], output: str | None) -> str:
    if output in ("json", "yaml"):
        return document(manifest, output)
    return f"{Kind.RUN.printed}/{manifest['metadata']['name']}" + ("\n" if output else " created (dry run)\n")
