"""deploy/kustomize by kubectl's own kustomize: each overlay is the Helm release of the same values, and is accepted."""

import json
import os
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.chart.manifests import EXAMPLE_NAMESPACE, KUSTOMIZE, REDIS_SECRET
from deploy.local import LocalCluster
from deploy.local.layout import CRDS
from tests.api_server import JsonObject
from tests.chart.rendering import HOOK, rendered

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("helm")]

BUNDLED = {"redis": {"mode": "bundled", "bundled": {"existingSecret": REDIS_SECRET}}}
OVERLAYS: dict[str, dict[str, Any]] = {
    "cluster-wide": {},
    "namespaced": {"watchNamespaces": [EXAMPLE_NAMESPACE]},
    "with-automation": {"automation": {"namespaces": [EXAMPLE_NAMESPACE]}},
    "with-creator": {},
    "with-redis": BUNDLED,
}
FOR_NEWER_CLUSTERS = {"with-creator"}
OF_HELM = ("helm.sh/chart", "app.kubernetes.io/managed-by")

EXAMPLE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": EXAMPLE_NAMESPACE}}
"""The namespace that the namespaced overlay is for; several workers may need it at once."""

Objects = dict[tuple[str, str, str], JsonObject]


def by_key(objects: list[JsonObject]) -> Objects:
    """Objects by kind, namespace and name: without Helm's labels, and with the lists that are maps in one order."""
    found: Objects = {}
    for each in objects:
        key = (each["kind"], each["metadata"].get("namespace", ""), each["metadata"]["name"])
        labels = {key: value for key, value in each["metadata"].get("labels", {}).items() if key not in OF_HELM}
        found[key] = {**each, "metadata": {**each["metadata"], "labels": labels}}
        if each["kind"] == "ConfigMap" and each["metadata"]["name"].endswith("-policies"):
            files = each["data"].items()
            found[key]["data"] = {name: by_key(list(yaml.safe_load_all(text))) for name, text in files}
        if each["kind"] in ("Deployment", "StatefulSet"):
            found[key]["spec"] = {**each["spec"], "template": in_order(each["spec"]["template"])}
    return found


def in_order(template: JsonObject) -> JsonObject:
    """A pod's template with its variables and volumes by name."""
    spec = template["spec"]
    (container,) = spec["containers"]
    sorted_lists = {
        field: sorted(container[field], key=itemgetter("name"))
        for field in ("env", "volumeMounts")
        if field in container
    }
    labels = {key: value for key, value in template["metadata"]["labels"].items() if key not in OF_HELM}
    return {
        "metadata": {**template["metadata"], "labels": labels},
        "spec": {
            **spec,
            "volumes": sorted(spec["volumes"], key=itemgetter("name")),
            "containers": [{**container, **sorted_lists}],
        },
    }


def as_released(overlay: str) -> Objects:
    """What the chart makes of the same values, but for what only Helm can do: hooks and tests."""
    release = rendered(OVERLAYS[overlay], mutates=overlay in FOR_NEWER_CLUSTERS)
    return by_key([each for each in release.objects if HOOK not in each["metadata"].get("annotations", {})])


@pytest.fixture(scope="module", params=OVERLAYS)
def overlay(request: pytest.FixtureRequest) -> str:
    """The name of an overlay."""
    return str(request.param)


@pytest.fixture(scope="module")
def built(overlay: str, cluster: LocalCluster) -> Objects:
    """What kubectl makes of the overlay."""
    text = cluster.kubectl("kustomize", str(KUSTOMIZE / "overlays" / overlay)).stdout
    return by_key([each for each in yaml.safe_load_all(text) if each])


def test_an_overlay_is_the_release_of_the_same_values(overlay: str, built: Objects) -> None:
    """Object by object and field by field; the CRDs and a restricted namespace come on top where they belong."""
    release = as_released(overlay)
    extra = built.keys() - release.keys()
    crds = {("CustomResourceDefinition", "", path.stem) for path in CRDS.glob("*.yaml")}

    assert release.keys() - built.keys() == set()
    assert {key: built[key] for key in release} == release
    assert extra == (set() if overlay == "namespaced" else crds | {("Namespace", "", "myapp-system")})


def test_the_crds_are_those_of_the_chart(overlay: str, built: Objects) -> None:
    """A copy, because kustomize reads nothing outside of its folders."""
    for path in CRDS.glob("*.yaml"):
        if overlay != "namespaced":
            crd = yaml.safe_load(path.read_text(encoding="utf-8"))
            assert [built["CustomResourceDefinition", "", path.stem]] == list(by_key([crd]).values())


def test_the_namespace_enforces_restricted_pods(overlay: str, built: Objects) -> None:
    """The chart's pods meet it, so the overlay that makes the namespace says so."""
    if overlay != "namespaced":
        labels = built["Namespace", "", "myapp-system"]["metadata"]["labels"]
        assert labels == {"pod-security.kubernetes.io/enforce": "restricted"}


def test_an_api_server_accepts_the_overlay(cluster: LocalCluster, overlay: str) -> None:
    """`kubectl apply -k`, by server-side dry run and strictly validated."""
    cluster.kubectl("apply", "--filename=-", stdin=json.dumps(EXAMPLE))
    applied = cluster.kubectl(
        *("apply", "--server-side", "--force-conflicts", "--dry-run=server", "--validate=strict"),
        *("-k", str(KUSTOMIZE / "overlays" / overlay)),
        check=False,
    )

    assert applied.returncode == 0, applied.stderr
    assert "PodSecurity" not in applied.stderr


def test_every_file_belongs_to_something() -> None:
    """No manifest lies in deploy/kustomize that no kustomization names."""
    used: set[Path] = set()
    for file in KUSTOMIZE.rglob("kustomization.yaml"):
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
        named_files = [*told["resources"], *(patch["path"] for patch in told.get("patches", []) if "path" in patch)]
        used |= {file, *((file.parent / name).resolve() for name in named_files)}

    assert {path for path in KUSTOMIZE.rglob("*.yaml") if path not in used} == set()


def test_images_and_namespaces_are_changed_the_usual_way(cluster: LocalCluster, tmp_path: Path) -> None:
    """An overlay of one's own over ours: another image, another namespace, and every binding follows."""
    told = {
        "resources": [os.path.relpath(KUSTOMIZE / "base", tmp_path)],
        "namespace": "elsewhere",
        "images": [{"name": "myapp", "newName": "registry.example.com/myapp", "newTag": "9"}],
    }
    (tmp_path / "kustomization.yaml").write_text(json.dumps(told))

    text = cluster.kubectl("kustomize", str(tmp_path)).stdout

    objects = by_key([each for each in yaml.safe_load_all(text) if each])
    (container,) = objects["Deployment", "elsewhere", "myapp"]["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "registry.example.com/myapp:9"
    assert objects["RoleBinding", "elsewhere", "myapp-lease"]["subjects"][0]["namespace"] == "elsewhere"
