"""Storages that store nothing.

kopf would write what it last handled and how far it got into annotations of users' objects, and compare both on every
event. We decide by level, so neither is needed: nothing of ours appears on users' objects, and an event costs half the
CPU.
"""

from collections.abc import Iterable
from typing import Any

import kopf


class NullDiffBaseStorage(kopf.DiffBaseStorage):
    """Remembers no last state."""

    def build(self, *, body: kopf.Body, extra_fields: Iterable[Any] | None = None) -> kopf.BodyEssence:  # noqa: ARG002 - kopf's signature
        """The essence of every object is empty, so no two differ."""
        return kopf.BodyEssence({})

    def fetch(self, *, body: kopf.Body) -> kopf.BodyEssence | None:  # noqa: ARG002 - kopf's signature
        """Nothing was stored."""
        return None

    def store(self, *, body: kopf.Body, patch: kopf.Patch, essence: kopf.BodyEssence) -> None:
        """Nothing is stored."""


class NullProgressStorage(kopf.ProgressStorage):
    """Remembers no handler's progress."""

    def fetch(self, *, key: str, body: kopf.Body) -> kopf.ProgressRecord | None:  # noqa: ARG002 - kopf's signature
        """Nothing was stored."""
        return None

    def store(self, *, key: str, record: kopf.ProgressRecord, body: kopf.Body, patch: kopf.Patch) -> None:
        """Nothing is stored."""

    def purge(self, *, key: str, body: kopf.Body, patch: kopf.Patch) -> None:
        """There is nothing to purge."""

    def touch(self, *, body: kopf.Body, patch: kopf.Patch, value: str | None) -> None:
        """Nothing is touched."""

    def clear(self, *, essence: kopf.BodyEssence) -> kopf.BodyEssence:
        """There is nothing to clear."""
        return essence
