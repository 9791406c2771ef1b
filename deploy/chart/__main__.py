"""`python -m deploy.chart`: writes what is made from the chart. `make manifests` calls it; a test compares."""

import sys

import click

from deploy.chart.documents import SchemaGapError, described_documents
from deploy.chart.manifests import all_manifests
from deploy.chart.values import UndescribedValueError
from deploy.local.errors import LocalClusterError
from deploy.local.layout import PROJECT_ROOT


@click.command()
def main() -> None:
    """Write the manifests that are rendered from the chart, and its values into the documents."""
    try:
        texts = described_documents() | all_manifests()
    except (LocalClusterError, SchemaGapError, UndescribedValueError) as error:
        raise click.ClickException(str(error)) from error
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            click.echo(f"wrote {path.relative_to(PROJECT_ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
