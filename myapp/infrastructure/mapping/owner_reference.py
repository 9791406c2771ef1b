"""Which run an object is a part of: its controlling owner, which the operator alone sets (policy children)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from myapp.domain.decision import TargetKind
from myapp.domain.owner_run import OwnerRun
from myapp.domain.workflow.child_names import part_of_todo
from myapp.infrastructure.crd.custom_resource_definition import GROUP

#: Which part of its run a run is: its name is too short to say it.
PART = "todo.myapp.dev/part"
#: Of a run that is a step: the ControllerRevision that keeps the templates which its steps name.
DEFINITION = "todo.myapp.dev/definition"
#: Of a Todo that waits: when its step was ready to be done. The API server dates a creation to the second only.
READY_TIME = "todo.myapp.dev/ready-time"
_KIND = str(TargetKind.WORKFLOW)


def controlling_run(metadata: Mapping[str, Any]) -> tuple[str, str] | None:
    """Name and uid of the run that controls the object; None where none does."""
    for owner in metadata.get("ownerReferences") or ():
        if (
            owner.get("controller") is True
            and owner.get("kind") == _KIND
            and owner.get("apiVersion", "").startswith(f"{GROUP}/")
        ):
            return owner["name"], owner["uid"]
    return None


def run_of_todo(metadata: Mapping[str, Any]) -> OwnerRun | None:
    """The run that a Todo is a step of, and which."""
    owner = controlling_run(metadata)
    return None if owner is None else OwnerRun(*owner, part_of_todo(owner[0], metadata["name"]))


def ready_time(metadata: Mapping[str, Any]) -> datetime | None:
    """When a Todo's step was ready to be done, as its run has noted; None where it has not."""
    noted = (metadata.get("annotations") or {}).get(READY_TIME)
    try:
        moment = datetime.fromisoformat(noted) if noted else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def run_of_run(metadata: Mapping[str, Any]) -> OwnerRun | None:
    """The run that a run is a step of, and which."""
    owner = controlling_run(metadata)
    return None if owner is None else OwnerRun(*owner, (metadata.get("annotations") or {}).get(PART, ""))


def owner_references(run: OwnerRun) -> list[dict[str, Any]]:
    """What ``controlling_run`` reads back as this run."""
    return [{"apiVersion": f"{GROUP}/v1alpha1", "kind": _KIND, "name": run.name, "uid": run.uid, "controller": True}]
