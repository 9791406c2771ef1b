"""What the operator wrote, by the API server's own account: its audit log, not the operator's word."""

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from deploy.local.audit_events import is_write, resource_of
from deploy.local.identities import OPERATOR
from tests.running_operator.audited_events import AuditedEvents

_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class AuditedWrite:
    """One write that the API server answered; `resource` includes the subresource (`todos/status`)."""

    verb: str
    resource: str
    name: str
    code: int

    @property
    def succeeded(self) -> bool:
        """Whether it was carried out, as far as the API server is concerned."""
        return self.code < 300

    def __str__(self) -> str:
        return f"{self.verb} {self.resource}"


class AuditedWrites:
    """Looks into the audit log with every question."""

    def __init__(self, audit_log: Path, namespace: str, username: str = OPERATOR.username) -> None:
        self._log = AuditedEvents(audit_log, namespace)
        self._namespace = namespace
        self._username = username

    def all(self) -> list[AuditedWrite]:
        """Every write in the namespace, refused ones too, in the order of the answers; dry runs are none."""
        return [
            AuditedWrite(
                verb=event["verb"],
                resource=resource_of(event),
                name=about.get("name", ""),
                code=event["responseStatus"]["code"],
            )
            for event in self._log.all()
            if is_write(event)
            and event["user"]["username"] == self._username
            and (about := event["objectRef"])["namespace"] == self._namespace
        ]

    def settled(self, seconds: float = 0.5) -> list[AuditedWrite]:
        """Every write, once none has come for that long: the log is written after the answer, so it lags behind.

        Raises AssertionError when there is no end of them.
        """
        give_up = time.monotonic() + _PATIENCE
        before = self.all()
        while True:
            time.sleep(seconds)
            if (now := self.all()) == before:
                return now
            assert time.monotonic() < give_up, f"the operator still writes after {_PATIENCE:.0f} s"
            before = now

    def of(self, name: str) -> list[str]:
        """The writes to one object that succeeded, as `patch todos/status`."""
        return [str(write) for write in self.all() if write.name == name and write.succeeded]

    def total(self) -> Counter[str]:
        """How many writes of each kind succeeded."""
        return Counter(str(write) for write in self.all() if write.succeeded)

    def per_object(self, kind: str = "patch todos/status") -> Counter[str]:
        """How many writes of that kind succeeded, by the object's name."""
        return Counter(write.name for write in self.all() if str(write) == kind and write.succeeded)
