"""The identities of a running cluster, asked of the API server itself."""

import json

import pytest

from deploy.local import LocalCluster

pytestmark = pytest.mark.cluster


@pytest.mark.parametrize(
    ("user", "username", "groups"),
    [
        ("admin", "admin", {"system:masters"}),
        ("oncall", "oncall", {"sre"}),
        ("developer", "developer", {"dev"}),
        ("release-lead", "release-lead", {"sre", "release-managers"}),
        ("pipeline", "system:serviceaccount:gitops:pipeline", {"system:serviceaccounts:gitops"}),
        ("operator", "system:serviceaccount:myapp-system:myapp", {"system:serviceaccounts:myapp-system"}),
    ],
)
def test_each_user_is_who_it_says(cluster: LocalCluster, user: str, username: str, groups: set[str]) -> None:
    """Every kubeconfig authenticates as its user, with its groups."""
    answer = json.loads(cluster.kubectl("auth", "whoami", "-o", "json", user=user).stdout)
    seen = answer["status"]["userInfo"]
    assert seen["username"] == username
    assert groups <= set(seen["groups"])
