"""The command line: `python -m deploy.image build | valkey`. Only the path of the archive goes to stdout."""

import click
from rich.console import Console

from deploy.image.operator_image import build_operator_image
from deploy.image.valkey_image import build_valkey_image
from deploy.local.command_line import run


@click.group()
def cli() -> None:
    """Images for a cluster without a registry: docker archives, which containerd, docker and podman load."""


@cli.command()
@click.option("--tag", help="The image's name.  [default: myapp:VERSION]")
def build(tag: str | None) -> None:
    """Build the operator's image; nothing to do when nothing has changed."""
    click.echo(build_operator_image(tag, Console(stderr=True)))


@cli.command()
@click.option("--tag", required=True, help="The name under which the chart asks for it.")
def valkey(tag: str) -> None:
    """Build a stand-in for the image of the chart's bundled Redis."""
    click.echo(build_valkey_image(tag, Console(stderr=True)))


def main() -> int:
    """Run the command line."""
    return run(cli, "python -m deploy.image")
