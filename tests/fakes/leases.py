"""A lease in memory, as several replicas share it."""

from dataclasses import dataclass, field, replace

from myapp.application.errors import ApiError
from myapp.application.lease import Lease


@dataclass
class FakeLeases:
    """LeaseStore with versions that grow; ``failures`` are raised instead of the next answers."""

    lease: Lease | None = None
    failures: list[ApiError] = field(default_factory=list)
    answers_to_lose: int = 0
    """How many writes are carried out although their answer is an error."""
    writes: list[Lease] = field(default_factory=list)

    async def read(self) -> Lease | None:
        """What is stored."""
        self._fail()
        return self.lease

    async def write(self, lease: Lease) -> Lease | None:
        """Store it if its version is the stored one's."""
        self._fail()
        if lease.version != (self.lease.version if self.lease else ""):
            return None
        self.lease = replace(lease, version=str(int(lease.version or "0") + 1))
        self.writes.append(self.lease)
        if self.answers_to_lose:
            self.answers_to_lose -= 1
            raise ApiError("the answer was lost")
        return self.lease

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop(0)
