"""Which reconcile is under way, for log lines that are written somewhere below it.

A context variable, because each worker is a task of its own. What a log line shows of it is put together only when
there is a line: a reconcile that has nothing to say pays for one small object.
"""

import uuid
from contextvars import ContextVar

from myapp.application.snapshot import Snapshot
from myapp.domain.todo_key import TodoKey


class ReconcileScope:
    """One reconcile of one object."""

    __slots__ = ("_id", "controller", "key", "snapshot")

    def __init__(self, key: TodoKey, controller: str) -> None:
        self.key = key
        self.controller = controller
        self.snapshot: Snapshot | None = None
        """What was read, once it was."""
        self._id = ""

    def fields(self) -> dict[str, str | int]:
        """What identifies the reconcile and its object."""
        self._id = self._id or str(uuid.uuid4())
        fields: dict[str, str | int] = {
            "controller": self.controller,
            "namespace": self.key.namespace,
            "name": self.key.name,
            "reconcileID": self._id,
        }
        if self.snapshot is not None:
            fields |= {"uid": self.snapshot.uid, "generation": self.snapshot.generation}
        return fields


_current: ContextVar[ReconcileScope | None] = ContextVar("reconcile", default=None)


def enter_scope(key: TodoKey, controller: str = "todo") -> None:
    """A reconcile of ``key`` by a controller begins in this task."""
    _current.set(ReconcileScope(key, controller))


def leave_scope() -> None:
    """It has ended."""
    _current.set(None)


def current_scope() -> ReconcileScope | None:
    """The reconcile that this task is in; None outside of one."""
    return _current.get()
