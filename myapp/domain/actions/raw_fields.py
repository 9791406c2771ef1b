"""Checks of objects that are kept as they were written: templates and manifests, whose meaning is Kubernetes' own."""

from collections.abc import Mapping
from typing import Any

from myapp.domain.errors import InvalidTodoError


def refuse_others(found: Mapping[str, Any], allowed: frozenset[str], path: str) -> None:
    """Raises InvalidTodoError for a field that is not allowed there, by its name: what it holds may be a secret."""
    if unknown := sorted(found.keys() - allowed):
        raise InvalidTodoError(path, unknown[0], f"only {', '.join(sorted(allowed))}")
