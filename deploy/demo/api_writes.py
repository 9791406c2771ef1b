"""What the operator wrote, counted by the API server itself: its audit log, not the operator's own word."""

import json
from collections import Counter
from pathlib import Path

from deploy.local.identities import OPERATOR

_SUCCESS = range(200, 300)
_WRITES = frozenset({"create", "update", "patch", "delete", "deletecollection"})


def operator_writes(audit_log: Path, namespace: str) -> Counter[str]:
    """Successful writes of the operator in the namespace, by resource (`todos/status`)."""
    counted: Counter[str] = Counter()
    with audit_log.open(encoding="utf-8") as lines:
        for line in lines:
            if not line.endswith("\n"):
                break  # the server is still writing it
            event = json.loads(line)
            about = event.get("objectRef", {})
            if (
                event["user"]["username"] == OPERATOR.username
                and event["verb"] in _WRITES
                and about.get("namespace") == namespace
                and event["responseStatus"]["code"] in _SUCCESS
            ):
                counted["/".join(part for part in (about["resource"], about.get("subresource")) if part)] += 1
    return counted
