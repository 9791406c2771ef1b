"""Which version of each object of a kind is known: refuses what is older, and what was deleted before it arrived."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar

from myapp.domain.todo_key import TodoKey

#: How many deleted objects are remembered, so that an older version of one that arrives late does not revive it.
_BURIED = 10_000


class Record(Protocol):
    """What is remembered of an object."""

    @property
    def uid(self) -> str:
        """Which object of its name it is."""
        ...

    @property
    def version(self) -> int:
        """The latest that is known."""
        ...


class Versioned(Protocol):
    """An object as it was read at one version."""

    @property
    def key(self) -> TodoKey:
        """Namespace and name."""
        ...

    @property
    def uid(self) -> str:
        """Which object of that name it is."""
        ...

    @property
    def version(self) -> str:
        """Its resourceVersion."""
        ...


R = TypeVar("R", bound=Record)


class KnownObjects(Generic[R]):
    """Records by key."""

    def __init__(self) -> None:
        self._records: dict[TodoKey, R] = {}
        self._buried: OrderedDict[str, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, key: TodoKey) -> bool:
        return key in self._records

    def knows(self, key: TodoKey, uid: str, version: str) -> bool:
        """Whether this version, or a later one of the same object, was seen before; or its end."""
        record = self._records.get(key)
        return uid in self._buried or (record is not None and record.uid == uid and record.version >= int(version))

    def is_current(self, snapshot: Versioned) -> bool:
        """Whether nothing newer than this snapshot is known."""
        record = self._records.get(snapshot.key)
        return record is not None and record.uid == snapshot.uid and record.version == int(snapshot.version)

    def version_of(self, key: TodoKey) -> tuple[str, str] | None:
        """The uid and the latest version that is known; None where nothing is."""
        record = self._records.get(key)
        return (record.uid, str(record.version)) if record is not None else None

    def vanished(self, listed: Iterable[tuple[TodoKey, str]], version: str) -> Iterator[tuple[TodoKey, str]]:
        """The known objects that a listing of that version should have had and does not: key and uid."""
        present, limit = set(listed), int(version)
        known = [(key, record.uid) for key, record in self._records.items() if record.version <= limit]
        return (entry for entry in known if entry not in present)

    def _is_old(self, snapshot: Versioned) -> bool:
        """Whether a snapshot is no news.

        Versions are compared as numbers, also between objects of one name: what was created later has the higher one
        (KEP-5504, and true of every etcd-backed server before it).
        """
        known = self._records.get(snapshot.key)
        return snapshot.uid in self._buried or (known is not None and known.version >= int(snapshot.version))

    def _bury(self, key: TodoKey, uid: str) -> R | None:
        """The object was deleted: its record, which is forgotten. Another object of that name is not forgotten."""
        self._buried[uid] = None
        if len(self._buried) > _BURIED:
            self._buried.popitem(last=False)
        record = self._records.get(key)
        if record is None or record.uid != uid:
            return None
        del self._records[key]
        return record
