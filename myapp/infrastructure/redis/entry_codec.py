"""Keys and values of the state cache.

A key is ``PREFIX:SCHEMA:SESSION:{NAMESPACE/UID}:Todo:RESOURCEVERSION``. The session is a random name of this process,
so that two clusters, two releases, two replicas or a cluster that was restored from a backup, where versions come a
second time, can share a server and never see each other's entries.

A value is a seal (in hexadecimal) and a JSON document. The seal is a keyed hash (BLAKE2b) over the document, with a key
that never leaves the process: what anybody else wrote is not read at all. Then everything that the key in Redis says is
compared with the document.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from datetime import datetime

from myapp.application.snapshot import TodoSnapshot
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.mapping.todo_document import from_document, to_document

SCHEMA = 1
LONGEST_VALUE = 256 * 1024
"""In bytes. The bounds of the CRD keep a todo far below; a longer value is neither written nor read."""
_SEAL = 32
_KEY = 32


class UnusableEntryError(Exception):
    """A value is not what was written under its key; the message says in what."""


class EntryCodec:
    """Writes and reads entries of one session. ``now`` is the wall clock's time."""

    def __init__(self, prefix: str, now: Callable[[], datetime]) -> None:
        self._beginning = f"{prefix}:{SCHEMA}:{secrets.token_hex(8)}"
        self._seal_key = secrets.token_bytes(_KEY)
        self._now = now

    @property
    def probe_key(self) -> str:
        """A key of this session that no todo has."""
        return f"{self._beginning}:probe"

    def key(self, key: TodoKey, uid: str, version: str) -> str:
        """Where this version of a todo is kept. The braces put all of one todo on one node of a Redis Cluster."""
        return f"{self._beginning}:{{{key.namespace}/{uid}}}:Todo:{version}"

    def encode(self, snapshot: TodoSnapshot) -> bytes | None:
        """The value; None where it would be too long."""
        document = {
            "schema": SCHEMA,
            "uid": snapshot.uid,
            "resourceVersion": snapshot.version,
            "writtenAt": self._now().isoformat(timespec="seconds"),
            "todo": to_document(snapshot),
        }
        text = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode(errors="surrogatepass")
        return self._seal(text) + text if len(text) <= LONGEST_VALUE - _SEAL else None

    def decode(self, value: bytes, key: TodoKey, uid: str, version: str) -> TodoSnapshot:
        """The todo that was written under this key, uid and version. Raises UnusableEntryError for anything else."""
        seal, text = value[:_SEAL], value[_SEAL:]
        if len(value) > LONGEST_VALUE or not hmac.compare_digest(seal, self._seal(text)):
            raise UnusableEntryError("it was not written by this process")
        try:
            document = json.loads(text)
            found = (document["schema"], document["uid"], document["resourceVersion"])
            snapshot = from_document(document["todo"])
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise UnusableEntryError(f"it is no document of a todo ({error!r})") from error
        expected = (SCHEMA, uid, version)
        if found != expected:
            raise UnusableEntryError(f"its schema, uid and version are {found}, not {expected}")
        if not isinstance(snapshot, TodoSnapshot) or (snapshot.key, snapshot.uid, snapshot.version) != (
            key,
            uid,
            version,
        ):
            raise UnusableEntryError("it holds another todo than it says")
        return snapshot

    def _seal(self, text: bytes) -> bytes:
        return hashlib.blake2b(text, key=self._seal_key, digest_size=_SEAL // 2).hexdigest().encode()
