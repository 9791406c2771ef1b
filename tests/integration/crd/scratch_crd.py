"""Variants of a kind's CRD in an API group of their own, for tests that need other rules than those in force."""

import copy
from typing import Any

from myapp.infrastructure.crd.custom_resource_definition import CustomResourceDefinition
from myapp.infrastructure.crd.todo_resource import TODO_DEFINITION

Rules = list[dict[str, Any]]


#: Not `todos`: to the kubectl of tests that share the cluster, `kubectl get todos` would be ambiguous for a while.
PLURAL, SINGULAR = "scratchtodos", "scratchtodo"


def scratch_crd(group: str, definition: CustomResourceDefinition = TODO_DEFINITION) -> dict[str, Any]:
    """The CRD of Todos, or of another kind, in another API group, without short name and category."""
    crd = copy.deepcopy(definition.manifest())
    crd["metadata"]["name"] = f"{PLURAL}.{group}"
    crd["spec"]["group"] = group
    crd["spec"]["names"] |= {"plural": PLURAL, "singular": SINGULAR}
    del crd["spec"]["names"]["shortNames"], crd["spec"]["names"]["categories"]
    return crd


def root_schema(crd: dict[str, Any]) -> dict[str, Any]:
    """The schema of the CRD's only version."""
    schema: dict[str, Any] = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    return schema


def all_rules(schema: dict[str, Any]) -> Rules:
    """Every CEL rule of a schema, at whatever depth; change them in place."""
    nested = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    return [*schema.get("x-kubernetes-validations", []), *(rule for part in nested for rule in all_rules(part))]
