"""A lease on leadership, and when a holder that does not renew it has lost it.

Pure. Expiry is measured on the observer's own monotonic clock from the moment at which it saw the lease change, never
by the times written in it: clocks of two machines differ (as in client-go's leader election).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Lease:
    """The Lease object; ``holder`` is empty where nobody holds it, ``version`` is the resourceVersion."""

    holder: str
    duration: timedelta
    acquired_at: datetime
    renewed_at: datetime
    transitions: int
    version: str = ""


@dataclass(frozen=True, slots=True)
class LeaseTiming:
    """How long a lease holds without renewal, when its holder gives up, and how often both sides try.

    ``renew_deadline`` is the shorter: who cannot renew stops writing before anybody else may begin.
    """

    duration: timedelta = timedelta(seconds=15)
    renew_deadline: timedelta = timedelta(seconds=10)
    retry_period: timedelta = timedelta(seconds=2)


class LeaseWatch:
    """Watches a lease that somebody else holds."""

    def __init__(self) -> None:
        self._version: str | None = None
        self._seen_at = 0.0

    def is_free(self, lease: Lease, now: float) -> bool:
        """Whether the lease may be taken; ``now`` is in seconds of a monotonic clock."""
        if lease.version != self._version:
            self._version, self._seen_at = lease.version, now
        return not lease.holder or now - self._seen_at > lease.duration.total_seconds()
