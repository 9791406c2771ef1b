"""Texts in which Kubernetes itself puts in variables: ``$(NAME)`` in what a container is started with.

A value that holds such a text would be looked at again, by the kubelet, and could fetch what the pod's environment
holds. In the fields where that is done a ``$$`` stands for one ``$``.
"""

import re

from myapp.domain.json_value import JsonValue

_CONTAINER = r"(?:^|\.)(?:containers|initContainers|ephemeralContainers)\[\d+\]"
_EXPANDED = re.compile(
    _CONTAINER + r"\.(?:(?:command|args)\[\d+\]|env\[\d+\]\.value|volumeMounts\[\d+\]\.subPathExpr)$"
)
_POD_WITHIN = ("job.template", "resource.manifest")


def unexpanded(field: str, value: JsonValue) -> JsonValue:
    """The value as it has to be written into this field of a todo, so that a container gets just that."""
    return _unexpanded(field, value) if field.startswith(_POD_WITHIN) else value


def _unexpanded(field: str, value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return value.replace("$", "$$") if "$" in value and _EXPANDED.search(field) else value
    if isinstance(value, list):
        return [_unexpanded(f"{field}[{index}]", each) for index, each in enumerate(value)]
    if isinstance(value, dict):
        return {name: _unexpanded(f"{field}.{name}", each) for name, each in value.items()}
    return value
