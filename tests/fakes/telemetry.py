"""Telemetry and a notice board that remember what they were told."""

from dataclasses import dataclass, field

from myapp.application.ports import CacheLevel, CacheResult
from myapp.application.snapshot import Snapshot
from myapp.domain.decision import Answer
from myapp.domain.plan import Notice
from myapp.domain.todo_status import TodoStatus
from myapp.domain.workflow.run_status import RunStatus


@dataclass
class FakeTelemetry:
    """Telemetry over counters."""

    adds: int = 0
    starts: int = 0
    results: list[str] = field(default_factory=list)
    retries: int = 0
    panics: int = 0
    listings: int = 0
    moves: list[tuple[TodoStatus, TodoStatus]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    cache_reads: list[tuple[CacheLevel, CacheResult]] = field(default_factory=list)

    def cache_read(self, level: CacheLevel, result: CacheResult) -> None:
        """Remember what a level answered."""
        self.cache_reads.append((level, result))

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

    def panicked(self) -> None:
        """Count a panic."""
        self.panics += 1

    def listed(self) -> None:
        """Count a listing."""
        self.listings += 1

    def moved(self, before: TodoStatus, after: TodoStatus) -> None:
        """Remember both statuses."""
        self.moves.append((before, after))

    def answered(self, answer: Answer) -> None:
        """Remember the answer."""
        self.answers.append(answer)


@dataclass
class FakeNoticeBoard:
    """NoticeBoard over a list."""

    posted: list[tuple[str, Notice]] = field(default_factory=list)

    def publish(self, snapshot: Snapshot, notice: Notice) -> None:
        """Remember the notice."""
        self.posted.append((snapshot.key.name, notice))


@dataclass
class FakeRunTelemetry:
    """RunTelemetry over counters."""

    moves: list[tuple[RunStatus, RunStatus]] = field(default_factory=list)

    def run_moved(self, before: RunStatus, after: RunStatus) -> None:
        """RunTelemetry."""
        self.moves.append((before, after))
