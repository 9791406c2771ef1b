"""The manifests for Argo CD: they parse, refer to each other, and install what they say."""

from pathlib import Path
from typing import Any

import yaml

ARGO = Path(__file__).parents[2] / "deploy/argocd"


def _one(name: str) -> dict[str, Any]:
    documents = list(yaml.safe_load_all((ARGO / name).read_text()))
    assert len(documents) == 1
    return dict(documents[0])


def test_the_application_installs_the_chart_at_the_root() -> None:
    """From the repository, into the namespace that it creates; nothing is ignored, because nothing drifts."""
    spec = _one("application.yaml")["spec"]
    assert spec["source"]["path"] == "."
    assert "CreateNamespace=true" in spec["syncPolicy"]["syncOptions"]
    assert "ignoreDifferences" not in spec


def test_the_applications_values_are_known_to_the_chart() -> None:
    """A value that the chart does not know would be refused by its schema."""
    values = ARGO.parents[1] / "values.yaml"
    known = yaml.safe_load(values.read_text())
    _within(_one("application.yaml")["spec"]["source"]["helm"]["valuesObject"], known)
    flux = yaml.safe_load((ARGO.parent / "flux/helmrelease.yaml").read_text())
    _within(flux["spec"]["values"], known)


def test_both_applications_heal_and_prune() -> None:
    """What drifts is put back, what is gone from Git goes: the operator touches neither spec nor metadata."""
    for name in ("application.yaml", "todos.yaml"):
        assert _one(name)["spec"]["syncPolicy"]["automated"] == {"prune": True, "selfHeal": True}


def _within(given: dict[str, Any], known: dict[str, Any]) -> None:
    for key, value in given.items():
        assert key in known, key
        if isinstance(value, dict):
            _within(value, known[key])
