"""Who may talk to the local cluster: the people and machines of the demo, each with a credential of its own.

People get client certificates, whose common name and organisations are the user and the groups (Kubernetes' X.509
authentication); machines get service-account tokens. What each may do is said in `manifests/people.yaml` and
`deploy/rbac`, not here.
"""

from dataclasses import dataclass
from datetime import timedelta

from deploy.local.errors import LocalClusterError

CREDENTIAL_LIFETIME = timedelta(days=30)
"""How long certificates and tokens live. A local cluster is disposable: after that, `down` and `up` again."""


@dataclass(frozen=True, slots=True)
class Person:
    """A user who logs in with a client certificate."""

    name: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Machine:
    """A user who logs in with a service account's token; `name` is what this tool calls it."""

    name: str
    namespace: str
    service_account: str

    @property
    def username(self) -> str:
        """The name under which the API server knows it."""
        return f"system:serviceaccount:{self.namespace}:{self.service_account}"


ADMIN = Person("admin", ("system:masters",))
PEOPLE = (
    ADMIN,
    Person("oncall", ("sre",)),
    Person("developer", ("dev",)),
    Person("release-lead", ("sre", "release-managers")),
)
OPERATOR = Machine("operator", "myapp-system", "myapp")
PIPELINE = Machine("pipeline", "gitops", "pipeline")
MACHINES = (PIPELINE, OPERATOR)
USERS = tuple(identity.name for identity in (*PEOPLE, *MACHINES))

CONTROLLER_MANAGER = Person("system:kube-controller-manager", ())
"""The name that Kubernetes' built-in cluster role for the controller manager is bound to."""


def require_user(user: str) -> str:
    """`user` itself. Raises LocalClusterError with the possible names when it is none of them."""
    if user not in USERS:
        raise LocalClusterError(f"there is no user {user!r}; there are {', '.join(USERS)}")
    return user
