"""Waiting for admission policies: when it returns, they are in force."""

import uuid
from collections.abc import Iterator

import pytest

from deploy.local import LocalCluster
from deploy.local.policy_canary import wait_until_policies_act

pytestmark = pytest.mark.cluster

POLICY = """\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: {name}
spec:
  matchConstraints:
    resourceRules:
      - {{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps], resourceNames: [{name}]}}
  validations:
    - expression: "false"
      message: refused by {name}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: {name}
spec:
  policyName: {name}
  validationActions: [Deny]
"""


@pytest.fixture
def policy(cluster: LocalCluster) -> Iterator[str]:
    """A policy that refuses the ConfigMap of its own name, applied a moment ago."""
    name = f"test-{uuid.uuid4().hex[:8]}"
    cluster.kubectl("apply", "-f", "-", stdin=POLICY.format(name=name))
    yield name
    cluster.kubectl("delete", "-f", "-", stdin=POLICY.format(name=name))


def test_policy_is_in_force_after_the_wait(cluster: LocalCluster, namespace: str, policy: str) -> None:
    """The first request after the wait is refused already, and the canary is gone."""
    wait_until_policies_act(cluster)
    refused = cluster.kubectl("create", "configmap", policy, "-n", namespace, check=False)
    assert f"refused by {policy}" in refused.stderr
    assert "policy-canary" not in cluster.kubectl("get", "validatingadmissionpolicies", "-o", "name").stdout
