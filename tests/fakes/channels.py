"""A channel that keeps what it was offered until a test says what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from myapp.application.snapshot import Snapshot
from myapp.domain.plan import Notice


@dataclass
class FakeChannel:
    """NoticeChannel over a list."""

    at_once: bool | None = None
    """What it answers at once; None keeps what it is offered."""
    offered: list[tuple[str, Notice]] = field(default_factory=list)
    _waiting: list[Callable[[bool], None]] = field(default_factory=list)

    def offer(self, snapshot: Snapshot, notice: Notice, done: Callable[[bool], None]) -> None:
        """Keep the notice, or be done with it."""
        self.offered.append((snapshot.key.name, notice))
        if self.at_once is None:
            self._waiting.append(done)
        else:
            done(self.at_once)

    def finish(self, settled: bool = True) -> None:
        """Be done with all that was kept."""
        waiting, self._waiting = self._waiting, []
        for done in waiting:
            done(settled)
