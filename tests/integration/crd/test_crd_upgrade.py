"""`myapp crds apply` on a real API server: what it writes, what it leaves alone, and what it says when it cannot."""

import signal
import socket
from pathlib import Path

import pytest

from myapp.infrastructure.crd.schema_revision import REVISION_ANNOTATION
from tests.crd_deletion import delete_crds
from tests.integration.crd.crd_upgrade_cluster import (
    ALL_VERBS,
    DECISIONS,
    NAMES,
    TODOS,
    CrdUpgradeCluster,
    installed_manifest,
    newer_manifest,
    older_manifest,
)
from tests.reliability.fault_proxy import FaultProxy
from tests.reliability.faults import Fault, ProxiedRequest

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("crd-upgrade"), pytest.mark.timeout(300)]

RESOURCE = "customresourcedefinitions.apiextensions.k8s.io"
NAMES_CLASH = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "others.todo.myapp.dev"},
    "spec": {
        "group": "todo.myapp.dev",
        "scope": "Namespaced",
        "names": {"kind": "Other", "plural": "others", "singular": "other", "shortNames": ["td"]},
        "versions": [
            {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}
        ],
    },
}


TODO = """
apiVersion: todo.myapp.dev/v1alpha1
kind: Todo
metadata: {name: kept, namespace: default}
spec: {content: Outlives the upgrade}
"""


def revision(name: str) -> str:
    """Which revision of a CRD this version has."""
    return str(installed_manifest(name)["metadata"]["annotations"][REVISION_ANNOTATION])


def test_a_fresh_cluster(crds: CrdUpgradeCluster) -> None:
    """All are created, and served when the command ends."""
    ended = crds.apply()

    assert ended.code == 0, ended.stderr
    assert ended.stdout.splitlines() == [f"{name}: created, revision {revision(name)}" for name in NAMES]
    assert crds.get(TODOS)["spec"] == crds.installed_spec
    crds.cluster.kubectl("get", "--raw", "/apis/todo.myapp.dev/v1alpha1/todos")
    crds.cluster.kubectl("get", "--raw", "/apis/todo.myapp.dev/v1alpha1/tododecisions")


def test_an_equal_revision_is_not_written(crds: CrdUpgradeCluster) -> None:
    """Again and again changes nothing, and needs no right but to read."""
    for name in NAMES:
        crds.install(installed_manifest(name))
    before = [crds.get(name)["metadata"]["resourceVersion"] for name in NAMES]
    crds.grant(["get"])

    ended = crds.apply()

    assert ended.code == 0, ended.stderr
    assert ended.stdout.splitlines() == [
        f"{name}: revision {revision(name)} is there already, nothing was written" for name in NAMES
    ]
    assert [crds.get(name)["metadata"]["resourceVersion"] for name in NAMES] == before


def test_an_older_revision_is_replaced(crds: CrdUpgradeCluster) -> None:
    """What the older one lacked is there, what others wrote on the object stays, and so do its Todos."""
    older = older_manifest(TODOS)
    older["metadata"] |= {"labels": {"team": "platform"}, "annotations": {"example.com/owner": "them"}}
    crds.install(older)
    crds.cluster.kubectl("apply", "--filename=-", stdin=TODO)

    ended = crds.apply()

    assert ended.code == 0, ended.stderr
    assert f"{TODOS}: upgraded from revision 0 to {revision(TODOS)}" in ended.stdout
    upgraded = crds.get(TODOS)
    assert upgraded["spec"] == crds.installed_spec
    assert upgraded["metadata"]["labels"] == {"team": "platform"}
    assert upgraded["metadata"]["annotations"] == {"example.com/owner": "them", REVISION_ANNOTATION: revision(TODOS)}
    crds.cluster.kubectl("get", "todo", "kept", "--namespace=default")


def test_a_newer_revision_is_kept(crds: CrdUpgradeCluster) -> None:
    """An older version of the operator, as after a rollback, writes nothing, and that is a success."""
    for name in NAMES:
        crds.install(newer_manifest(name))
    before = [crds.get(name) for name in NAMES]

    ended = crds.apply()

    assert ended.code == 0, ended.stderr
    assert ended.stdout.splitlines() == [
        f"{name}: revision 7 is kept, which is newer than this version's {revision(name)}" for name in NAMES
    ]
    assert [crds.get(name) for name in NAMES] == before


def test_what_is_no_revision_is_not_overwritten(crds: CrdUpgradeCluster) -> None:
    """Neither older nor newer: the command leaves it alone and says how to mend it."""
    crd = older_manifest(TODOS)
    crd["metadata"]["annotations"] = {REVISION_ANNOTATION: "v2"}
    crds.install(crd)

    ended = crds.apply()

    assert ended.code == 1
    assert f"the annotation {REVISION_ANNOTATION} of {TODOS} is 'v2', allowed is a whole number from 1" in ended.stderr
    assert crds.get(TODOS)["metadata"]["annotations"] == {REVISION_ANNOTATION: "v2"}


@pytest.mark.parametrize(("verb", "resource"), [("get", f"{RESOURCE}/{TODOS}"), ("create", RESOURCE)])
def test_a_missing_right(crds: CrdUpgradeCluster, verb: str, resource: str) -> None:
    """The message names the verb and the resource, once, and the command does not wait for it."""
    crds.grant([right for right in ALL_VERBS if right != verb])

    ended = crds.apply("--timeout", "50s")

    assert ended.code == 1
    assert f"the right to {verb} {resource} is missing" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_missing_right_to_update(crds: CrdUpgradeCluster) -> None:
    """Each CRD needs its own name in the role: what could be done is told, then what could not."""
    crds.grant(ALL_VERBS, [TODOS])
    for name in NAMES:
        crds.install(older_manifest(name))

    ended = crds.apply()

    assert ended.code == 1
    assert ended.stdout.splitlines() == [f"{TODOS}: upgraded from revision 0 to {revision(TODOS)}"]
    assert f"the right to get {RESOURCE}/{DECISIONS} is missing" in ended.stderr

    crds.grant(["get"])
    assert f"the right to update {RESOURCE}/{DECISIONS} is missing" in crds.apply().stderr


def test_a_crd_that_others_write_meanwhile(crds: CrdUpgradeCluster) -> None:
    """Between reading and writing somebody sets a label: it is not lost."""
    crds.install(older_manifest(TODOS))

    labelled: list[str] = []

    def set_label(request: ProxiedRequest) -> None:
        if labelled:
            return
        labelled.append(request.path)
        crds.cluster.kubectl("label", "crd", TODOS, "meanwhile=yes", "--overwrite")

    with FaultProxy(crds.kubeconfig) as proxy:
        proxied = proxy.write_kubeconfig(crds.kubeconfig.with_name("proxied"))
        with proxy.fault(Fault(lambda request: request.method == "PUT", before_send=set_label)):
            ended = crds.apply(kubeconfig=proxied)

    assert ended.code == 0, ended.stderr
    assert f"{TODOS} was written by somebody else meanwhile; it is read anew" in ended.stderr
    assert f"{TODOS}: upgraded from revision 0 to {revision(TODOS)}" in ended.stdout
    assert crds.get(TODOS)["metadata"]["labels"] == {"meanwhile": "yes"}


def test_two_at_once(crds: CrdUpgradeCluster) -> None:
    """Whoever comes second finds it done."""
    processes = [crds.begin(), crds.begin()]

    output = [process.communicate(timeout=60) for process in processes]

    assert [process.returncode for process in processes] == [0, 0], output
    assert crds.get(TODOS)["spec"] == crds.installed_spec


def test_a_crd_that_is_being_deleted(crds: CrdUpgradeCluster) -> None:
    """Its end is waited for, then it is created anew."""
    crds.install(installed_manifest(TODOS))
    crds.cluster.kubectl("patch", "crd", TODOS, "--type=merge", '--patch={"metadata":{"finalizers":["example.com/x"]}}')
    crds.cluster.kubectl("delete", "crd", TODOS, "--wait=false")
    uid = crds.get(TODOS)["metadata"]["uid"]
    process = crds.begin()
    try:
        assert process.stderr is not None
        assert f"waiting: {TODOS} is being deleted" in process.stderr.readline()
        crds.cluster.kubectl("patch", "crd", TODOS, "--type=merge", '--patch={"metadata":{"finalizers":null}}')
        stdout, stderr = process.communicate(timeout=60)
    finally:
        process.kill()

    assert process.returncode == 0, stderr
    assert f"{TODOS}: created, revision {revision(TODOS)}" in stdout
    assert crds.get(TODOS)["metadata"]["uid"] != uid


def test_names_that_another_crd_holds(crds: CrdUpgradeCluster) -> None:
    """A CRD that is stored but not served is no success; the message says who is in the way."""
    crds.install(NAMES_CLASH)
    try:
        ended = crds.apply("--timeout", "3s")
    finally:
        delete_crds(crds.cluster, ["others.todo.myapp.dev"])

    assert ended.code == 3
    assert f"the names of {TODOS} are taken by another CRD" in ended.stderr
    assert '"td" is already in use' in ended.stderr
    assert "the CRDs were not there after 3s" in ended.stderr


def test_no_api_server(crds: CrdUpgradeCluster, tmp_path: Path) -> None:
    """Another try may succeed, so the exit code is 3; the cause is told once while it is waited for, and at the end."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        kubeconfig = tmp_path / "kubeconfig"
        kubeconfig.write_text(
            crds.kubeconfig.read_text().replace(crds.cluster.server, f"https://127.0.0.1:{unused.getsockname()[1]}")
        )
        ended = crds.apply("--timeout", "2s", kubeconfig=kubeconfig)

    assert ended.code == 3
    waiting, failed = ended.stderr.splitlines()
    assert waiting.startswith("waiting: GET ")
    assert "no answer from the API server" in waiting
    assert failed.startswith("Error: the CRDs were not there after 2s: GET ")


def test_sigterm_ends_it(crds: CrdUpgradeCluster) -> None:
    """Also while it waits, and also as the first process of a container, which needs a handler for that."""
    crds.install(NAMES_CLASH)
    process = crds.begin()
    try:
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        _, stderr = process.communicate(timeout=10)
        assert process.returncode == 128 + signal.SIGTERM, stderr
    finally:
        process.kill()
        delete_crds(crds.cluster, ["others.todo.myapp.dev"])
