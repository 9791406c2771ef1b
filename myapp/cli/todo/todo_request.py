"""The Todo that `kubectl todo create` makes of its flags. Pure; what is allowed where is the CRD's to say."""

from collections.abc import Mapping
from typing import Any

from myapp.cli.todo.kind import API_GROUP, API_VERSION

CREATED_BY = f"{API_GROUP}/created-by"


def todo_manifest(name: str, spec: Mapping[str, Any], *, namespace: str = "", created_by: str = "") -> dict[str, Any]:
    """The object, with what is not given left out; the annotation says who creates it, where that is known."""
    metadata: dict[str, Any] = {"name": name}
    metadata |= {"namespace": namespace} if namespace else {}
    metadata |= {"annotations": {CREATED_BY: created_by}} if created_by else {}
    return {
        "apiVersion": API_VERSION,
        "kind": "Todo",
        "metadata": metadata,
        "spec": {field: value for field, value in spec.items() if value not in (None, "", [], ())},
    }
