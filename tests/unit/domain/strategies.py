"""Todos as hypothesis draws them: every field that matters to time and order, over a few minutes."""

from datetime import datetime, timedelta

from hypothesis import strategies as st

from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Phase
from tests.unit.domain.builders import T0, at, todo

NAMES = tuple("abcde")
ENDS = [phase for phase in Phase if phase.final]

seconds = st.integers(min_value=0, max_value=60)
moments: st.SearchStrategy[datetime] = seconds.map(at)
durations = seconds.map(lambda count: f"{count}s")
actions: st.SearchStrategy[dict[str, object]] = st.one_of(
    st.just({"manual": {}}),
    durations.map(lambda duration: {"wait": {"duration": duration}}),
    moments.map(lambda until: {"wait": {"until": until}}),
    st.integers(min_value=1, max_value=2).map(lambda minimum: {"approval": {"min_approvals": minimum}}),
)
retries: st.SearchStrategy[dict[str, object] | None] = st.none() | st.fixed_dictionaries(
    {"max_attempts": st.integers(1, 3)},
    optional={
        "on": st.lists(st.sampled_from(["Error", "Failure", "Timeout"]), min_size=1, unique=True),
        "backoff": st.fixed_dictionaries(
            {"initial": st.integers(1, 20).map(lambda count: f"{count}s")},
            optional={"factor": st.sampled_from([1, 2, 2.5]), "jitter": st.sampled_from([0, 0.1, 1])},
        ),
    },
)
accepted_ends = st.lists(st.sampled_from(ENDS), min_size=1, max_size=2, unique=True)


@st.composite
def todos(draw: st.DrawFn, name: str = "a", *, names: tuple[str, ...] = NAMES, created_at: datetime = T0) -> TodoEntry:
    """A todo that depends on up to two others of ``names``; loops and names that nobody defines are possible."""
    others = st.sampled_from([other for other in names if other != name])
    needs = draw(st.dictionaries(others, accepted_ends, max_size=2))
    action = draw(actions)
    on_timeout = "Fail" if "approval" in action else draw(st.sampled_from(["Fail", "Skip", "Succeed"]))
    return todo(
        name,
        needs=needs,
        created_at=created_at,
        start_time=draw(st.none() | moments),
        due_time=draw(st.none() | moments),
        timeout=draw(st.none() | durations),
        on_timeout=on_timeout,
        retry=None if "approval" in action else draw(retries),
        suspend=draw(st.sampled_from([False, False, False, True])),
        readiness=draw(st.sampled_from(["Accepted", "Complete"])),
        ttl_after_finished=draw(st.none() | durations),
        **action,
    )


def fine_durations() -> st.SearchStrategy[str]:
    """Durations that are finer than what a status records, as the API accepts them."""
    return st.integers(min_value=0, max_value=3_000_000).map(lambda micros: f"{micros / 1_000_000:.6f}s")


def fine_moments() -> st.SearchStrategy[datetime]:
    """Times that are finer than what a status records, as the API accepts them."""
    return st.integers(min_value=0, max_value=3_000_000).map(lambda micros: T0 + timedelta(microseconds=micros))
