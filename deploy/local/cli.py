"""The command line: `python -m deploy.local build | up | load | down | status | kubeconfig`."""

import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import click

from deploy.local.cluster import DEFAULT_NAME, ClusterOptions, LocalCluster, stop_cluster
from deploy.local.command_line import run
from deploy.local.control_plane_binaries import provide_binaries
from deploy.local.errors import ClusterExistsError
from deploy.local.identities import ADMIN, CREDENTIAL_LIFETIME, OPERATOR, USERS
from deploy.local.kubectl import kubectl_path
from deploy.local.node.programs import provide_node
from deploy.local.node.requirements import find_obstacle
from deploy.local.state import ClusterState, list_clusters
from deploy.local.tools import helm_binary

QUIET_LOG_LINES = 20
VERBOSE_LOG_LINES = 200

name_option = click.option("--name", default=DEFAULT_NAME, show_default=True, help="Which cluster.")


@click.group()
def cli() -> None:
    """A real Kubernetes on this machine: etcd, kube-apiserver, kube-controller-manager, and a node if wanted."""


@cli.command()
@click.option("--node", "with_node", is_flag=True, help="Also what a node needs.")
@click.option("--helm", "with_helm", is_flag=True, help="Also the Helm CLI.")
def build(with_node: bool, with_helm: bool) -> None:
    """Build the control plane's programs; nothing to do when they are in the cache."""
    folders = sorted({str(path.parent) for path in provide_binaries().values()})
    click.echo(f"control plane: {', '.join(folders)}")
    if with_node:
        _build_node()
    if with_helm:
        click.echo(f"helm: {helm_binary()}")


def _build_node() -> None:
    # For those who build to be prepared: that no node can run here is worth a word, not a failure.
    if obstacle := find_obstacle():
        click.echo(f"node: {obstacle}", err=True)
        return
    packages, programs = provide_node()
    click.echo(f"node: {', '.join(sorted({str(packages.root), *(str(path.parent) for path in programs.values())}))}")


@cli.command()
@name_option
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port of the API server.  [default: a free one]")
@click.option("--node", "with_node", is_flag=True, help="With a node, on which pods run (Linux, root).")
@click.option("--verbose", is_flag=True, help="Show each step, and more of a log when something fails.")
def up(name: str, port: int, with_node: bool, verbose: bool) -> None:
    """Start a cluster and leave it running until `down`."""
    if with_node:
        provide_node()
    provide_binaries(with_node=with_node)
    began = time.monotonic()
    click.echo(f"starting cluster {name} (some seconds)", err=True)
    options = ClusterOptions(
        name=name,
        port=port,
        detached=True,
        log_lines=VERBOSE_LOG_LINES if verbose else QUIET_LOG_LINES,
        node=with_node,
    )

    def report(text: str) -> None:
        click.echo(f"{time.monotonic() - began:5.1f} s  {text}", err=True)

    try:
        cluster = LocalCluster.start(options, report if verbose else None)
    except ClusterExistsError:
        cluster = LocalCluster.attach(name)
        click.echo(f"cluster {name} is up already: Kubernetes {cluster.version} at {cluster.server}")
    else:
        seconds = time.monotonic() - began
        click.echo(f"cluster {name} is up after {seconds:.1f} s: Kubernetes {cluster.version} at {cluster.server}")
    click.echo(f"  export KUBECONFIG={cluster.kubeconfig()}")
    click.echo(f"  {kubectl_path()} get namespaces")
    if with_node:
        click.echo(f"  python -m deploy.local load --name {name} ARCHIVE    # an image, as buildah and docker save it")
        if any(variable.upper() == "HTTPS_PROXY" for variable in os.environ):
            click.echo(f"  export NO_PROXY={urlsplit(cluster.server).hostname}    # it is not found behind a proxy")
    users = [user for user in USERS if user != OPERATOR.name or not with_node]
    click.echo(f"users: {', '.join(users)} (kubeconfig --user NAME), good for {CREDENTIAL_LIFETIME.days} days")


@cli.command()
@name_option
@click.argument("archive", type=click.Path(path_type=Path))
def load(name: str, archive: Path) -> None:
    """Load the images of a docker or OCI archive into a cluster's node."""
    for image in LocalCluster.attach(name).node.load(archive):
        click.echo(image)


@cli.command()
@name_option
@click.option("--all", "every", is_flag=True, help="All clusters of this user.")
def down(name: str, every: bool) -> None:
    """Stop a cluster and remove everything it wrote."""
    for state in list_clusters() if every else [ClusterState(name)]:
        found = stop_cluster(state)
        click.echo(f"cluster {state.name} is down" if found else f"cluster {state.name} was not up")


@cli.command()
def status() -> None:
    """Show all clusters of this user, one a line; exit code 1 when one has failed."""
    failed = False
    shown = False
    for state in list_clusters():
        if state.reap_if_dead():
            click.echo(f"{state.name}  died without cleaning up; removed what it left", err=True)
            continue
        record = state.read_record()
        if record is None:
            continue
        shown = True
        failed = failed or record.status == "failed"
        details = record.message or f"{record.version}  {record.server}  {state.path}"
        click.echo(f"{record.name}  {record.status}  {details}".rstrip())
    if not shown:
        click.echo("no cluster is up", err=True)
    sys.exit(1 if failed else 0)


@cli.command()
@name_option
@click.option("--user", type=click.Choice(USERS), default=ADMIN.name, show_default=True, help="As whom.")
@click.option("--path", "only_path", is_flag=True, help="Print the file's path instead of its content.")
def kubeconfig(name: str, user: str, only_path: bool) -> None:
    """Print the kubeconfig of one user."""
    path = LocalCluster.attach(name).kubeconfig(user)
    click.echo(path if only_path else path.read_text(), nl=only_path)


def main() -> int:
    """Run the command line."""
    signal.signal(signal.SIGTERM, _end)
    return run(cli, "python -m deploy.local", interrupted="interrupted; nothing is left running")


def _end(_number: int, _frame: FrameType | None) -> None:
    # SIGTERM unwinds like Ctrl-C: the compiler is stopped, a half-started cluster is removed.
    raise SystemExit(143)
