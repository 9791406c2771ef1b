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


def test_both_applications_heal_and_prune() -> None:
    """What drifts is put back, what is gone from Git goes: the operator touches neither spec nor metadata."""
    for name in ("application.yaml", "todos.yaml"):
        assert _one(name)["spec"]["syncPolicy"]["automated"] == {"prune": True, "selfHeal": True}
