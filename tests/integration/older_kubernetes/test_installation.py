"""The manifests are applied although one of them is of a kind that the API server does not know."""

import pytest

from deploy.local import CompletedKubectl, LocalCluster, install
from deploy.local.layout import POLICIES

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("older-kubernetes")]

CREATOR = "myapp.myapp-system.creator.todo.myapp.dev"


def installed(cluster: LocalCluster) -> set[str]:
    """The files of `deploy/policies` whose policy and binding are both there."""
    listed = cluster.kubectl(
        "get", "validatingadmissionpolicies,validatingadmissionpolicybindings", "-o", "name"
    ).stdout.split()
    both = [name.rpartition("/")[2] for name in listed]
    return {f"{name.split('.')[2]}.yaml" for name in both if both.count(name) == len(("policy", "binding"))}


def test_kubectl_leaves_out_one_policy_and_says_which(older_cluster: LocalCluster, applied: CompletedKubectl) -> None:
    """All else is applied by the same command, which ends with an error all the same."""
    complaints = [line for line in applied.stderr.splitlines() if line.startswith("resource mapping not found")]

    assert applied.returncode == 1
    assert len(complaints) == len(("policy", "binding"))
    assert all(f'"{CREATOR}"' in line and "no matches for kind" in line for line in complaints)
    assert installed(older_cluster) == {file.name for file in POLICIES.glob("*.yaml")} - {"creator.yaml"}
    for kind, name in {"crd": "todos.todo.myapp.dev", "clusterrole": "myapp-approver"}.items():
        assert older_cluster.kubectl("get", kind, name, "-o", "name").stdout


@pytest.mark.usefixtures("applied")
def test_the_local_installation_leaves_it_out_without_an_error(older_cluster: LocalCluster) -> None:
    """As the demo and the tests install: what the API server does not serve is not sent to it."""
    older_cluster.kubectl("delete", f"-f={POLICIES / 'created-by.yaml'}")

    install(older_cluster)

    assert installed(older_cluster) == {file.name for file in POLICIES.glob("*.yaml")} - {"creator.yaml"}
