"""Where our kinds live in the API: names and URL paths."""

from collections.abc import Sequence
from urllib.parse import quote

from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.crd.custom_resource_definition import GROUP, VERSION
from myapp.infrastructure.crd.todo_decision_resource import TODO_DECISION_DEFINITION
from myapp.infrastructure.crd.todo_resource import TODO_DEFINITION
from myapp.infrastructure.crd.todo_template_resource import TODO_TEMPLATE_DEFINITION
from myapp.infrastructure.crd.todo_workflow_resource import TODO_WORKFLOW_DEFINITION

API_VERSION = f"{GROUP}/{VERSION}"
TODOS = TODO_DEFINITION.plural
DECISIONS = TODO_DECISION_DEFINITION.plural
WORKFLOWS = TODO_WORKFLOW_DEFINITION.plural
TEMPLATES = TODO_TEMPLATE_DEFINITION.plural
KINDS = (TODOS, DECISIONS, WORKFLOWS, TEMPLATES)
"""All that is watched."""
POLICY_KINDS = "/apis/admissionregistration.k8s.io/v1"
"""Which kinds of admission policies the API server has."""


def object_path(plural: str, key: TodoKey, subresource: str = "") -> str:
    """The path of one object, or of its subresource."""
    path = f"/apis/{API_VERSION}/namespaces/{_segment(key.namespace)}/{plural}/{_segment(key.name)}"
    return f"{path}/{subresource}" if subresource else path


def namespace_path(plural: str, namespace: str) -> str:
    """The path where objects of a kind are created."""
    return f"/apis/{API_VERSION}/namespaces/{_segment(namespace)}/{plural}"


def collection_paths(plural: str, namespaces: Sequence[str]) -> list[str]:
    """The paths that list a kind: one for the whole cluster, or one for each of the namespaces."""
    if not namespaces:
        return [f"/apis/{API_VERSION}/{plural}"]
    return [namespace_path(plural, namespace) for namespace in namespaces]


def watched_paths(namespaces: Sequence[str]) -> frozenset[str]:
    """The paths that list all kinds which the operator watches."""
    return frozenset(path for plural in KINDS for path in collection_paths(plural, namespaces))


def lease_path(namespace: str, name: str = "") -> str:
    """The path of a Lease, or of all in the namespace."""
    path = f"/apis/coordination.k8s.io/v1/namespaces/{_segment(namespace)}/leases"
    return f"{path}/{_segment(name)}" if name else path


def policy_path(plural: str, name: str = "") -> str:
    """The path of an admission policy or binding, or of all of them."""
    path = f"{POLICY_KINDS}/{plural}"
    return f"{path}/{_segment(name)}" if name else path


def config_map_path(namespace: str, name: str = "") -> str:
    """The path of a ConfigMap, or of all in the namespace."""
    path = f"/api/v1/namespaces/{_segment(namespace)}/configmaps"
    return f"{path}/{_segment(name)}" if name else path


def revisions_path(namespace: str, name: str = "") -> str:
    """The path of a ControllerRevision, or of all in the namespace."""
    return _built_in("/apis/apps/v1", "controllerrevisions", namespace, name)


def jobs_path(namespace: str = "", name: str = "") -> str:
    """The path of a Job, of all in a namespace, or of all."""
    return _built_in("/apis/batch/v1", "jobs", namespace, name)


def pods_path(namespace: str = "", name: str = "", subresource: str = "") -> str:
    """The path of a pod or its subresource, of all in a namespace, or of all."""
    path = _built_in("/api/v1", "pods", namespace, name)
    return f"{path}/{subresource}" if subresource else path


def events_path(namespace: str) -> str:
    """The path of all Events of a namespace."""
    return _built_in("/apis/events.k8s.io/v1", "events", namespace, "")


def _built_in(group: str, plural: str, namespace: str, name: str) -> str:
    within = f"/namespaces/{_segment(namespace)}" if namespace else ""
    path = f"{group}{within}/{plural}"
    return f"{path}/{_segment(name)}" if name else path


def _segment(name: str) -> str:
    """One segment of a path, whatever the name is: a slash in it must not lead elsewhere."""
    return quote(name, safe="")
