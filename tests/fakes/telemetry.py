"""Telemetry and a notice board that remember what they were told."""

from dataclasses import dataclass, field

from myapp.application.snapshot import Snapshot
from myapp.domain.plan import Notice


@dataclass
class FakeTelemetry:
    """Telemetry over counters."""

    adds: int = 0
    starts: int = 0
    results: list[str] = field(default_factory=list)
    retries: int = 0

    def queued(self, depth: int) -> None:  # noqa: ARG002 - the port's signature
        """Count an addition."""
        self.adds += 1

    def started(self, waited: float, depth: int) -> None:  # noqa: ARG002 - the port's signature
        """Count a start."""
        self.starts += 1

    def finished(self, result: str, seconds: float) -> None:  # noqa: ARG002 - the port's signature
        """Remember a result."""
        self.results.append(result)

    def retried(self) -> None:
        """Count a retry."""
        self.retries += 1


@dataclass
class FakeNoticeBoard:
    """NoticeBoard over a list."""

    posted: list[tuple[str, Notice]] = field(default_factory=list)

    def publish(self, snapshot: Snapshot, notice: Notice) -> None:
        """Remember the notice."""
        self.posted.append((snapshot.key.name, notice))
