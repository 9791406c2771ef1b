"""The objects of the decision benchmark: Todos that wait for people, dependents of these, and decisions."""

from benchmarks.api_client import JsonObject

API_VERSION = "todo.myapp.dev/v1alpha1"


def todos_path(namespace: str) -> str:
    """Where the Todos of a namespace live."""
    return f"/apis/{API_VERSION}/namespaces/{namespace}/todos"


def decisions_path(namespace: str) -> str:
    """Where the decisions of a namespace live."""
    return f"/apis/{API_VERSION}/namespaces/{namespace}/tododecisions"


def manual(name: str, depends_on: str | None = None) -> JsonObject:
    """A Todo that is Active until a person completes it, from the end of `depends_on` on if that is given."""
    dependencies = {} if depends_on is None else {"dependsOn": [{"name": depends_on}]}
    return _todo(name, assignees=[{"kind": "Group", "name": "sre"}], manual={}, **dependencies)


def approval(name: str) -> JsonObject:
    """A Todo that is Active until two people approve it."""
    return _todo(name, approval={"minApprovals": 2, "approvers": [{"kind": "Group", "name": "sre"}]})


def complete(todo: JsonObject, username: str) -> JsonObject:
    """The decision of `username` that `todo`, as the API server knows it, is done."""
    target = {"kind": "Todo", "name": todo["metadata"]["name"], "uid": todo["metadata"]["uid"]}
    return {
        "apiVersion": API_VERSION,
        "kind": "TodoDecision",
        "metadata": {"name": target["name"], "ownerReferences": [{"apiVersion": API_VERSION, **target}]},
        "spec": {
            "target": target,
            "action": "Complete",
            "user": {"username": username},
            "message": "Looked at it, all is well",
        },
    }


def _todo(name: str, **spec: object) -> JsonObject:
    return {
        "apiVersion": API_VERSION,
        "kind": "Todo",
        "metadata": {"name": name},
        "spec": {"content": "Look at the staging dashboards", **spec},
    }
