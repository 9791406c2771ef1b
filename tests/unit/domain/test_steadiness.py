"""Asking again gives the same answer, and time changes a status exactly when the plan said that it would."""

import dataclasses
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from myapp.domain.decide import decide
from myapp.domain.decision import Decision
from myapp.domain.dependency import DependencyState
from myapp.domain.moment import to_millisecond
from myapp.domain.plan import Plan
from myapp.domain.situation import Related
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import REASONS, Phase
from myapp.domain.todo_status import TodoStatus
from tests.unit.domain.builders import UNSEEN, at, decision, fields
from tests.unit.domain.strategies import fine_durations, fine_moments, todos

FAR = timedelta(days=365)
states = st.one_of(
    st.sampled_from([Phase.PENDING, Phase.ACTIVE, Phase.SUCCEEDED, Phase.SUCCEEDED, Phase.FAILED]).map(DependencyState),
    st.just(DependencyState(Phase.SKIPPED, skipped_by_dependency=True)),
)
surroundings = st.builds(
    Related,
    dependencies=st.fixed_dictionaries({}, optional=dict.fromkeys("bc", states)),
    loop=st.sampled_from([(), (), ("a", "b", "a")]),
    awaited=st.booleans(),
)
decisions = st.lists(
    st.builds(decision, st.integers(1, 3), st.integers(0, 90), target_id=st.sampled_from(["", "", "uid-of-before"])),
    max_size=2,
    unique_by=lambda made: made.id,
)


@st.composite
def settled(draw: st.DrawFn) -> tuple[TodoEntry, Plan, Related, datetime]:
    """A todo after up to three reconciles: edits, time, decisions and changes around it in between."""
    entry, plan = draw(todos(names=("a", "b", "c"))), Plan(UNSEEN)
    related, now = draw(surroundings), at(0)
    for generation in range(1, draw(st.integers(2, 4))):
        now += timedelta(seconds=draw(st.integers(0, 40)))
        edited = replace(entry, generation=generation, suspend=draw(st.booleans()) and draw(st.booleans()))
        entry, related = draw(st.sampled_from([entry, edited])), draw(st.sampled_from([related, draw(surroundings)]))
        plan = decide(entry, plan.status, related, draw(decisions), now)
    return entry, plan, related, now


@settings(max_examples=100)
@given(settled(), st.integers(min_value=0, max_value=999))
def test_asking_again_before_the_announced_time_changes_nothing(
    case: tuple[TodoEntry, Plan, Related, datetime], thousandths: int
) -> None:
    """No status, no notice, and the same time to look again: a restart with nothing to do writes nothing."""
    entry, plan, related, now = case
    until = plan.look_again_at if plan.look_again_at is not None else now + FAR
    again = decide(entry, plan.status, related, (), now + max(until - now, timedelta()) * thousandths // 1000)

    assert again.status == plan.status
    assert again.notices == ()
    assert plan.look_again_at in (again.look_again_at, now)


@settings(max_examples=100)
@given(settled())
def test_a_phase_has_only_reasons_that_it_can_have(case: tuple[TodoEntry, Plan, Related, datetime]) -> None:
    """The table of reasons bounds the series of the metrics."""
    status = case[1].status

    assert status.reason is None or status.reason in REASONS[status.phase]


@settings(max_examples=100)
@given(settled())
def test_the_announced_time_lies_ahead_and_brings_a_change(case: tuple[TodoEntry, Plan, Related, datetime]) -> None:
    """Else the operator would spin, or look in vain. Only a deletion may still have to wait for dependents."""
    entry, plan, related, now = case
    if plan.look_again_at is None:
        return
    assert plan.look_again_at > now or (plan.status.phase.final and plan.look_again_at == now)

    then = decide(entry, plan.status, related, (), plan.look_again_at)

    assert then.status != plan.status or then.delete or (plan.status.phase.final and related.awaited)


@settings(max_examples=60)
@given(settled(), decisions)
def test_decisions_whose_answers_were_not_written_are_answered_alike(
    case: tuple[TodoEntry, Plan, Related, datetime], made: list[Decision]
) -> None:
    """The status was written and then the process died: the same decisions lead to no other status or outcome."""
    entry, before, related, now = case
    plan = decide(entry, before.status, related, made, now)

    again = decide(entry, plan.status, related, made, now)

    assert again.status == plan.status
    assert {(answer.decision.id, answer.outcome) for answer in again.answers} == {
        (answer.decision.id, answer.outcome) for answer in plan.answers
    }


def as_written(status: TodoStatus) -> TodoStatus:
    """The status after it was stored and read: every time cut to the millisecond."""
    times = {
        field.name: to_millisecond(value)
        for field in dataclasses.fields(status)
        if isinstance(value := getattr(status, field.name), datetime)
    }
    return replace(status, **times)  # type: ignore[arg-type] # the times are those of the fields


fine = st.fixed_dictionaries(
    {},
    optional={
        "timeout": fine_durations(),
        "start_time": fine_moments(),
        "due_time": fine_moments(),
        "ttl_after_finished": fine_durations(),
        "wait": st.one_of(
            fine_durations().map(lambda duration: {"duration": duration}),
            fine_moments().map(lambda until: {"until": until}),
        ),
    },
)


@settings(max_examples=100)
@given(fine, fine_moments())
def test_a_status_reads_back_as_it_was_decided(spec: dict[str, object], now: datetime) -> None:
    """However fine the author's times are: else each reconcile would find a difference and write again."""
    status = decide(TodoEntry.create_from_dict(fields("a", **spec)), UNSEEN, Related(), (), now).status

    assert as_written(status) == status
