"""The table of metrics in docs/operations.md is what a running operator shows: names, types and labels."""

import re
import time
from pathlib import Path

import pytest

from tests.observability.exposition import Exposition
from tests.running_operator.operator_process import OperatorProcess

DOCUMENT = Path(__file__).parents[2] / "docs/operations.md"
ROW = re.compile(r"^\| `(?P<name>\w+)` \| (?P<type>\w+) \| (?P<labels>[\w, ]*?) ?\| (?P<meaning>.+) \|$", re.MULTILINE)


def _documented() -> dict[str, tuple[str, set[str]]]:
    return {
        row["name"]: (row["type"], {label.strip() for label in row["labels"].split(",") if label.strip()})
        for row in ROW.finditer(DOCUMENT.read_text())
    }


@pytest.mark.cluster
def test_the_table_is_complete_and_true(exposition: Exposition) -> None:
    """No metric is missing, none is made up; where there is a series, it has these labels."""
    documented = _documented()
    assert documented.keys() == exposition.types.keys()
    for name, (kind, labels) in documented.items():
        assert exposition.types[name] == kind, name
        series = name + "_count" if kind == "histogram" else name
        assert exposition.labels[series] in (set(), labels), name


@pytest.mark.cluster
def test_f2_a_little_work_fills_the_domain_metrics(exposition: Exposition, operator: OperatorProcess) -> None:
    """The comparison of labels is not empty: these have series after three todos and a decision."""
    with_series = {name for name, labels in exposition.labels.items() if labels}
    assert with_series >= {"todo_todos", "todo_ended_total", "todo_decisions_total", "rest_client_requests_total"}
    metrics = operator.metrics()
    assert metrics["todo_event_loop_lag_seconds_count"] > 0
    assert metrics["leader_election_master_status"] == 1
    assert metrics["todo_overdue"] == 1
    assert metrics["todo_oldest_due_seconds"] > 0
    assert metrics["todo_decision_wait_seconds_count"] == 1
    assert metrics["todo_known"] == 3
    assert time.time() - metrics["todo_last_listing_timestamp_seconds"] < 300
