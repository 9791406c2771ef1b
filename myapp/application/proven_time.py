"""The stretches of time in which the admission policies are known to have been in force, and what falls into them.

Pure. A stretch is told by two orders at once: resourceVersions, which are exact and grow with every write, and the API
server's seconds, in which creation is recorded. Someone who changes a decision gives it a later version, but no later
creation: so both must lie behind the beginning.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

#: Stretches that are remembered. What was decided in an older one and still has no answer counts no more.
REMEMBERED = 16


@dataclass(frozen=True, slots=True)
class Mark:
    """One policy or binding as it is: another uid is another object, another generation another spec."""

    kind: str
    name: str
    uid: str
    generation: int


Marks = frozenset[Mark]


@dataclass(frozen=True, slots=True)
class ServerMoment:
    """A moment as the API server tells it: the version of its last write, and its clock's second."""

    version: int
    second: datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """Decisions made after ``since`` and up to the version ``until`` were admitted by these very policies."""

    marks: Marks
    since: ServerMoment
    until: int

    def holds(self, version: int, created_at: datetime) -> bool:
        """Whether an object of this creation, seen in this version, was created in this stretch."""
        return self.since.version < version <= self.until and created_at >= self.since.second


@dataclass(frozen=True, slots=True)
class ProvenTime:
    """All stretches, the latest last; ``goes_on`` says whether nothing is known to have ended that one."""

    stretches: tuple[Stretch, ...] = ()
    goes_on: bool = False

    def continues_with(self, marks: Marks) -> bool:
        """Whether the latest stretch lasts until now, now that the policies are seen to be these."""
        return self.goes_on and self.stretches[-1].marks == marks

    def extended(self, version: int) -> "ProvenTime":
        """The latest stretch reaches this version. To be asked only while it continues."""
        last = self.stretches[-1]
        return replace(self, stretches=(*self.stretches[:-1], replace(last, until=max(last.until, version))))

    def proven(self, marks: Marks, moment: ServerMoment) -> "ProvenTime":
        """A check was good. What lies between the last one and this is proven only if nothing has changed since."""
        if self.continues_with(marks):
            return self.extended(moment.version)
        return ProvenTime((*self.stretches, Stretch(marks, moment, moment.version))[-REMEMBERED:], goes_on=True)

    def broken(self) -> "ProvenTime":
        """A check was bad: whatever comes after the last good one is proven by none."""
        return replace(self, goes_on=False)

    def differs_from(self, other: "ProvenTime") -> bool:
        """Whether more than the end of the latest stretch is new."""
        return (self.goes_on, [each.since for each in self.stretches]) != (
            other.goes_on,
            [each.since for each in other.stretches],
        )

    def holds(self, version: int, created_at: datetime) -> bool:
        """Whether something was created while the policies were in force."""
        return any(stretch.holds(version, created_at) for stretch in self.stretches)


def latest(versions: Iterable[str]) -> int:
    """The highest of some resourceVersions."""
    return max(map(int, versions), default=0)
