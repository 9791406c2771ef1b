"""What people may do with any todo: hold it, let it go on, end it, claim it, comment."""

import pytest

from myapp.domain.counted_decisions import claimed_by
from myapp.domain.decision import Decision, DecisionReason
from myapp.domain.plan import Plan
from myapp.domain.situation import Related
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.todo_status import TodoStatus
from tests.unit.domain.builders import active, decision, plan, sees, todo

LOOP = sees({"b": Phase.PENDING}, loop=("a", "b", "a"))
WAITS = sees({"b": Phase.PENDING})


def act(number: int, action: str, username: str = "ann", seconds: float = 5) -> Decision:
    """A decision."""
    return decision(number, seconds, action=action, username=username)


def after(entry: TodoEntry, status: TodoStatus, *acts: Decision, seconds: float = 10) -> Plan:
    """What follows."""
    return plan(entry, status, seconds=seconds, decisions=acts)


def reasons(result: Plan) -> list[DecisionReason]:
    """How the decisions were answered."""
    return [answer.reason for answer in result.answers]


@pytest.mark.parametrize(
    ("action", "ended"),
    [
        ("Skip", (Phase.SKIPPED, Reason.SKIPPED_BY_DECISION, "skipped by ann: done")),
        ("Cancel", (Phase.CANCELLED, Reason.CANCELLED_BY_DECISION, "cancelled by ann: done")),
    ],
)
@pytest.mark.parametrize(
    ("entry", "related"),
    [
        pytest.param(todo(), Related(), id="active"),
        pytest.param(todo(suspend=True), Related(), id="suspended"),
        pytest.param(todo(needs="b"), WAITS, id="pending"),
        pytest.param(todo(needs="b"), LOOP, id="member of a loop"),
        pytest.param(todo(wait={"duration": "1h"}), Related(), id="a wait"),
    ],
)
def test_a_person_ends_it_wherever_it_stands(
    entry: TodoEntry, related: Related, action: str, ended: tuple[Phase, Reason, str]
) -> None:
    """For good, and it says who and why."""
    before = plan(entry, seconds=3, related=related).status

    result = plan(entry, before, seconds=10, related=related, decisions=[act(1, action)])

    assert (result.status.phase, result.status.reason, result.status.message) == ended
    assert (result.status.start_time is None) == (before.start_time is None)
    assert reasons(result) == [DecisionReason.APPLIED]


def test_suspending_and_resuming() -> None:
    """The clock stands still in between, as it does for spec.suspend."""
    entry = todo(timeout="30s")
    held = after(entry, active(entry), act(1, "Suspend"), seconds=10).status
    on = after(entry, held, act(2, "Resume", seconds=50), seconds=50).status

    assert (held.phase, held.reason, held.message) == (Phase.ACTIVE, Reason.SUSPENDED, "suspended by ann: done")
    assert held.deadline is None
    assert on.reason is Reason.AWAITING_DECISION
    assert on.suspended_for.total_seconds() == 40


@pytest.mark.parametrize(
    ("entry", "acts", "expected"),
    [
        (todo(), ["Resume"], [DecisionReason.NOT_SUSPENDED]),
        (todo(), ["Suspend", "Suspend"], [DecisionReason.APPLIED, DecisionReason.ALREADY_SUSPENDED]),
        (todo(), ["Suspend", "Complete"], [DecisionReason.APPLIED, DecisionReason.TARGET_SUSPENDED]),
        (todo(suspend=True), ["Resume"], [DecisionReason.SUSPENDED_BY_SPEC]),
        (todo(suspend=True), ["Suspend", "Resume"], [DecisionReason.APPLIED] * 2),
        (todo(), ["Claim", "Claim"], [DecisionReason.APPLIED, DecisionReason.ALREADY_CLAIMED]),
        (todo(), ["Release"], [DecisionReason.NOT_CLAIMED_BY_YOU]),
        (todo(), ["Claim", "Release", "Claim"], [DecisionReason.APPLIED] * 3),
        (todo(wait={"duration": "1h"}), ["Claim"], [DecisionReason.NOT_FOR_PEOPLE]),
        (todo(), ["Comment", "Comment"], [DecisionReason.APPLIED] * 2),
        (todo(suspend=True), ["Comment"], [DecisionReason.APPLIED]),
        (todo(), ["Complete", "Comment"], [DecisionReason.APPLIED, DecisionReason.TARGET_FINISHED]),
    ],
)
def test_what_fits(entry: TodoEntry, acts: list[str], expected: list[DecisionReason]) -> None:
    """Each act meets the todo as the acts before it have left it."""
    made = [act(number, action) for number, action in enumerate(acts)]

    assert reasons(after(entry, plan(entry).status, *made)) == expected


def test_spec_suspend_outlasts_a_resume() -> None:
    """The person is told."""
    entry = todo(suspend=True)
    result = after(entry, plan(entry).status, act(1, "Suspend"), act(2, "Resume"))

    assert result.status.reason is Reason.SUSPENDED
    assert result.answers[1].message == "applied; it stays suspended by spec.suspend"


def test_a_claim_belongs_to_one_person() -> None:
    """Only that person lets go of it; another one may complete it all the same: a claim is no right."""
    claimed = after(todo(), active(todo()), act(1, "Claim", "bob"), act(2, "Release", "ann")).status

    assert claimed_by(claimed.decisions) == "bob"
    assert claimed.message == "waits for bob to complete it"
    assert after(todo(), claimed, act(3, "Complete", "ann")).status.phase is Phase.SUCCEEDED


def test_a_status_keeps_what_matters_of_ten_thousand_decisions() -> None:
    """Bounded: the claim and the votes stay, the oldest comments go."""
    entry = todo(approval={"min_approvals": 2})
    first = [act(1, "Claim", "bob"), act(2, "Approve", "eve")]
    comments = [act(number, "Comment", seconds=6) for number in range(3, 10_000)]

    status = after(entry, active(entry), *first, *comments).status

    assert len(status.decisions) == 64
    assert [made.id for made in status.decisions[:2]] == ["decision-1", "decision-2"]
    assert status.decisions[-1].id == "decision-9999"
    assert claimed_by(status.decisions) == "bob"
