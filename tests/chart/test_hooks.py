"""The commands of the hook and of `helm test`, run with just the rights that the chart gives their accounts.

There is no node here, so the commands run beside the cluster, with tokens of those accounts.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from deploy.local import LocalCluster
from deploy.local.established import wait_until_established
from deploy.local.layout import CRDS
from tests.api_server import JsonObject
from tests.chart.releases import Releases, kubeconfig_of, mounted_policies
from tests.chart.rendering import Rendered, rendered
from tests.running_operator.operator_process import OperatorProcess

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("chart-cluster")]

Account = Callable[[str], Path]
TODOS = "todos.todo.myapp.dev"


@pytest.fixture
def release(fresh_namespace: Callable[[str], str]) -> Rendered:
    """A cluster-wide release in a namespace of its own."""
    return rendered(release="hooks", namespace=fresh_namespace("hooks"), mutates=True)


@pytest.fixture
def account(bare_cluster: LocalCluster, release: Rendered, tmp_path: Path) -> Iterator[Account]:
    """Makes an account of the release with all that is bound to it, as Helm does before it starts the pod."""
    made: list[str] = []

    def make(name: str) -> Path:
        rights = [each for each in release.objects if each["metadata"]["name"] == name and each["kind"] != "Job"]
        rights = [each for each in rights if each["kind"] != "Pod"]
        listed = json.dumps({"apiVersion": "v1", "kind": "List", "items": rights})
        bare_cluster.kubectl("apply", "--filename=-", stdin=listed)
        made.append(listed)
        return kubeconfig_of(bare_cluster, rights[0]["metadata"]["namespace"], name, tmp_path)

    yield make
    for listed in made:
        bare_cluster.kubectl("delete", "--filename=-", "--ignore-not-found", stdin=listed)


def myapp(kubeconfig: Path, arguments: list[str]) -> tuple[int, str]:
    """Run a command of the image as a pod would: its exit code, and what it said."""
    completed = subprocess.run(
        [sys.executable, "-m", "myapp", *arguments],
        env={**os.environ, "KUBECONFIG": str(kubeconfig)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    return completed.returncode, completed.stdout + completed.stderr


def crd(cluster: LocalCluster, name: str) -> JsonObject:
    """A CRD as the API server has it."""
    found: JsonObject = json.loads(cluster.kubectl("get", "crd", name, "--output=json").stdout)
    return found


def test_d1_the_hook_upgrades_and_creates_crds_and_may_do_no_more(
    bare_cluster: LocalCluster, release: Rendered, account: Account, releases: Releases
) -> None:
    """An older CRD is replaced, a missing one made, a foreign one out of reach; the next install has no conflict."""
    name = "hooks-myapp-crds"
    (container,) = release.one("Job")["spec"]["template"]["spec"]["containers"]
    older = yaml.safe_load((CRDS / f"{TODOS}.yaml").read_text(encoding="utf-8"))
    del older["metadata"]["annotations"]
    del older["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["tags"]
    bare_cluster.kubectl("delete", f"-f={CRDS}", "--ignore-not-found")
    bare_cluster.kubectl("create", "--filename=-", stdin=json.dumps(older))

    code, said = myapp(account(name), container["args"])

    assert code == 0, said
    fields = crd(bare_cluster, TODOS)["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    assert "tags" in fields["properties"]
    assert crd(bare_cluster, "tododecisions.todo.myapp.dev")
    as_hook = f"--as=system:serviceaccount:{release.one('Job')['metadata']['namespace']}:{name}"
    for verb, resource, answer in (
        ("update", f"crd/{TODOS}", "yes"),
        ("update", "crd/others.example.com", "no"),
        ("delete", f"crd/{TODOS}", "no"),
        ("list", "crd", "no"),
        ("get", "secrets", "no"),
    ):
        assert bare_cluster.kubectl("auth", "can-i", verb, resource, as_hook, check=False).stdout.strip() == answer
    releases.install("next", release.one("Job")["metadata"]["namespace"], {})


def test_d1_a_newer_crd_outlives_an_older_release(
    bare_cluster: LocalCluster, release: Rendered, account: Account, releases: Releases
) -> None:
    """The hook keeps it, and so does an install with --skip-crds, as docs/install.md has it."""
    newer = yaml.safe_load((CRDS / f"{TODOS}.yaml").read_text(encoding="utf-8"))
    newer["metadata"]["annotations"]["todo.myapp.dev/schema-revision"] = "1000"
    newer["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["colour"] = {
        "type": "string",
        "maxLength": 9,
    }
    bare_cluster.kubectl("apply", "--server-side", "--force-conflicts", "-f=-", stdin=json.dumps(newer))
    before = crd(bare_cluster, TODOS)["metadata"]["resourceVersion"]

    code, said = myapp(account("hooks-myapp-crds"), ["crds", "apply"])
    releases.install("older", release.one("Job")["metadata"]["namespace"], {}, "--skip-crds")

    assert (code, "revision 1000 is kept" in said) == (0, True), said
    assert crd(bare_cluster, TODOS)["metadata"]["resourceVersion"] == before
    bare_cluster.kubectl("apply", "--server-side", "--force-conflicts", f"-f={CRDS}")


def test_d14_helm_test_proves_the_release_with_a_real_todo(
    bare_cluster: LocalCluster, release: Rendered, account: Account, tmp_path: Path
) -> None:
    """With the rights of the test's account and an operator that watches; without one it fails and says so."""
    bare_cluster.kubectl("apply", "--server-side", "--force-conflicts", f"-f={CRDS}")
    wait_until_established(bare_cluster, f"--filename={CRDS}")
    pod = release.one("Pod")
    (container,) = pod["spec"]["containers"]
    kubeconfig = account("hooks-myapp-test")

    code, said = myapp(kubeconfig, [*container["args"], "--timeout=1s"])
    assert (code, "no operator has seen it" in said) == (3, True)

    operator = OperatorProcess(bare_cluster.kubeconfig(), tmp_path / "log", [pod["metadata"]["namespace"]])
    with operator:
        code, said = myapp(kubeconfig, container["args"])
    assert (code, "is deleted" in said) == (0, True), said


@pytest.fixture
def policies(bare_cluster: LocalCluster, release: Rendered, tmp_path: Path) -> Iterator[Path]:
    """The policies of the release and the right of its test to look at them; what its pods mount."""
    installed = [
        each
        for each in release.objects
        if each["kind"].startswith(("ValidatingAdmissionPolicy", "MutatingAdmissionPolicy"))
        or each["metadata"]["name"] in ("hooks-myapp-guard", "hooks-myapp-guard-test")
    ]
    listed = json.dumps({"apiVersion": "v1", "kind": "List", "items": installed})
    bare_cluster.kubectl("apply", "--filename=-", stdin=listed)
    yield mounted_policies(release, tmp_path)
    bare_cluster.kubectl("delete", "--filename=-", "--ignore-not-found", stdin=listed)


def test_helm_test_compares_the_policies_with_what_the_release_ships(
    bare_cluster: LocalCluster, release: Rendered, account: Account, policies: Path
) -> None:
    """With the rights of the test's account: it tells what it found, and a binding that is gone is an error."""
    bare_cluster.kubectl("apply", "--server-side", "--force-conflicts", f"-f={CRDS}")
    wait_until_established(bare_cluster, f"--filename={CRDS}")
    (container,) = release.one("Pod")["spec"]["containers"]
    (mount,) = container["volumeMounts"]
    assert container["env"] == [{"name": "MYAPP_POLICIES", "value": mount["mountPath"]}]
    arguments = [*container["args"], f"--policies={policies}", "--timeout=1s"]
    kubeconfig = account("hooks-myapp-test")

    _, intact = myapp(kubeconfig, arguments)
    (binding, *_) = (
        each["metadata"]["name"]
        for each in release.all("ValidatingAdmissionPolicyBinding")
        if ".decisions." in each["metadata"]["name"]
    )
    bare_cluster.kubectl("delete", f"validatingadmissionpolicybinding/{binding}")
    code, broken = myapp(kubeconfig, arguments)

    assert "the 14 admission policies and bindings are there and enforced, as they were shipped" in intact
    assert (code, f"no decision counts: there is no ValidatingAdmissionPolicyBinding {binding}" in broken) == (1, True)
