"""Where a reconcile gets a run from, and what of its status is not written yet.

How far the steps of a run are follows from its children, so it is written now and then, not with each of them. What
was found out meanwhile is kept here as a draft: it saves work, and nothing is lost with it.
"""

from collections import OrderedDict
from dataclasses import dataclass

from myapp.application.run_ports import RunReader
from myapp.application.run_registry import RunRegistry
from myapp.application.run_snapshot import RunSight, RunSnapshot
from myapp.domain.todo_key import TodoKey
from myapp.domain.workflow.run_status import RunStatus


@dataclass(slots=True)
class _Draft:
    base: RunStatus
    status: RunStatus


class RunStore:
    """A bounded memory of unfinished runs in front of a reader. ``capacity`` is the number of runs."""

    def __init__(self, *, registry: RunRegistry, reader: RunReader, capacity: int) -> None:
        self._registry = registry
        self._reader = reader
        self._capacity = capacity
        self._recent: OrderedDict[TodoKey, RunSight] = OrderedDict()
        self._drafts: dict[str, _Draft] = {}

    def keep(self, sight: RunSight) -> None:
        """Remember a run, which the registry has taken in; what has settled is not worth the memory."""
        self._recent.pop(sight.key, None)
        if sight.settled:
            self._drafts.pop(sight.uid, None)
            return
        self._recent[sight.key] = sight
        if len(self._recent) > self._capacity:
            _, oldest = self._recent.popitem(last=False)
            self._drafts.pop(oldest.uid, None)

    def drop(self, key: TodoKey) -> None:
        """The latest known version is outdated: the next read asks the API server."""
        self._recent.pop(key, None)

    def forget(self, key: TodoKey, uid: str) -> None:
        """The object exists no more."""
        recent = self._recent.get(key)
        if recent is not None and recent.uid == uid:
            del self._recent[key]
        self._drafts.pop(uid, None)

    async def read(self, key: TodoKey) -> RunSight | None:
        """The run as it is known; None where it does not exist. Raises ApiError."""
        if not key.name:
            return None  # the target of a decision that does not say which
        recent = self._recent.get(key)
        if recent is not None and self._registry.is_current(recent):
            self._recent.move_to_end(key)
            return recent
        return await self._reader.read(key)

    def status_of(self, snapshot: RunSnapshot) -> RunStatus:
        """The latest that is known of its status, written or not."""
        draft = self._drafts.get(snapshot.uid)
        if draft is None:
            return snapshot.status
        if draft.base is not snapshot.status and draft.base != snapshot.status:
            del self._drafts[snapshot.uid]
            return snapshot.status
        return draft.status

    def draft(self, snapshot: RunSnapshot, status: RunStatus) -> None:
        """The status that is still to be written over that of ``snapshot``."""
        self._drafts[snapshot.uid] = _Draft(snapshot.status, status)

    def written(self, uid: str) -> None:
        """A status was written: there is no draft of it any more."""
        self._drafts.pop(uid, None)
