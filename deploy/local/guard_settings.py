"""What an operator beside the cluster is told about the admission policies, which a pod is told by the chart."""

from deploy.local.identities import OPERATOR
from deploy.local.layout import POLICIES


def guard_settings() -> dict[str, str]:
    """The policies that `install` applies, and the namespace in which the operator keeps what it has proven of them."""
    return {"MYAPP_POLICIES": str(POLICIES), "MYAPP_GUARD_NAMESPACE": OPERATOR.namespace}
