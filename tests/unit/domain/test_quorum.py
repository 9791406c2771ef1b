"""When a quorum is reached: distinct people, each for one place."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myapp.domain.decision import CountedDecision, DecisionAction
from myapp.domain.quorum import Approver, Quorum
from tests.unit.domain.builders import at

SRE, SECURITY, EVE = Approver("Group", "sre", 1), Approver("Group", "security", 1), Approver("User", "eve", 1)


def approval(username: str, *groups: str) -> CountedDecision:
    """A vote that counted."""
    return CountedDecision(f"by-{username}", DecisionAction.APPROVE, username, at(5), "", groups)


@pytest.mark.parametrize(
    ("quorum", "approvals", "lacks"),
    [
        (Quorum(1), [], "0 of 1 approvals, lacks 1"),
        (Quorum(1), [approval("ann")], ""),
        (Quorum(2), [approval("ann")], "1 of 2 approvals, lacks 1"),
        (Quorum(2), [approval("ann"), approval("ann")], "1 of 2 approvals, lacks 1"),
        (Quorum(2), [approval("ann"), approval("bob")], ""),
        (Quorum(2, (Approver("Group", "sre"),)), [approval("ann", "sre")], "1 of 2 approvals, lacks 1 of group sre"),
        (Quorum(1, (SRE, SECURITY)), [], "0 of 2 approvals, lacks 1 of group sre, 1 of group security"),
        (Quorum(1, (SRE, SECURITY)), [approval("ann", "sre")], "1 of 2 approvals, lacks 1 of group security"),
        (
            Quorum(1, (SRE, SECURITY)),
            [approval("ann", "sre", "security")],
            "1 of 2 approvals, lacks 1 of group security",
        ),
        (Quorum(1, (SRE, SECURITY)), [approval("ann", "sre", "security"), approval("bob", "sre")], ""),
        (Quorum(2, (EVE,)), [approval("eve")], "1 of 2 approvals, lacks 1 of eve"),
        (
            Quorum(3, (SRE, SECURITY)),
            [approval("ann", "sre"), approval("bob", "security")],
            "2 of 3 approvals, lacks 1 of group sre or group security",
        ),
    ],
)
def test_what_is_missing(quorum: Quorum, approvals: list[CountedDecision], lacks: str) -> None:
    """It is told in people and groups; nothing is missing when the quorum is reached."""
    assert quorum.lacks(approvals) == lacks


def test_who_may_vote() -> None:
    """Everybody whom RBAC lets, unless there is a list."""
    named = Quorum(1, (SRE, EVE))

    assert Quorum(1).entitles("anybody", ())
    assert named.entitles("ann", ("dev", "sre"))
    assert named.entitles("eve", ())
    assert not named.entitles("sre", ())
    assert not named.entitles("mallory", ("eve",))


groups = st.sets(st.sampled_from(["a", "b", "c"]), max_size=3)
people = st.lists(groups, max_size=5).map(
    lambda memberships: [approval(f"p{number}", *sorted(member)) for number, member in enumerate(memberships)]
)
quorums = st.builds(
    lambda minimum, minima: Quorum(minimum, tuple(Approver("Group", name, least) for name, least in minima.items())),
    st.integers(1, 4),
    st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 2), max_size=3),
)


@given(quorum=quorums, approvals=people, dice=st.randoms(use_true_random=False))
def test_reached_exactly_when_people_can_be_assigned(quorum: Quorum, approvals: list[CountedDecision], dice) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001 - hypothesis' Random
    """As trying out every assignment says, in whatever order they voted."""
    places = [approver for approver in quorum.approvers for _ in range(approver.minimum)]
    assignable = len(places) <= len(approvals) and any(
        all(place.includes(made.username, made.groups) for place, made in zip(places, order, strict=True))
        for order in permutations(approvals, len(places))
    )
    shuffled = list(approvals)
    dice.shuffle(shuffled)

    assert (quorum.lacks(approvals) == "") == (len(approvals) >= quorum.minimum and assignable)
    assert (quorum.lacks(shuffled) == "") == (quorum.lacks(approvals) == "")


@given(quorum=quorums, approvals=people, dice=st.randoms(use_true_random=False))
def test_what_is_not_needed_is_never_missed(quorum: Quorum, approvals: list[CountedDecision], dice) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001 - hypothesis' Random
    """Counting only what is needed when it comes ends as counting everything does, and bounds what is counted."""
    dice.shuffle(approvals)
    counted: list[CountedDecision] = []
    for made in approvals:
        if quorum.needs(counted, made):
            counted.append(made)

    assert (quorum.lacks(counted) == "") == (quorum.lacks(approvals) == "")
    assert len(counted) <= quorum.minimum + sum(approver.minimum for approver in quorum.approvers)


@given(quorum=quorums, approvals=people)
def test_one_more_approval_never_undoes_a_quorum(quorum: Quorum, approvals: list[CountedDecision]) -> None:
    """Nor does it ever make more missing."""
    if quorum.lacks(approvals) == "":
        assert quorum.lacks([*approvals, approval("late", "a")]) == ""
