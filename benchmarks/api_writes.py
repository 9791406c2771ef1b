"""Counts one identity's writes in the API server's audit log, its only witness that tells who sent a request.

Refused writes count too: a conflict costs the server nearly what a success does. What could never have been stored does
not: dry runs, and reviews of who somebody is or what they may do.
"""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from deploy.local.audit_events import is_write, resource_of


def count_writes(lines: Iterable[bytes], username: str) -> Counter[str]:
    """Writes by "verb resource code" from audit events, one JSON document a line; a half-written last line is ignored.

    A renewed Lease is no write of a Todo and is left out.
    """
    writes: Counter[str] = Counter()
    for line in lines:
        if not line.endswith(b"\n") or username.encode() not in line:
            continue
        event = json.loads(line)
        resource = resource_of(event)
        if (
            event["user"]["username"] == username
            and is_write(event)
            and event["stage"] == "ResponseComplete"
            and resource != "leases"
        ):
            writes[f"{event['verb']} {resource} {event['responseStatus']['code']}"] += 1
    return writes


class AuditLogBookmark:
    """Remembers where the audit log ends now, so that only what is written later is counted."""

    def __init__(self, audit_log: Path, username: str) -> None:
        self._audit_log = audit_log
        self._username = username
        self._offset = audit_log.stat().st_size

    def writes_since(self) -> Counter[str]:
        """The identity's writes since this bookmark was made."""
        with self._audit_log.open("rb") as log:
            log.seek(self._offset)
            return count_writes(log, self._username)
