"""Statuses as hypothesis draws them: every field, alone and together, also such as the operator would not write.

And the todos of the domain's tests, as far as the API server accepts them.
"""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from myapp.domain.attempts import AttemptRecord
from myapp.domain.condition import Condition, ConditionType
from myapp.domain.decision import CountedDecision, DecisionAction
from myapp.domain.effect import EffectRecord
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.todo_status import TodoStatus
from tests.unit.domain.strategies import todos

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 100 * 365 * 86_400_000).map(lambda number: _EPOCH + timedelta(milliseconds=number))
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=40)
DECISIONS = st.builds(
    CountedDecision, st.uuids().map(str), st.sampled_from(DecisionAction), st.just("oncall"), MOMENTS, TEXTS
)
CONDITIONS = st.builds(
    Condition,
    st.sampled_from(ConditionType),
    st.booleans(),
    st.just("Completed"),
    TEXTS,
    MOMENTS,
    st.integers(0, 99),
)
_ATTEMPTS = st.builds(
    AttemptRecord,
    st.integers(1, 1000),
    st.sampled_from(Reason),
    TEXTS,
    MOMENTS,
    MOMENTS,
    st.none() | MOMENTS,
)
STATUSES = st.builds(
    TodoStatus,
    observed_generation=st.integers(-1, 99),
    phase=st.sampled_from(Phase),
    reason=st.sampled_from(Reason),
    message=TEXTS,
    attempt=st.integers(0, 3),
    start_time=st.none() | MOMENTS,
    completion_time=st.none() | MOMENTS,
    deadline=st.none() | MOMENTS,
    next_transition_time=st.none() | MOMENTS,
    suspend_time=st.none() | MOMENTS,
    attempt_start_time=st.none() | MOMENTS,
    effect=st.builds(EffectRecord, st.dictionaries(st.sampled_from(["jobName", "jobUid"]), TEXTS), st.booleans()),
    attempts=st.lists(_ATTEMPTS, max_size=3, unique_by=lambda over: over.attempt).map(tuple),
    suspended_for=st.integers(0, 10**9).map(lambda number: timedelta(milliseconds=number)),
    last_reminder_time=st.none() | MOMENTS,
    warned_deadline=st.none() | MOMENTS,
    decisions=st.lists(DECISIONS, max_size=2, unique_by=lambda made: made.id).map(tuple),
    conditions=st.lists(CONDITIONS, max_size=2, unique_by=lambda condition: condition.type).map(tuple),
)


def accepted_todos() -> st.SearchStrategy[TodoEntry]:
    """Todos that the API server accepts: their timeout is positive, and they are not due before they may start."""
    return todos().filter(_is_accepted)


def _is_accepted(todo: TodoEntry) -> bool:
    late_enough = todo.start_time is None or todo.due_time is None or todo.start_time <= todo.due_time
    return todo.timeout != timedelta() and late_enough
