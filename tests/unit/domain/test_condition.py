"""The table of conditions (design 2.3), and what kstatus makes of it."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myapp.domain.condition import Condition, ConditionType, Readiness, Standing, conditions_for
from myapp.domain.todo_phase import FORESEEN_REASONS, REASONS, REFUSED_REASONS, Phase, Reason
from tests.unit.domain.builders import T0, at
from tests.unit.domain.kstatus import KStatus, kstatus

WAITING = [
    (Phase.PENDING, Reason.WAITING_FOR_DEPENDENCY),
    (Phase.PENDING, Reason.DEPENDENCY_NOT_FOUND),
    (Phase.PENDING, Reason.WAITING_FOR_START_TIME),
    (Phase.PENDING, Reason.SUSPENDED),
    (Phase.ACTIVE, Reason.AWAITING_DECISION),
    (Phase.ACTIVE, Reason.WAITING),
    (Phase.ACTIVE, Reason.SUSPENDED),
    *((Phase.ACTIVE, reason) for reason in (Reason.STARTING, Reason.BACKING_OFF)),
    *((Phase.ACTIVE, reason) for reason in (Reason.UNAVAILABLE, Reason.REFUSED, Reason.INTERNAL_ERROR)),
    *((Phase.ACTIVE, reason) for reason in (Reason.RUNNING, Reason.JOB_SUSPENDED, Reason.IMAGE_PULL_FAILED)),
    *((Phase.ACTIVE, reason) for reason in (Reason.UNSCHEDULABLE, Reason.POD_REFUSED, Reason.POD_NOT_STARTED)),
    *((Phase.ACTIVE, reason) for reason in (Reason.QUOTA_EXCEEDED, Reason.ADMISSION_REFUSED, Reason.FORBIDDEN)),
    *((Phase.ACTIVE, reason) for reason in (Reason.AUTOMATION_NOT_ALLOWED, Reason.NAMESPACE_TERMINATING)),
    (Phase.ACTIVE, Reason.WAITING_FOR_CLEANUP),
    *((Phase.ACTIVE, reason) for reason in (Reason.WAITING_FOR_OBJECT, Reason.KIND_NOT_FOUND, Reason.OBJECT_NOT_FOUND)),
    *((Phase.ACTIVE, reason) for reason in (Reason.POLLING, Reason.SECRET_NOT_FOUND, Reason.INVALID_SECRET)),
    (Phase.ACTIVE, Reason.NAME_NOT_RESOLVED),
    *((Phase.PENDING, reason) for reason in sorted(FORESEEN_REASONS - {Reason.INVALID_TEMPLATE})),
]
REFUSED = [
    (Phase.PENDING, Reason.INVALID_SPEC),
    (Phase.PENDING, Reason.DEPENDENCY_CYCLE),
    (Phase.PENDING, Reason.INVALID_TEMPLATE),
    (Phase.ACTIVE, Reason.INVALID_SPEC),
    (Phase.ACTIVE, Reason.NAME_CONFLICT),
]
ENDED_WELL = [
    (Phase.SUCCEEDED, Reason.COMPLETED),
    (Phase.SUCCEEDED, Reason.TIMED_OUT),
    (Phase.SKIPPED, Reason.DEPENDENCY_FAILED),
    (Phase.SKIPPED, Reason.WHEN_FALSE),
    (Phase.SKIPPED, Reason.TIMED_OUT),
    (Phase.SUCCEEDED, Reason.APPROVED),
    (Phase.SKIPPED, Reason.SKIPPED_BY_DECISION),
]
ENDED_BADLY = [
    (Phase.FAILED, Reason.TIMED_OUT),
    (Phase.FAILED, Reason.REJECTED),
    (Phase.FAILED, Reason.WHEN_ERROR),
    (Phase.FAILED, Reason.OUTPUTS_ERROR),
    *((Phase.FAILED, reason) for reason in (Reason.JOB_FAILED, Reason.POD_LOST, Reason.POD_NOT_STARTED)),
    *((Phase.FAILED, reason) for reason in (Reason.DEADLINE_EXCEEDED, Reason.RESULT_LOST)),
    *((Phase.FAILED, reason) for reason in (Reason.INVALID_OUTPUTS, Reason.INVALID_TEMPLATE)),
    *((Phase.FAILED, reason) for reason in (Reason.OBJECT_FAILED, Reason.OBJECT_REPLACED, Reason.FIELD_CONFLICT)),
    (Phase.FAILED, Reason.INVALID_MANIFEST),
    *((Phase.FAILED, reason) for reason in (Reason.REQUEST_REFUSED, Reason.CONDITION_NOT_MET, Reason.SERVER_ERROR)),
    *((Phase.FAILED, reason) for reason in (Reason.CONNECTION_FAILED, Reason.TLS_FAILED, Reason.REQUEST_TIMED_OUT)),
    *((Phase.FAILED, reason) for reason in (Reason.ADDRESS_NOT_ALLOWED, Reason.REDIRECT_REFUSED)),
    *((Phase.FAILED, reason) for reason in (Reason.INVALID_RESPONSE, Reason.RESPONSE_TOO_LARGE)),
    (Phase.CANCELLED, Reason.CANCELLED_BY_DECISION),
    (Phase.CANCELLED, Reason.WORKFLOW_CANCELLED),
]
READY_CURRENT = ({"Ready": True, "Reconciling": False, "Stalled": False}, KStatus.CURRENT)
NOT_READY_YET = ({"Ready": False, "Reconciling": True, "Stalled": False}, KStatus.IN_PROGRESS)
STALLED = ({"Ready": False, "Reconciling": False, "Stalled": True}, KStatus.FAILED)
COMPLETE = ({**READY_CURRENT[0], "Complete": True}, KStatus.CURRENT)
FAILED = ({**STALLED[0], "Failed": True}, KStatus.FAILED)

TABLE = [
    *((*state, Readiness.ACCEPTED, *READY_CURRENT) for state in WAITING),
    *((*state, Readiness.COMPLETE, *NOT_READY_YET) for state in WAITING),
    *((*state, readiness, *STALLED) for state in REFUSED for readiness in Readiness),
    *((*state, readiness, *COMPLETE) for state in ENDED_WELL for readiness in Readiness),
    *((*state, readiness, *FAILED) for state in ENDED_BADLY for readiness in Readiness),
]
STANDINGS = st.sampled_from(TABLE).map(
    lambda row: Standing(row[0], row[1], "why", row[2], "", row[1] in REFUSED_REASONS)
)


def standing(phase: Phase, reason: Reason, readiness: Readiness = Readiness.ACCEPTED, overdue: str = "") -> Standing:
    """A standing with a message."""
    return Standing(phase, reason, "why", readiness, overdue, reason in REFUSED_REASONS)


def by_type(conditions: Iterable[Condition]) -> dict[ConditionType, Condition]:
    """The conditions as the API's map; no type occurs twice."""
    listed = list(conditions)
    mapped = {condition.type: condition for condition in listed}
    assert len(mapped) == len(listed)
    return mapped


@pytest.mark.parametrize(("phase", "reason", "readiness", "expected", "verdict"), TABLE)
def test_every_state(
    phase: Phase, reason: Reason, readiness: Readiness, expected: dict[str, bool], verdict: KStatus
) -> None:
    """Exactly these conditions with exactly these values, and kstatus reads them as the design says."""
    conditions = conditions_for(standing(phase, reason, readiness), (), 7, T0)

    assert {condition.type.value: condition.status for condition in conditions} == expected
    assert kstatus(7, 7, conditions) is verdict
    assert {condition.observed_generation for condition in conditions} == {7}
    assert {condition.reason for condition in conditions} == {reason.value}


def test_the_table_is_complete() -> None:
    """Every phase with every readiness stands in the table above."""
    assert {(row[0], row[2]) for row in TABLE} == {(phase, readiness) for phase in Phase for readiness in Readiness}
    assert {(row[0], row[1]) for row in TABLE} == {(phase, reason) for phase in Phase for reason in REASONS[phase]}
    assert {row[1] for row in TABLE} == set(Reason)


@pytest.mark.parametrize(("phase", "reason", "readiness"), [row[:3] for row in TABLE])
def test_an_edit_not_yet_observed_is_in_progress(phase: Phase, reason: Reason, readiness: Readiness) -> None:
    """Whatever the conditions say of the generation before."""
    conditions = conditions_for(standing(phase, reason, readiness), (), 7, T0)

    assert kstatus(8, 7, conditions) is KStatus.IN_PROGRESS


def test_ready_says_why_and_so_does_stalled_while_it_is_true() -> None:
    """kubectl describe shows the message where it matters."""
    fine = by_type(conditions_for(standing(Phase.ACTIVE, Reason.WAITING), (), 1, T0))
    stuck = by_type(conditions_for(standing(Phase.PENDING, Reason.DEPENDENCY_CYCLE), (), 1, T0))

    assert (fine[ConditionType.READY].message, fine[ConditionType.STALLED].message) == ("why", "")
    assert (stuck[ConditionType.READY].message, stuck[ConditionType.STALLED].message) == ("why", "why")


@pytest.mark.parametrize(("phase", "reason"), [*WAITING, *ENDED_WELL, *ENDED_BADLY])
def test_overdue_comes_on_top_and_changes_nothing_else(phase: Phase, reason: Reason) -> None:
    """Late is not failed."""
    in_time = by_type(conditions_for(standing(phase, reason), (), 1, T0))
    late = by_type(conditions_for(standing(phase, reason, overdue="was due"), (), 1, T0))

    overdue = late.pop(ConditionType.OVERDUE)
    assert late == in_time
    assert (overdue.status, overdue.reason, overdue.message) == (True, "DueTimePassed", "was due")


def test_times_are_written_to_the_second() -> None:
    """lastTransitionTime is a metav1.Time, which has no fractions."""
    conditions = conditions_for(standing(Phase.ACTIVE, Reason.WAITING), (), 1, T0.replace(microsecond=999_000))

    assert {condition.last_transition_time for condition in conditions} == {T0}


@given(st.lists(STANDINGS, min_size=2, max_size=8))
def test_a_time_moves_exactly_when_a_status_moves(standings: list[Standing]) -> None:
    """Over any sequence of standings, a second apart, reasons and generations changing all the while."""
    before: dict[ConditionType, Condition] = {}
    for second, current in enumerate(standings):
        after = by_type(conditions_for(current, before.values(), second, at(second)))
        for kind, condition in after.items():
            moved = kind not in before or before[kind].status is not condition.status
            expected = at(second) if moved else before[kind].last_transition_time
            assert condition.last_transition_time == expected
            assert condition.observed_generation == second
        before = after


def test_another_message_moves_no_time() -> None:
    """Only the status does."""
    first = conditions_for(standing(Phase.PENDING, Reason.WAITING_FOR_DEPENDENCY), (), 1, T0)
    other = replace(standing(Phase.PENDING, Reason.WAITING_FOR_START_TIME), message="another")

    again = conditions_for(other, first, 1, at(60))

    assert {condition.last_transition_time for condition in again} == {T0}
    assert by_type(again)[ConditionType.READY].message == "another"
