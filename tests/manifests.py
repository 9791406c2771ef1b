"""Manifests and API paths of the custom resources, as short as tests like them."""

from tests.api_server import JsonObject

API_VERSION = "todo.myapp.dev/v1alpha1"

ANYWHERE = "default"
"""The namespace of requests that are dry runs and leave nothing behind."""

DURATION_FORM = "such as 90s, 15m, 1h30m or 72h (units h, m, s and ms; days are written as hours)"
"""How a refused duration is told what a duration looks like."""


def todos_path(namespace: str) -> str:
    """Where the Todos of a namespace live."""
    return f"/apis/{API_VERSION}/namespaces/{namespace}/todos"


def decisions_path(namespace: str) -> str:
    """Where the decisions of a namespace live."""
    return f"/apis/{API_VERSION}/namespaces/{namespace}/tododecisions"


def todo_manifest(name: str = "todo", **spec: object) -> JsonObject:
    """A Todo; its content, unless given, is one line."""
    return {
        "apiVersion": API_VERSION,
        "kind": "Todo",
        "metadata": {"name": name},
        "spec": {"content": "Check the dashboards", **spec},
    }


def decision_manifest(todo: JsonObject, *, username: str, name: str = "decision", **spec: object) -> JsonObject:
    """A person's decision to complete the Todo, with the owner reference that it takes."""
    identity = {"kind": "Todo", "name": todo["metadata"]["name"], "uid": todo["metadata"]["uid"]}
    return {
        "apiVersion": API_VERSION,
        "kind": "TodoDecision",
        "metadata": {"name": name, "ownerReferences": [{"apiVersion": API_VERSION, **identity}]},
        "spec": {"target": identity, "action": "Complete", "user": {"username": username}, **spec},
    }


def numbered(count: int) -> list[str]:
    """Different names."""
    return [f"n{number}" for number in range(count)]


def dependencies(count: int) -> list[JsonObject]:
    """On different Todos."""
    return [{"name": name} for name in numbered(count)]


#: What a refusal of another action names.
ACTIONS = (
    '"Claim", "Release", "Complete", "Approve", "Reject", "Comment", "Skip", "Retry", "Cancel", "Suspend", "Resume"'
)


def assignees(count: int) -> list[JsonObject]:
    """Different users."""
    return [{"kind": "User", "name": name} for name in numbered(count)]


def workflows_path(namespace: str) -> str:
    """Where the runs of a namespace live."""
    return f"/apis/{API_VERSION}/namespaces/{namespace}/todoworkflows"


def templates_path(namespace: str) -> str:
    """Where the templates of a namespace live."""
    return f"/apis/{API_VERSION}/namespaces/{namespace}/todotemplates"


def step(name: str = "build", **fields: object) -> JsonObject:
    """A step; its content, unless given or of no use, is one line."""
    return {"name": name, **({} if "workflow" in fields else {"content": f"Do {name}"}), **fields}


def template_manifest(name: str = "release", **spec: object) -> JsonObject:
    """A TodoTemplate; it has one step unless others are given."""
    return {
        "apiVersion": API_VERSION,
        "kind": "TodoTemplate",
        "metadata": {"name": name},
        "spec": {"steps": [step()], **spec},
    }


def workflow_manifest(name: str = "run", **spec: object) -> JsonObject:
    """A TodoWorkflow; of one step of its own unless it names a template or has others."""
    own = {} if "templateRef" in spec else {"steps": [step()]}
    return {"apiVersion": API_VERSION, "kind": "TodoWorkflow", "metadata": {"name": name}, "spec": {**own, **spec}}
