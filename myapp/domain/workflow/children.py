"""What is known of the todos, or runs, that the steps of a run have become.

One tally per step, kept up to date child by child, so that what a decision asks of it costs the same for one item as
for ten thousand. The truth about children is the API server's; a tally is what was seen of it.
"""

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from myapp.domain.form import Scalar
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.run_phase import StepReason
from myapp.domain.workflow.run_status import KEPT_FAILURES, Counts, ItemFailure

#: The index of the only child of a step that is no ``forEach``.
SINGLE = -1
#: No item is begun before all that come this far before it are known to have been begun.
WINDOW = 64


@dataclass(frozen=True, slots=True)
class ChildState:
    """Where one child stands."""

    name: str
    """Empty where there never was one: what could not be made, or need not be done, is settled without."""
    phase: Phase
    reason: str = ""
    message: str = ""
    """Of what did not end well."""
    waits_for_people: bool = False
    outputs: Mapping[str, Scalar] | None = None
    revision: int = 0


def deleted(name: str, revision: int) -> ChildState:
    """Where a child stands that was there, had not ended, and is there no more."""
    message = f"{name} was deleted before it had ended"
    return ChildState(name, Phase.FAILED, StepReason.CHILD_DELETED, message, revision=revision)


class StepTally:
    """The children of one step.

    After a Retry of the run the step has children of several revisions: an item that has succeeded counts whenever it
    was done, all else counts in its own revision only.
    """

    __slots__ = (
        "_anew",
        "_begun_until",
        "_children",
        "_counted",
        "_failures",
        "_highest",
        "_open",
        "_people",
        "_revision",
    )

    def __init__(self) -> None:
        self._children: dict[int, ChildState] = {}
        self._revision = 0
        self._anew = False
        self._reset()

    def _reset(self) -> None:
        self._counted: dict[Phase, int] = {}
        self._open = 0
        self._people = 0
        self._begun_until = 0
        self._highest = -1
        self._failures: list[int] = []

    def __len__(self) -> int:
        return len(self._children)

    def __iter__(self) -> Iterator[ChildState]:
        return iter(self._children.values())

    def at(self, revision: int, *, anew: bool = False) -> "StepTally":
        """The tally as it counts for a revision of the run; ``anew`` leaves out what was done in an earlier one."""
        if (revision, anew) != (self._revision, self._anew):
            self._revision, self._anew = revision, anew
            self._reset()
            for index, child in self._children.items():
                self._count(index, child)
        return self

    def put(self, index: int, child: ChildState) -> bool:
        """This is where a child stands now: whether its run has to look again.

        It does where the child has ended, or begins or ceases to wait for people; that it was begun, the run knows.
        """
        known = self._children.get(index)
        if known is not None and known.revision > child.revision:
            return False
        if known is not None and known.phase.final and not child.phase.final and known.revision == child.revision:
            return False  # it was settled, and this is an earlier view of it
        if known is not None:
            self._discount(index, known)
        self._children[index] = child
        self._count(index, child)
        ended, waited = (known.phase.final, known.waits_for_people) if known is not None else (False, False)
        return ended is not child.phase.final or waited is not child.waits_for_people

    def gone(self, index: int, name: str) -> bool:
        """The child exists no more: whether that is news. What had ended stays as it ended, all else has failed."""
        known = self._children.get(index)
        if known is None or known.phase.final or known.name != name:
            return False
        return self.put(index, deleted(name, known.revision))

    def child(self, index: int = SINGLE) -> ChildState | None:
        """A child that counts; None where there is none."""
        child = self._children.get(index)
        return child if child is not None and self._counts(child) else None

    def latest(self, index: int = SINGLE) -> ChildState | None:
        """The child that was seen last, whether it counts or is of an earlier revision."""
        return self._children.get(index)

    @property
    def open(self) -> int:
        """How many have not ended."""
        return self._open

    @property
    def waiting_for_people(self) -> int:
        """How many of those wait for people: they take no room that others could use."""
        return self._people

    @property
    def running(self) -> int:
        """How many of those do not."""
        return self._open - self._people

    @property
    def begun_until(self) -> int:
        """Every item below this index has begun."""
        while (child := self._children.get(self._begun_until)) is not None and self._counts(child):
            self._begun_until += 1
        return self._begun_until

    @property
    def surely_begun_until(self) -> int:
        """Every item below this index has once begun, be it there or not: others far behind it have."""
        return max(self._highest + 1 - WINDOW, 0)

    def counts(self, total: int) -> Counts:
        """How many of the items stand where."""
        count = self._counted.get
        return Counts(
            total,
            count(Phase.SUCCEEDED, 0),
            count(Phase.FAILED, 0),
            count(Phase.SKIPPED, 0),
            count(Phase.CANCELLED, 0),
            self._open,
        )

    def failures(self) -> tuple[ItemFailure, ...]:
        """The first items that failed, by their index."""
        return tuple(ItemFailure(index, self._children[index].message) for index in self._failures)

    def to_begin(self, total: int) -> Iterable[int]:
        """The items that may be begun next, the first ones first."""
        first = self.begun_until
        return (index for index in range(first, min(total, first + WINDOW)) if self.child(index) is None)

    def outputs(self, total: int) -> list[dict[str, Scalar] | None]:
        """What the items yielded, by index; None where one yielded nothing."""
        children = map(self.child, range(total))
        return [dict(child.outputs) if child is not None and child.outputs else None for child in children]

    def _counts(self, child: ChildState) -> bool:
        return child.revision == self._revision or (child.phase is Phase.SUCCEEDED and not self._anew)

    def _count(self, index: int, child: ChildState) -> None:
        if not self._counts(child):
            return
        if child.revision == self._revision:
            self._highest = max(self._highest, index)
        self._move(child, 1)
        if child.phase is Phase.FAILED and index not in self._failures:
            insort(self._failures, index)
            del self._failures[KEPT_FAILURES:]

    def _discount(self, index: int, child: ChildState) -> None:
        if not self._counts(child):
            return
        self._move(child, -1)
        if index in self._failures:
            self._failures.remove(index)

    def _move(self, child: ChildState, by: int) -> None:
        if child.phase.final:
            self._counted[child.phase] = self._counted.get(child.phase, 0) + by
            return
        self._open += by
        self._people += by if child.waits_for_people else 0
