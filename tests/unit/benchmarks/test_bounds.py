"""Which bounds a run kept."""

from dataclasses import replace

import pytest

from benchmarks.bounds import evaluate
from benchmarks.figures import Figures, Spread
from benchmarks.verdict import Bound
from tests.unit.benchmarks.measured import (
    ACTION,
    ALL,
    DECISION,
    IDLE,
    LATENCY,
    OPERATOR,
    PLUGIN,
    RESTART,
    TAKEOVER,
)


def test_a_run_within_all_bounds_keeps_all() -> None:
    """Ratios come first and every bound has its verdict."""
    verdicts = evaluate(ALL)

    assert [verdict.name.split(",")[0] for verdict in verdicts[:3]] == ["Todos/s", "CPU per Todo", "peak RSS"]
    assert [verdict.value for verdict in verdicts[:3]] == pytest.approx([0.7, 3.0, 0.8])
    assert len(verdicts) == 17
    assert all(verdict.is_kept for verdict in verdicts)


@pytest.mark.parametrize(
    ("figures", "missed"),
    [
        pytest.param(
            replace(ALL, independent=replace(OPERATOR, todos_per_second=419.0)),
            "Todos/s, operator / yardstick",
            id="too slow",
        ),
        pytest.param(
            replace(ALL, independent=replace(OPERATOR, cpu_ms_per_todo=1.41)),
            "CPU per Todo, operator / yardstick",
            id="too much CPU",
        ),
        pytest.param(
            replace(ALL, independent=replace(OPERATOR, peak_rss_mib=301.0)),
            "peak RSS, operator / yardstick",
            id="too much memory",
        ),
        pytest.param(
            replace(ALL, independent=replace(OPERATOR, writes_per_todo=1.001)),
            "writes per independent Todo",
            id="one write too many",
        ),
        pytest.param(
            replace(ALL, chains=replace(OPERATOR, writes_per_todo=2.1)),
            "writes per Todo in a chain",
            id="too many writes in chains",
        ),
        pytest.param(
            replace(ALL, restart=replace(RESTART, seconds=12.1)), "restart until ready and idle", id="slow restart"
        ),
        pytest.param(
            replace(ALL, restart=replace(RESTART, writes={"patch todos/status 200": 1})),
            "writes at restart",
            id="a write at restart",
        ),
        pytest.param(
            replace(ALL, latency=replace(LATENCY, p95_ms=101.0)),
            "p95 from a dependency's end to its dependent's",
            id="slow wake",
        ),
        pytest.param(
            replace(ALL, decision=replace(DECISION, from_sending=Spread(40.0, 250.1, 300.0))),
            "p95 from sending a decision to its dependent Active",
            id="slow decision",
        ),
        pytest.param(
            replace(ALL, takeover=replace(TAKEOVER, frozen_seconds=20.1)), "takeover after SIGSTOP", id="slow takeover"
        ),
        pytest.param(replace(ALL, plugin=replace(PLUGIN, inbox_seconds=2.1)), "kubectl todo inbox", id="slow inbox"),
        pytest.param(replace(ALL, plugin=replace(PLUGIN, list_seconds=0.6)), "kubectl todo list", id="slow start"),
        pytest.param(
            replace(ALL, http=replace(ACTION, status_writes_per_todo=2.001)),
            "status writes per Todo that sends a request",
            id="a write too many for a request",
        ),
        pytest.param(
            replace(ALL, resource=replace(ACTION, status_writes_per_todo=3.0)),
            "status writes per Todo that applies an object",
            id="a write too many for an object",
        ),
        pytest.param(
            replace(ALL, idle=replace(IDLE, requests={"get configmaps": 1})),
            "requests while all wait",
            id="a request while all wait",
        ),
        pytest.param(
            replace(ALL, takeover=replace(TAKEOVER, ended_seconds=3.1)), "takeover after SIGTERM", id="slow handover"
        ),
    ],
)
def test_exactly_the_missed_bound_is_named(figures: Figures, missed: str) -> None:
    """One figure beyond its bound spoils one verdict."""
    assert [verdict.name for verdict in evaluate(figures) if not verdict.is_kept] == [missed]


def test_a_decision_is_shown_beside_what_the_api_server_alone_needs() -> None:
    """An absolute figure means little without the machine's own."""
    (verdict,) = evaluate(Figures(decision=DECISION))

    assert "1000 live Todos" in verdict.explanation
    assert "p95 8 ms to create one, 7 ms from a status patch to its event" in verdict.explanation


def test_there_are_no_ratios_without_a_yardstick() -> None:
    """What was not measured has no verdict."""
    verdicts = evaluate(Figures(independent=OPERATOR))

    assert [verdict.name for verdict in verdicts] == ["writes per independent Todo"]
    assert evaluate(Figures()) == []


@pytest.mark.parametrize(
    ("bound", "text"), [(Bound(0.7, at_least=True), ">= 0.7"), (Bound(12.0), "<= 12"), (Bound(0.0), "<= 0")]
)
def test_the_limit_itself_keeps_the_bound(bound: Bound, text: str) -> None:
    """Both directions include the limit, and say so."""
    assert bound.is_kept_by(bound.limit)
    assert str(bound) == text
