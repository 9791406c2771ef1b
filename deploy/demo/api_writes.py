"""What the operator wrote, counted by the API server itself: its audit log, not the operator's own word."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.audit_events import is_write, resource_of
from deploy.local.identities import OPERATOR

_SUCCESS = range(200, 300)


@dataclass(frozen=True, slots=True)
class OperatorWrites:
    """Successful writes by resource (`todos/status`): in its own name, and in that of the todos' accounts."""

    own: Counter[str] = field(default_factory=Counter)
    acting_as: dict[str, Counter[str]] = field(default_factory=dict)


def operator_writes(audit_log: Path, namespace: str) -> OperatorWrites:
    """The operator's writes in the namespace; dry runs are none."""
    counted = OperatorWrites()
    with audit_log.open(encoding="utf-8") as lines:
        for line in lines:
            if not line.endswith("\n"):
                break  # the server is still writing it
            event = json.loads(line)
            about = event.get("objectRef", {})
            if (
                event["user"]["username"] == OPERATOR.username
                and is_write(event)
                and about.get("namespace") == namespace
                and event["responseStatus"]["code"] in _SUCCESS
            ):
                resource = resource_of(event)
                acted = event.get("impersonatedUser", {}).get("username", "").rpartition(":")[2]
                if acted:
                    counted.acting_as.setdefault(acted, Counter())[f"{event['verb']} {resource}"] += 1
                else:
                    counted.own[resource] += 1
    return counted
