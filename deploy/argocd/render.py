"""Writes `argocd-cm.yaml` from the scripts in `health/`, which are the one source: `python -m deploy.argocd.render`."""

from pathlib import Path

from myapp.infrastructure.crd.custom_resource_definition import GROUP

FOLDER = Path(__file__).parent
TARGET = FOLDER / "argocd-cm.yaml"
_HEADER = """\
# Written by `python -m deploy.argocd.render` from health/*.lua. Adds the health of myapp's kinds to Argo CD's settings,
# has a change of status alone refresh no Application, and leaves its other settings alone:
#   kubectl apply --server-side --field-manager=myapp --filename=deploy/argocd/argocd-cm.yaml
# Where Argo CD is installed by Helm, put the keys under configs.cm instead.
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cm
  namespace: argocd
  labels:
    app.kubernetes.io/name: argocd-cm
    app.kubernetes.io/part-of: argocd
data:
"""
#: A status alone is no news of an Application; where the health changes Argo CD looks all the same.
_NO_NEWS = """\
    jsonPointers:
    - /status
"""


def scripts() -> dict[str, str]:
    """The health script of each kind, by its name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((FOLDER / "health").glob("*.lua"))}


def render() -> str:
    """The ConfigMap with the scripts as they are."""
    text = _HEADER
    for kind, script in scripts().items():
        lines = "".join(f"    {line}\n" if line else "\n" for line in script.splitlines())
        text += f"  resource.customizations.health.{GROUP}_{kind}: |\n{lines}"
        text += f"  resource.customizations.ignoreResourceUpdates.{GROUP}_{kind}: |\n{_NO_NEWS}"
    return text


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
