"""A cache outside of the process, in memory, that remembers what was asked of it."""

from dataclasses import dataclass, field

from myapp.application.snapshot import Snapshot
from myapp.domain.todo_key import TodoKey

Entry = tuple[TodoKey, str, str]


@dataclass
class FakeSnapshotCache:
    """SnapshotCache over a dictionary. ``answers`` overrule what it has, by key, as those of a bad cache would."""

    entries: dict[Entry, Snapshot] = field(default_factory=dict)
    answers: dict[TodoKey, Snapshot] = field(default_factory=dict)
    asked: list[Entry] = field(default_factory=list)
    dropped: list[Entry] = field(default_factory=list)

    async def get(self, key: TodoKey, uid: str, version: str) -> Snapshot | None:
        """What was put under exactly this."""
        self.asked.append((key, uid, version))
        return self.answers.get(key) or self.entries.get((key, uid, version))

    def put(self, snapshot: Snapshot) -> None:
        """Keep it."""
        self.entries[snapshot.key, snapshot.uid, snapshot.version] = snapshot

    def drop(self, key: TodoKey, uid: str, version: str) -> None:
        """Let go of it."""
        self.dropped.append((key, uid, version))
        self.entries.pop((key, uid, version), None)
