"""Objects that todos are about, and the specs of todos that are about them."""

from tests.api_server import JsonObject
from tests.running_operator.automation import ACCOUNT

CONFIG_MAPS, SECRETS, DEPLOYMENTS, THINGS = (
    "v1/configmaps",
    "v1/secrets",
    "apps/v1/deployments",
    "example.dev/v1/things",
)
_API_FIELDS = {"success_when": "successWhen", "failure_when": "failureWhen"}


def identity(api_version: str, kind: str, name: str) -> JsonObject:
    """Which object it is."""
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}}


def config_map(name: str, **data: str) -> JsonObject:
    """A ConfigMap."""
    return {**identity("v1", "ConfigMap", name), "data": data}


def deployment(name: str, replicas: int) -> JsonObject:
    """A Deployment whose pods no node runs."""
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": "busybox"}]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return {**identity("apps/v1", "Deployment", name), "spec": spec}


def thing(name: str, size: int) -> JsonObject:
    """An object of a kind that a CRD defines."""
    return {**identity("example.dev/v1", "Thing", name), "spec": {"size": size}}


def thing_definition() -> JsonObject:
    """That CRD."""
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    schema = {"type": "object", "properties": {"spec": anything, "status": anything}}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
        "subresources": {"status": {}},
    }
    names = {"kind": "Thing", "plural": "things", "singular": "thing", "listKind": "ThingList"}
    return {
        **identity("apiextensions.k8s.io/v1", "CustomResourceDefinition", "things.example.dev"),
        "spec": {"group": "example.dev", "scope": "Namespaced", "names": names, "versions": [version]},
    }


def on_object(operation: str, manifest: JsonObject, **fields: object) -> JsonObject:
    """The spec of a todo with that action, as the account."""
    named = {_API_FIELDS.get(name, name): value for name, value in fields.items()}
    return {"serviceAccountName": ACCOUNT, "resource": {"operation": operation, "manifest": manifest, **named}}
