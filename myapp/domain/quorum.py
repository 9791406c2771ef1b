"""When enough of the right people have approved.

Each approval counts for one entry of the list of approvers only: a person who is in two groups is still one person, so
``sre: 1, security: 1`` takes two people. Which approval counts for which entry is found by matching, so that the order
in which people vote does not matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from myapp.domain.decision import CountedDecision

#: How many approvals a quorum may take, in all and of its groups together (the CRD's bounds).
MOST_APPROVALS = 20


@dataclass(frozen=True, slots=True)
class Approver:
    """A user or a group that may vote, and how many of its members must approve at least."""

    kind: str
    name: str
    minimum: int = 0

    def __str__(self) -> str:
        return self.name if self.kind == "User" else f"group {self.name}"

    def includes(self, username: str, groups: Sequence[str]) -> bool:
        """Whether this entry means the person."""
        return self.name == username if self.kind == "User" else self.name in groups


@dataclass(frozen=True, slots=True)
class Quorum:
    """So many distinct people, of these approvers; an empty list means anybody whom RBAC lets vote."""

    minimum: int
    approvers: tuple[Approver, ...] = ()

    def entitles(self, username: str, groups: Sequence[str]) -> bool:
        """Whether the person may vote."""
        return not self.approvers or any(approver.includes(username, groups) for approver in self.approvers)

    def needs(self, approvals: Sequence[CountedDecision], another: CountedDecision) -> bool:
        """Whether one more approval brings the quorum nearer.

        One that does not now never will, whoever else approves: places are filled by augmenting paths, and whom none
        leads to now, none leads to later. So a status never holds more than twice MOST_APPROVALS.
        """
        people = _people(approvals)
        if len(people) < self.minimum:
            return True
        return len(self._unfilled([*people, another])) < len(self._unfilled(people))

    def lacks(self, approvals: Sequence[CountedDecision]) -> str:
        """What is missing, for people; empty when the quorum is reached."""
        people = _people(approvals)
        lacking = self._unfilled(people)
        missing = max(self.minimum - len(people), len(lacking))
        if missing == 0:
            return ""
        by_name = {str(approver): lacking.count(approver) for approver in lacking}
        named = ", ".join(f"{count} of {name}" for name, count in by_name.items())
        needed = max(self.minimum, len(people) + len(lacking))
        told = f"{len(people)} of {needed} approvals"
        if named:
            return f"{told}, lacks {named}"
        among = " or ".join(map(str, self.approvers))
        return f"{told}, lacks {missing}{f' of {among}' if among else ''}"

    def _unfilled(self, people: Sequence[CountedDecision]) -> list[Approver]:
        """The places that no approval can fill, after as many as possible have been filled (augmenting paths)."""
        places = [approver for approver in self.approvers for _ in range(approver.minimum)]
        holder: dict[int, int] = {}

        def place(person: int, tried: set[int]) -> bool:
            made = people[person]
            for index, approver in enumerate(places):
                if index in tried or not approver.includes(made.username, made.groups):
                    continue
                tried.add(index)
                if index not in holder or place(holder[index], tried):
                    holder[index] = person
                    return True
            return False

        for person in range(len(people)):
            place(person, set())
        return [approver for index, approver in enumerate(places) if index not in holder]


def _people(approvals: Sequence[CountedDecision]) -> list[CountedDecision]:
    """One approval of each person."""
    return list({made.username: made for made in approvals}.values())
