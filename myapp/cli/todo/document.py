"""Objects as kubectl prints them, where the choice of objects is the plug-in's and kubectl cannot print them itself."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from myapp.cli.todo.kind import API_GROUP


def list_document(manifests: Sequence[Mapping[str, Any]], output: str) -> str:
    """The objects in this format (json, yaml or name), without managedFields, which kubectl leaves out too."""
    if output == "name":
        return "".join(f"todo.{API_GROUP}/{manifest['metadata']['name']}\n" for manifest in manifests)
    items = [
        {**manifest, "metadata": {key: value for key, value in manifest["metadata"].items() if key != "managedFields"}}
        for manifest in manifests
    ]
    return document({"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}}, output)


def document(content: object, output: str) -> str:
    """Plain values as JSON or YAML."""
    if output == "yaml":
        import yaml  # noqa: PLC0415 - takes longer to import than all the rest, and is rarely wanted

        return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True))
    return json.dumps(content, indent=4, ensure_ascii=False) + "\n"
