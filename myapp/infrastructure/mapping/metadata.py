"""What every object of the API server has: name, namespace, uid, versions, times."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from pydantic import ValidationError

from myapp.domain.todo_key import TodoKey

#: Set by whoever creates an object; a policy refuses the name of anybody else, and any later change.
CREATED_BY = "todo.myapp.dev/created-by"
_MACHINE = "system:serviceaccount:"
_SHOWN_PROBLEMS = 3


@dataclass(frozen=True, slots=True)
class ObjectMetadata:
    """The part of ``metadata`` that we use. It is the API server's own, so it is taken as it is."""

    key: TodoKey
    uid: str
    version: str
    generation: int
    created_at: datetime
    terminating: bool
    created_by: str
    """The person who created it, which the API server holds to the truth; empty for machines and where nobody says."""

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """Read ``raw["metadata"]``."""
        metadata = raw["metadata"]
        creator = (metadata.get("annotations") or {}).get(CREATED_BY, "")
        return cls(
            key=TodoKey(metadata["namespace"], metadata["name"]),
            uid=metadata["uid"],
            version=metadata["resourceVersion"],
            generation=metadata.get("generation", 0),
            created_at=datetime.fromisoformat(metadata["creationTimestamp"]),
            terminating="deletionTimestamp" in metadata,
            created_by="" if creator.startswith(_MACHINE) else creator,
        )


def explain(error: ValidationError, root: str) -> str:
    """One sentence about an object that does not fit its model: the field, what was found, what is allowed."""
    problems = error.errors(include_url=False, include_context=False)
    told = [
        f"{'.'.join((root, *map(str, problem['loc'])))}: {problem['msg']} (found {str(problem['input'])[:80]!r})"
        for problem in problems[:_SHOWN_PROBLEMS]
    ]
    more = len(problems) - len(told)
    return "; ".join(told) + (f"; and {more} more" if more > 0 else "")
