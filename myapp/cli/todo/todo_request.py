"""The Todo that `kubectl todo create` makes of its flags. Pure; what is allowed where is the CRD's to say."""

from collections.abc import Mapping
from typing import Any

from myapp.cli.todo.decision_request import API_GROUP, API_VERSION, Person

CREATED_BY = f"{API_GROUP}/created-by"


def todo_manifest(name: str, person: Person, spec: Mapping[str, Any]) -> dict[str, Any]:
    """The object, with what is not given left out; the annotation says who has created it."""
    return {
        "apiVersion": API_VERSION,
        "kind": "Todo",
        "metadata": {"name": name, "annotations": {CREATED_BY: person.username}},
        "spec": {field: value for field, value in spec.items() if value not in (None, "", [], ())},
    }
