"""What the API server's audit log tells of one namespace, for those who ask again and again."""

import json
from pathlib import Path
from typing import Any


class AuditedEvents:
    """Reads on from where it was: the log of the whole run grows to many megabytes, and each test asks often."""

    def __init__(self, audit_log: Path, namespace: str) -> None:
        self._audit_log = audit_log
        self._mark = f'"namespace":"{namespace}"'.encode()
        self._read_up_to = 0
        self._events: list[dict[str, Any]] = []

    def all(self) -> list[dict[str, Any]]:
        """Every event in which the namespace is named, in the order of the log; a half-written last line waits."""
        with self._audit_log.open("rb") as log:
            log.seek(self._read_up_to)
            written = log.read()
        whole = written[: written.rfind(b"\n") + 1]
        self._read_up_to += len(whole)
        # Not splitlines(): names and messages may hold other line separators, which JSON does not escape.
        self._events += [json.loads(line) for line in whole.split(b"\n") if self._mark in line]
        return list(self._events)
