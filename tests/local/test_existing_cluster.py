"""A cluster of the user's own, named by its kubeconfig, serves the same identities."""

import json
from collections.abc import Iterator

import pytest

from deploy.local import ExistingCluster, LocalCluster

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def existing(cluster: LocalCluster) -> Iterator[ExistingCluster]:
    """The run's cluster, known only by its administrator's kubeconfig, as a user's own would be."""
    with ExistingCluster(cluster.kubeconfig("admin"), context=f"admin@{cluster.name}") as existing:
        yield existing


@pytest.mark.parametrize(
    ("user", "username", "group"),
    [
        ("admin", "admin", "system:masters"),
        ("developer", "developer", "dev"),
        ("release-lead", "release-lead", "release-managers"),
        ("operator", "system:serviceaccount:myapp-system:myapp", "system:serviceaccounts:myapp-system"),
    ],
)
def test_users_act_under_their_own_names(existing: ExistingCluster, user: str, username: str, group: str) -> None:
    """People are impersonated, machines have real tokens: the API server sees the right user and groups."""
    seen = json.loads(existing.kubectl("auth", "whoami", "-o", "json", user=user).stdout)["status"]["userInfo"]
    assert seen["username"] == username
    assert group in seen["groups"]


def test_stop_forgets_the_credentials_and_leaves_the_cluster(cluster: LocalCluster) -> None:
    """After `stop` no kubeconfig is left, and the cluster is still there."""
    with ExistingCluster(cluster.kubeconfig("admin")) as existing:
        path = existing.kubeconfig("oncall")
        assert path.exists()
        assert existing.server == cluster.server
    assert not path.parent.exists()
    assert cluster.kubectl("get", "namespace", "myapp-system").returncode == 0
