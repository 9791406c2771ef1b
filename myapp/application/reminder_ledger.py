"""Which reminders were sent and have no mark in the status of their todo yet.

Memory only: what is lost with the process was sent and is sent once more, as the same reminder. It deliberately writes
nothing itself: the mark goes with the next reconcile, which is asked for here.
"""

from collections.abc import Callable
from datetime import datetime

from myapp.application.snapshot import Snapshot, TodoSnapshot
from myapp.domain.plan import Notice, NoticeKind
from myapp.domain.reminder_schedule import marked
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_status import TodoStatus


class ReminderLedger:
    """Marks to be written. ``wake`` has a todo looked at."""

    def __init__(self, wake: Callable[[TodoKey], None]) -> None:
        self._wake = wake
        self._sent: dict[TodoKey, tuple[str, dict[NoticeKind, datetime]]] = {}

    def __len__(self) -> int:
        return len(self._sent)

    def sent(self, snapshot: Snapshot, notice: Notice) -> None:
        """A reminder has been told wherever it can be told."""
        if notice.moment is None:
            return
        uid, moments = self._sent.get(snapshot.key, (snapshot.uid, {}))
        kept = moments if uid == snapshot.uid else {}
        self._sent[snapshot.key] = snapshot.uid, kept | {notice.kind: notice.moment}
        self._wake(snapshot.key)

    def marked(self, snapshot: TodoSnapshot) -> TodoStatus:
        """The status of the snapshot with the marks that it lacks; a todo that has ended needs none."""
        uid, moments = self._sent.get(snapshot.key, (snapshot.uid, {}))
        status = snapshot.status
        if uid != snapshot.uid or status.phase.final:
            self.forget(snapshot.key)
            return status
        for kind, moment in moments.items():
            status = marked(status, kind, moment)
        if status == snapshot.status:
            self.forget(snapshot.key)
        return status

    def written(self, key: TodoKey, status: TodoStatus) -> None:
        """The status of a todo was written; marks that it has are needed no more."""
        if key in self._sent and all(marked(status, *mark) == status for mark in self._sent[key][1].items()):
            self.forget(key)

    def forget(self, key: TodoKey) -> None:
        """There is nothing to be marked."""
        self._sent.pop(key, None)
