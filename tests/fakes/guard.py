"""A guard that lets every decision be judged, or none; and what the real guard talks to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from myapp.application.errors import ApiError
from myapp.application.guard import Admitted
from myapp.application.ports import PolicyReading
from myapp.application.proven_time import Mark, ProvenTime, ServerMoment
from myapp.domain.decision import Decision
from tests.fakes.clock import START


@dataclass
class FakeGuard:
    """DecisionGuard; ``waits_because`` has all decisions wait."""

    waits_because: str = ""

    async def admit(self, decisions: Sequence[Decision]) -> Admitted:
        """All or none."""
        return Admitted(() if self.waits_because else tuple(decisions), self.waits_because)


@dataclass
class FakePolicies:
    """Policies, Forger and ServerClock in one small world: what is wrong is set by the test."""

    generation: int = 1
    problem_read: str = ""
    problem_forged: str = ""
    failures: list[ApiError] = field(default_factory=list)
    version: int = 100
    second: int = 0
    reads: int = 0
    on_forge: Callable[[], None] = lambda: None

    def change(self) -> None:
        """Somebody edits a policy, and perhaps edits it back at once."""
        self.generation += 1
        self.version += 1

    async def read(self) -> PolicyReading:
        """Policies."""
        self.reads += 1
        if self.failures:
            raise self.failures.pop(0)
        mark = Mark("ValidatingAdmissionPolicy", "decisions", "uid", self.generation)
        return PolicyReading(frozenset({mark}), self.problem_read)

    async def problem(self) -> str:
        """Forger."""
        self.on_forge()
        return self.problem_forged

    async def moment(self) -> ServerMoment:
        """ServerClock: each question comes a second later."""
        self.second += 1
        return ServerMoment(self.version, START + timedelta(seconds=self.second))


@dataclass
class FakeRecord:
    """GuardRecord."""

    kept: ProvenTime = field(default_factory=ProvenTime)
    saves: int = 0
    failures: list[ApiError] = field(default_factory=list)

    async def load(self) -> ProvenTime:
        """What was kept."""
        return self.kept

    async def save(self, proven: ProvenTime) -> None:
        """Keep this."""
        if self.failures:
            raise self.failures.pop(0)
        self.kept = proven
        self.saves += 1
