"""Releases live in a real control plane: installed, upgraded, rolled back, uninstalled, and installed again."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.chart.helm import render
from deploy.chart.manifests import MUTATING
from deploy.local import LocalCluster
from deploy.local.layout import CRDS, POLICIES, RBAC
from tests.api_server import ApiServer, JsonObject
from tests.chart.releases import Releases, kubeconfig_of, objects, settings_of
from tests.chart.rendering import rendered
from tests.manifests import decision_manifest, decisions_path, todo_manifest, todos_path
from tests.running_operator.operator_process import OperatorProcess

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("chart-cluster")]

WITHIN = 60.0

Namespaces = Callable[[str], str]


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Wait for it. Raises AssertionError."""
    give_up = time.monotonic() + WITHIN
    while not condition():
        assert time.monotonic() < give_up, f"not within {WITHIN:.0f} s: {what}"
        time.sleep(0.1)


def deployment(cluster: LocalCluster, namespace: str) -> JsonObject:
    """The operator's Deployment."""
    (found,) = objects(cluster, "deployments", namespace)
    return found


def test_d13_a_release_from_install_to_reinstall(
    bare_cluster: LocalCluster, releases: Releases, fresh_namespace: Namespaces
) -> None:
    """CRDs and Todos stay when the release goes, remain deletable without it, and the next release finds them; the
    password of the bundled server outlives upgrade and rollback.
    """
    namespace = fresh_namespace("life")
    values = {"redis": {"mode": "bundled"}, "networkPolicy": {"enabled": True}}

    releases.install("life", namespace, values)
    eventually(lambda: len(objects(bare_cluster, "pods", namespace)) == 3, "two pods of the operator and one of Redis")
    (secret,) = [each for each in objects(bare_cluster, "secrets", namespace) if each["type"] == "Opaque"]
    bare_cluster.kubectl("apply", "-n", namespace, "--filename=-", stdin=json.dumps(todo_manifest("kept")))
    (before,) = objects(bare_cluster, "todos", namespace)

    releases.upgrade("life", namespace, {**values, "replicaCount": 3, "settings": {"workers": 8}})
    assert deployment(bare_cluster, namespace)["spec"]["replicas"] == 3
    releases.rollback("life", namespace, 1)
    assert deployment(bare_cluster, namespace)["spec"]["replicas"] == 2
    assert releases.status("life", namespace) == ("deployed", 3)
    (same,) = [each for each in objects(bare_cluster, "secrets", namespace) if each["type"] == "Opaque"]
    assert same["data"] == secret["data"]

    releases.uninstall("life", namespace)
    kinds = (
        "deployments,statefulsets,services,secrets,configmaps,roles,rolebindings,networkpolicies,poddisruptionbudgets"
    )
    left = {each["metadata"]["name"] for each in objects(bare_cluster, kinds, namespace)}
    assert left <= {"kube-root-ca.crt"}
    policies = "validatingadmissionpolicies,validatingadmissionpolicybindings"
    cluster_wide = bare_cluster.kubectl(
        *("get", f"clusterroles,clusterrolebindings,{policies},{policies.replace('validating', 'mutating')}"),
        *("--selector=app.kubernetes.io/instance=life", "--output=name"),
    ).stdout
    assert cluster_wide == ""
    assert objects(bare_cluster, "todos", namespace) == [before]

    releases.install("life", namespace, values)
    assert objects(bare_cluster, "todos", namespace) == [before]
    releases.uninstall("life", namespace)
    bare_cluster.kubectl("delete", "todo", "kept", "-n", namespace, "--timeout=30s")


def test_d1_an_install_over_crds_of_another_tool(
    bare_cluster: LocalCluster, releases: Releases, fresh_namespace: Namespaces
) -> None:
    """Helm 4 applies crds/ server-side: the same CRDs, applied by kubectl before, are no conflict."""
    bare_cluster.kubectl("apply", "--server-side", "--force-conflicts", f"--filename={CRDS}")

    completed = releases.install("over", fresh_namespace("over"), {})

    assert "STATUS: deployed" in completed.stdout


def decide(cluster: LocalCluster, namespace: str, todo: JsonObject, *, sent_by: str, claims: str | None = None) -> str:
    """The answer to a decision that somebody sends, perhaps in another's name; empty when it is admitted."""
    target = {"kind": "Todo", "name": todo["metadata"]["name"], "uid": todo["metadata"]["uid"]}
    decision = {
        "apiVersion": "todo.myapp.dev/v1alpha1",
        "kind": "TodoDecision",
        "metadata": {"name": "d", "ownerReferences": [{"apiVersion": "todo.myapp.dev/v1alpha1", **target}]},
        "spec": {"target": target, "action": "Complete", "user": {"username": claims or sent_by}},
    }
    answer = cluster.kubectl(
        *("create", "-n", namespace, f"--as={sent_by}", "--dry-run=server", "--filename=-"),
        stdin=json.dumps(decision),
        check=False,
    )
    return "" if answer.returncode == 0 else answer.stderr


def test_policies_of_two_releases_stand_side_by_side(
    bare_cluster: LocalCluster, releases: Releases, fresh_namespace: Namespaces
) -> None:
    """Each holds in its own namespaces only, with its own list of service accounts; elsewhere nothing is forbidden."""
    red, blue, neither = (fresh_namespace(word) for word in ("red", "blue", "neither"))
    robot = "system:serviceaccount:ci:releaser"
    allowing = {"install": "always", "serviceAccounts": [{"namespace": "ci", "name": "releaser"}]}
    releases.install("same", red, {"watchNamespaces": [red], "policies": allowing, "roles": {"install": "always"}})
    releases.install("same", blue, {"watchNamespaces": [blue], "policies": {"install": "always"}})
    todos = {}
    for namespace in (red, blue, neither):
        for user in ("ann", robot):
            bare_cluster.kubectl(
                *("create", "rolebinding", f"may-{len(user)}", "-n", namespace),
                *("--clusterrole=myapp-completer", f"--user={user}"),
            )
        bare_cluster.kubectl("apply", "-n", namespace, "--filename=-", stdin=json.dumps(todo_manifest("deploy")))
        (todos[namespace],) = objects(bare_cluster, "todos", namespace)

    def said(namespace: str, **who: str) -> str:
        return decide(bare_cluster, namespace, todos[namespace], **who)

    assert said(red, sent_by="ann") == said(blue, sent_by="ann") == ""
    for namespace in (red, blue):
        policy = f"same-myapp.{namespace}.decisions.todo.myapp.dev"
        denied = f"ValidatingAdmissionPolicy '{policy}' with binding '{policy}' denied request"
        assert denied in said(namespace, sent_by="ann", claims="bob")
    assert said(red, sent_by=robot) == ""
    assert f'service account "{robot}" may not decide' in said(blue, sent_by=robot)
    assert said(neither, sent_by="ann", claims="bob") == ""


def test_d6_an_admin_of_a_namespace_installs_there(
    bare_cluster: LocalCluster, releases: Releases, fresh_namespace: Namespaces, tmp_path: Path
) -> None:
    """After a cluster admin has prepared what is the cluster's, as docs/install.md says. What is installed works: the
    operator runs a Todo to its end, and has a decision count, with the rights and the settings of that release, and
    nothing more.
    """
    namespace = fresh_namespace("tenant")
    values = {"watchNamespaces": [namespace], "rbac": {"create": False}}
    as_tenant = ("--kube-as-user=tenant", "--skip-crds")
    bare_cluster.kubectl("apply", "--server-side", "--force-conflicts", f"-f={CRDS}")
    bare_cluster.kubectl("apply", "--server-side", f"-f={RBAC / 'roles.yaml'}")
    bare_cluster.kubectl("create", "rolebinding", "tenants", "-n", namespace, "--clusterrole=admin", "--user=tenant")
    eventually(lambda: may(bare_cluster, "tenant", "create", "todos", namespace), "the roles are aggregated to admin")

    refused = releases.install("mine", namespace, {"watchNamespaces": [namespace]}, *as_tenant, check=False)
    assert "is attempting to grant RBAC permissions not currently held" in refused.stderr
    bare_cluster.kubectl("delete", "secret", "-n", namespace, "--selector=owner=helm")

    rights = render(
        *(f"--show-only=templates/rbac/{each}.yaml" for each in ("operator", "lease", "guard", "guard-record")),
        *(f"--show-only=templates/policies/{path.name}" for path in POLICIES.glob("*.yaml")),
        f"--api-versions={MUTATING}",
        release="mine",
        namespace=namespace,
        values={"watchNamespaces": [namespace], "policies": {"install": "always"}},
    )
    bare_cluster.kubectl("apply", "--filename=-", stdin=rights)
    releases.install("mine", namespace, values, *as_tenant)

    account = "mine-myapp"
    settings = settings_of(rendered(values, release="mine", namespace=namespace, mutates=True), namespace, tmp_path)
    with OperatorProcess(
        kubeconfig_of(bare_cluster, namespace, account, tmp_path), tmp_path / "log", [namespace], settings
    ):
        todo = todo_manifest("proof", wait={"duration": "0s"})
        bare_cluster.kubectl("apply", "-n", namespace, "--filename=-", stdin=json.dumps(todo))
        bare_cluster.kubectl("wait", "todo/proof", "-n", namespace, "--for=condition=Complete", "--timeout=60s")
        admin = ApiServer(bare_cluster.kubeconfig())
        decided = admin.create(todos_path(namespace), todo_manifest("decided")).body
        assert admin.create(decisions_path(namespace), decision_manifest(decided, username="admin")).accepted
        admin.close()
        bare_cluster.kubectl("wait", "todo/decided", "-n", namespace, "--for=condition=Complete", "--timeout=60s")
    (lease,) = objects(bare_cluster, "leases", namespace)
    assert lease["metadata"]["name"] == account
    bare_cluster.kubectl("delete", "--filename=-", stdin=rights)
    bare_cluster.kubectl("delete", f"-f={RBAC / 'roles.yaml'}")


def may(cluster: LocalCluster, user: str, verb: str, resource: str, namespace: str) -> bool:
    """`kubectl auth can-i`."""
    asked = cluster.kubectl("auth", "can-i", verb, resource, "-n", namespace, f"--as={user}", check=False)
    return asked.stdout.strip() == "yes"
