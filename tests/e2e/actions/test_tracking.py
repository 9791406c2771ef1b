"""C2: what a Todo creates carries nothing by which a GitOps tool takes an object for its own, and would prune it."""

import itertools

import pytest

from deploy.local import LocalCluster
from tests.api_server import ApiServer, JsonObject
from tests.e2e.actions.cluster_objects import ClusterObjects
from tests.e2e.actions.manifests import CONFIG_MAPS, config_map, on_object
from tests.manifests import todo_manifest, todos_path
from tests.running_operator.automation import ACCOUNT
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("operator", "account")]

LABELS = {
    "app.kubernetes.io/instance": "shop",
    "argocd.argoproj.io/instance": "shop",
    "kustomize.toolkit.fluxcd.io/name": "shop",
    "kustomize.toolkit.fluxcd.io/namespace": "flux-system",
    "helm.toolkit.fluxcd.io/name": "shop",
    "app.kubernetes.io/managed-by": "Helm",
    "applyset.kubernetes.io/part-of": "applyset-0123456789abcdefghijklmnopqrstuvwxyzABCDEFG-v1",
}
ANNOTATIONS = {
    "argocd.argoproj.io/tracking-id": "shop:todo.myapp.dev/Todo:shop/build",
    "meta.helm.sh/release-name": "shop",
    "kubectl.kubernetes.io/last-applied-configuration": "{}",
}
JOB: JsonObject = {
    "serviceAccountName": ACCOUNT,
    "job": {"template": {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "busybox"}]}}}}},
}


def carried(metadata: JsonObject) -> set[str]:
    """The labels and annotations of the Todo that are on another object."""
    keys = {*metadata.get("labels", {}), *metadata.get("annotations", {})}
    return keys & {*LABELS, *ANNOTATIONS}


def test_c2_children_carry_no_tracking(cluster: LocalCluster, todos: Todos, objects: ClusterObjects) -> None:
    """Neither a Job and its pods nor an object that is applied nor an Event."""
    admin = ApiServer(cluster.kubeconfig())
    specs = {"build": JOB, "configure": on_object("Apply", config_map("settings", colour="blue"))}
    for name, spec in specs.items():
        todo = todo_manifest(name, **spec)
        todo["metadata"] |= {"labels": LABELS, "annotations": ANNOTATIONS}
        answer = admin.create(todos_path(todos.namespace), todo)
        assert answer.accepted, answer.message

    todos.wait("configure", "Succeeded")
    todos.wait("build", "Active", "Running")
    parts = ("apis/batch/v1", "jobs"), ("api/v1", "pods"), ("apis/events.k8s.io/v1", "events")
    listed = {kind: admin.get(f"/{group}/namespaces/{todos.namespace}/{kind}").body["items"] for group, kind in parts}
    admin.close()
    (job,), applied = listed["jobs"], objects.get(CONFIG_MAPS, "settings")
    assert applied is not None
    children = [job["spec"]["template"]["metadata"], applied["metadata"]]
    children += [each["metadata"] for each in itertools.chain(*listed.values())]
    assert [carried(metadata) for metadata in children] == [set()] * len(children)
