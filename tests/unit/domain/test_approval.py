"""The approval action: who may vote, when, and what ends it."""

from dataclasses import replace

import pytest

from myapp.domain.actions.approval import Approval
from myapp.domain.decision import Decision, DecisionReason
from myapp.domain.errors import InvalidTodoError
from myapp.domain.plan import Plan
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Phase, Reason
from tests.unit.domain.builders import active, decision, plan, todo

SRE_AND_EVE = [{"kind": "Group", "name": "sre", "min_approvals": 1}, {"kind": "User", "name": "eve"}]
OPS = {"kind": "Group", "name": "ops"}


def approval(**fields: object) -> TodoEntry:
    """A todo that asks for approval, created by ann as the API server proved."""
    return todo(approval=fields, requester="ann")


def vote(number: int, username: str, *groups: str, action: str = "Approve", seconds: float = 5) -> Decision:
    """A vote."""
    return decision(number, seconds, action=action, username=username, groups=groups)


def voted(entry: TodoEntry, *votes: Decision) -> Plan:
    """What follows from votes on an active todo."""
    return plan(entry, active(entry), seconds=10, decisions=votes)


def reasons(result: Plan) -> list[DecisionReason]:
    """How the votes were answered."""
    return [answer.reason for answer in result.answers]


def test_waits_for_people_and_says_for_whom() -> None:
    """Nothing but votes ends it."""
    status = active(approval(min_approvals=2, approvers=SRE_AND_EVE))

    assert (status.phase, status.reason) == (Phase.ACTIVE, Reason.AWAITING_DECISION)
    assert status.message == "has 0 of 2 approvals, lacks 1 of group sre"


def test_the_approval_that_completes_the_quorum_ends_it() -> None:
    """Its status names everybody, and keeps for whom they voted, but no other group of theirs."""
    result = voted(approval(min_approvals=2), vote(1, "bob", "sre", "secret-group"), vote(2, "eve"))

    assert (result.status.phase, result.status.reason) == (Phase.SUCCEEDED, Reason.APPROVED)
    assert result.status.message == "approved by bob, eve"
    assert [made.groups for made in result.status.decisions] == [(), ()]
    partly = voted(approval(min_approvals=2, approvers=SRE_AND_EVE), vote(1, "bob", "sre", "secret-group"))
    assert [made.groups for made in partly.status.decisions] == [("sre",)]
    assert partly.status.message == "has 1 of 2 approvals, lacks 1 of group sre or eve"


def test_one_rejection_decides() -> None:
    """Whatever was approved before; the message says who and why, and later votes come too late."""
    result = voted(
        approval(min_approvals=3), vote(1, "bob"), vote(2, "eve", action="Reject"), vote(3, "mia"), vote(4, "leo")
    )

    assert (result.status.phase, result.status.reason) == (Phase.FAILED, Reason.REJECTED)
    assert result.status.message == "rejected by eve: done"
    assert reasons(result)[2:] == [DecisionReason.TARGET_FINISHED] * 2


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ([vote(1, "mallory", "dev")], [DecisionReason.NOT_AN_APPROVER]),
        ([vote(1, "mallory", "dev", action="Reject")], [DecisionReason.NOT_AN_APPROVER]),
        ([vote(1, "bob", "sre"), vote(2, "bob", "sre")], [DecisionReason.APPLIED, DecisionReason.ALREADY_VOTED]),
        ([vote(1, "ann", "sre")], [DecisionReason.SELF_APPROVAL]),
        (
            [vote(1, "eve"), vote(2, "carl", "ops"), vote(3, "dora", "ops")],
            [DecisionReason.APPLIED, DecisionReason.APPLIED, DecisionReason.NOT_NEEDED],
        ),
        ([vote(1, "bob", "sre", action="Complete")], [DecisionReason.NOT_FOR_PEOPLE]),
        ([vote(1, "bob", "sre", action="Skip")], [DecisionReason.NOT_FOR_PEOPLE]),
        ([vote(1, "bob", "sre", seconds=-1)], [DecisionReason.TARGET_NOT_ACTIVE]),
    ],
)
def test_votes_that_do_not_fit(votes: list[Decision], expected: list[DecisionReason]) -> None:
    """Each is refused with its reason, and none moves the todo on."""
    result = voted(approval(min_approvals=2, approvers=[*SRE_AND_EVE, OPS]), *votes)

    assert reasons(result) == expected
    assert result.status.phase is Phase.ACTIVE


def test_an_approval_that_changes_nothing_is_told_what_lacks() -> None:
    """However many of one group approve, what is waited for is the other; who was not needed may still reject."""
    entry = approval(min_approvals=1, approvers=[*SRE_AND_EVE, OPS])
    crowd = [vote(number, f"ops-{number}", "ops") for number in range(1, 100)]

    result = voted(entry, *crowd)

    assert reasons(result) == [DecisionReason.APPLIED] + [DecisionReason.NOT_NEEDED] * 98
    assert result.answers[-1].message == (
        "one more approval of ops-99 would change nothing: it has 1 of 2 approvals, lacks 1 of group sre"
    )
    assert len(result.status.decisions) == 1
    assert voted(entry, *crowd, vote(100, "bob", "sre")).status.reason is Reason.APPROVED
    assert voted(entry, *crowd, vote(100, "ops-99", "ops", action="Reject")).status.reason is Reason.REJECTED


def test_who_created_it_may_reject_it_and_may_be_allowed_to_approve() -> None:
    """Only approving one's own request needs permission."""
    rejected = voted(approval(), vote(1, "ann", action="Reject"))
    allowed = voted(approval(allow_self_approval=True), vote(1, "ann"))

    assert rejected.status.reason is Reason.REJECTED
    assert allowed.status.reason is Reason.APPROVED


def test_who_created_it_stays_who_was_known_first() -> None:
    """A backup is restored by an admin, whose todo it is then; its status still says who asked."""
    first = approval()
    restored = replace(first, requester="admin")

    result = plan(restored, active(first), seconds=10, decisions=[vote(1, "ann"), vote(2, "admin")])

    assert reasons(result) == [DecisionReason.SELF_APPROVAL, DecisionReason.APPLIED]
    assert result.status.requester == "ann"


def test_where_the_requester_is_not_proven_nobody_can_be_excluded() -> None:
    """A name that anybody could have written says nothing."""
    entry = todo(approval={})

    assert plan(entry, active(entry), seconds=10, decisions=[vote(1, "ann")]).status.reason is Reason.APPROVED


def test_an_approval_that_nobody_gives_fails() -> None:
    """When its timeout is over: it never succeeds by time."""
    entry = todo(approval={}, timeout="3s")

    assert plan(entry, active(entry), seconds=4).status.phase is Phase.FAILED
    for on_timeout in ("Skip", "Succeed"):
        with pytest.raises(InvalidTodoError, match="onTimeout"):
            todo(approval={}, on_timeout=on_timeout)


def test_a_quorum_that_nobody_can_reach_is_refused() -> None:
    """Two approvals of one user, more than there are users, or more than a status can hold."""
    with pytest.raises(InvalidTodoError, match="at most 20 approvals of all groups and users together"):
        todo(approval={"approvers": [{"kind": "Group", "name": str(n), "min_approvals": 7} for n in range(3)]})
    with pytest.raises(InvalidTodoError, match="at most one approval of a user"):
        todo(approval={"approvers": [{"kind": "User", "name": "eve", "min_approvals": 2}]})
    with pytest.raises(InvalidTodoError, match=r"minApprovals: found 2, allowed is at most 1"):
        todo(approval={"min_approvals": 2, "approvers": [{"kind": "User", "name": "eve"}]})


def test_one_approval_is_enough_by_default() -> None:
    """As people expect."""
    assert isinstance(todo(approval={}).action, Approval)
    assert voted(todo(approval={}), vote(1, "bob")).status.phase is Phase.SUCCEEDED
