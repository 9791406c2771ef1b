"""Tells whether the installed CRDs are older than this operator: the API server would drop fields that it writes, and
would let pass what it relies on being refused. A newer CRD is fine.
"""

import logging
from collections.abc import Iterable

from myapp.application.errors import ApiError
from myapp.infrastructure.crd.custom_resource_definition import CustomResourceDefinition
from myapp.infrastructure.crd.schema_revision import RevisionError, revision_of
from myapp.infrastructure.kube.crd_objects import CrdObjects, CrdRightMissingError

_logger = logging.getLogger(__name__)
_HOW_TO_MEND = "upgrade the CRDs (helm upgrade, or kubectl apply -f crds/)"


class CrdRevisions:
    """Compares revisions, as far as the operator may read the CRDs; where it may not, it says so once."""

    def __init__(self, objects: CrdObjects) -> None:
        self._objects = objects
        self._unreadable: set[str] = set()

    async def too_old(self, definitions: Iterable[CustomResourceDefinition]) -> str:
        """The first CRD that is older than its definition, as a sentence; empty when there is none."""
        for definition in definitions:
            try:
                live = await self._objects.read(definition.name)
                found = definition.revision if live is None else revision_of(live)
            except CrdRightMissingError as error:
                self._say_once(definition.name, error)
                continue
            except (ApiError, RevisionError) as error:
                return str(error)
            if found < definition.revision:
                what = f"is of revision {found}" if found else "has no revision"
                return f"the CRD {definition.name} {what}, this operator needs {definition.revision}: {_HOW_TO_MEND}"
        return ""

    def _say_once(self, name: str, error: CrdRightMissingError) -> None:
        if name not in self._unreadable:
            _logger.warning("whether the CRD %s is new enough cannot be told: %s", name, error)
            self._unreadable.add(name)
