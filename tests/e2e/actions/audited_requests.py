"""What the operator asked of the API server in one namespace, reads and watches included, by its audit log."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.local.identities import OPERATOR
from tests.running_operator.audited_events import AuditedEvents

_PATIENCE = 15.0
_POLL = 0.1
_QUIET = 3.0


@dataclass(frozen=True, slots=True)
class AuditedRequest:
    """One request; ``acting_as`` is empty where the operator acted in its own name."""

    verb: str
    resource: str
    name: str
    acting_as: str
    code: int
    is_over: bool
    """False for a watch that goes on."""


class AuditedRequests:
    """Looks into the audit log with every question."""

    def __init__(self, audit_log: Path, namespace: str) -> None:
        self._log = AuditedEvents(audit_log, namespace)

    def of(self, resource: str) -> list[AuditedRequest]:
        """All requests about that resource, in the order in which they began to be answered."""
        found: dict[str, AuditedRequest] = {}
        for event in self._log.all():
            about = event["objectRef"]
            if event["user"]["username"] == OPERATOR.username and about["resource"] == resource:
                found[event["auditID"]] = AuditedRequest(
                    event["verb"],
                    resource,
                    about.get("name", ""),
                    event.get("impersonatedUser", {}).get("username", ""),
                    event["responseStatus"]["code"],
                    event["stage"] == "ResponseComplete",
                )
        return list(found.values())

    def watches(self, resource: str) -> list[AuditedRequest]:
        """The watches of that resource."""
        return [request for request in self.of(resource) if request.verb == "watch"]

    def wait(self, resource: str, fits: Callable[[list[AuditedRequest]], bool]) -> list[AuditedRequest]:
        """The requests about that resource, once they fit."""
        give_up = time.monotonic() + _PATIENCE
        while not fits(found := self.of(resource)):
            assert time.monotonic() < give_up, f"after {_PATIENCE:.0f} s there are {found}"
            time.sleep(_POLL)
        return found

    def settled(self, resource: str) -> list[AuditedRequest]:
        """The requests about that resource, once there has been none for some seconds."""
        give_up, found, since = time.monotonic() + _PATIENCE * 2, self.of(resource), time.monotonic()
        while time.monotonic() - since < _QUIET:
            assert time.monotonic() < give_up, f"no end of requests: {len(found)}"
            time.sleep(_POLL)
            if len(now := self.of(resource)) != len(found):
                found, since = now, time.monotonic()
        return found
