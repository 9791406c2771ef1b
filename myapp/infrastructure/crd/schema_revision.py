"""The revision of a CRD: which of two is the newer one. A whole number in an annotation that grows with every change.

The API's version (`v1alpha1`) does not tell it, because fields and rules are added within a version; the operator's
version does not either, because most releases change no CRD.
"""

import re
from collections.abc import Mapping
from typing import Any

REVISION_ANNOTATION = "todo.myapp.dev/schema-revision"

BEFORE_REVISIONS = 0
"""What a CRD without the annotation counts as: it was installed before there were revisions."""

_REVISION = re.compile(r"[1-9][0-9]{0,8}")


class RevisionError(Exception):
    """The annotation holds something else than a revision, so nobody can tell which CRD is newer."""


def revision_of(crd: Mapping[str, Any]) -> int:
    """The revision of a CustomResourceDefinition object. Raises RevisionError, which says how to mend it."""
    found = (crd["metadata"].get("annotations") or {}).get(REVISION_ANNOTATION)
    if found is None:
        return BEFORE_REVISIONS
    if not _REVISION.fullmatch(found):
        raise RevisionError(
            f"the annotation {REVISION_ANNOTATION} of {crd['metadata']['name']} is {found!r}, allowed is a whole number"
            " from 1: set it to the revision of the CRD that is installed, or remove it to have that CRD replaced"
        )
    return int(found)
