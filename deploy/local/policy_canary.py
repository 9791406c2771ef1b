"""Waits until the API server enforces the ValidatingAdmissionPolicies that were just applied.

A stored policy is not yet an enforced one: the server rebuilds its set of policies within about a second, all at once.
So a canary policy is applied last; when it refuses its object, those applied before it are in force too.
"""

import time
import uuid

from deploy.local.access import ClusterAccess
from deploy.local.errors import StartError

TIMEOUT = 30.0
POLL_INTERVAL = 0.1

CANARY = """\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: {name}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
      - apiGroups: [""]
        apiVersions: [v1]
        operations: [CREATE]
        resources: [configmaps]
        resourceNames: [{name}]
  validations:
    - expression: "false"
      message: the canary acts
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: {name}
spec:
  policyName: {name}
  validationActions: [Deny]
"""


def wait_until_policies_act(cluster: ClusterAccess) -> None:
    """Return when every policy applied before the call is enforced.

    Raises StartError after 30 s, KubectlError when the canary cannot be applied.
    """
    name = f"policy-canary-{uuid.uuid4().hex[:8]}"
    manifest = CANARY.format(name=name)
    deadline = time.monotonic() + TIMEOUT
    cluster.kubectl("apply", "--filename=-", stdin=manifest)
    try:
        while not _is_refused(cluster, name):
            if time.monotonic() > deadline:
                raise StartError(f"the API server enforces no ValidatingAdmissionPolicy after {TIMEOUT:.0f} s")
            time.sleep(POLL_INTERVAL)
    finally:
        cluster.kubectl("delete", "--wait=false", "--filename=-", stdin=manifest)


def _is_refused(cluster: ClusterAccess, name: str) -> bool:
    attempt = cluster.kubectl(
        "create", "configmap", name, "--namespace=default", "--dry-run=server", "--output=name", check=False
    )
    return "the canary acts" in attempt.stderr
