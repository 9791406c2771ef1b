"""The images that a release runs, as the rendered chart names them."""

from collections.abc import Mapping
from typing import Any

import yaml

from deploy.chart.helm import render


def chart_images(values: Mapping[str, Any]) -> tuple[str, str]:
    """The operator's image and that of the bundled Redis. Raises HelmError."""
    documents = [
        each for each in yaml.safe_load_all(render(release="myapp", namespace="default", values=values)) if each
    ]
    return _image(documents, "Deployment"), _image(documents, "StatefulSet")


def _image(documents: list[dict[str, Any]], kind: str) -> str:
    (workload,) = (document for document in documents if document["kind"] == kind)
    return str(workload["spec"]["template"]["spec"]["containers"][0]["image"])
