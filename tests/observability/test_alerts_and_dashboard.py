"""Alerts and dashboard name only metrics and labels that a running operator has, and every alert leads somewhere."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from myapp.application.snapshot import UNREADABLE
from myapp.domain.todo_phase import REFUSED_REASONS
from myapp.domain.workflow.run_phase import REFUSED_RUN_REASONS, RunReason
from myapp.domain.workflow.template_status import TemplateReason
from tests.observability.exposition import Exposition
from tests.observability.promql import selectors

ROOT = Path(__file__).parents[2]
ALERTS = yaml.safe_load((ROOT / "deploy/observability/alerts.yaml").read_text())
RULES: list[dict[str, Any]] = [rule for group in ALERTS["groups"] for rule in group["rules"]]
DASHBOARD: dict[str, Any] = json.loads((ROOT / "deploy/observability/dashboard.json").read_text())
PANELS: list[dict[str, Any]] = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
#: What whoever scrapes adds.
TARGET_LABELS = {"job", "instance", "namespace", "le"}
#: What an operator is asked about at the least.
REQUIRED = {
    "MyappAbsent",
    "MyappNoLeader",
    "MyappReconcileErrors",
    "MyappWorkStuck",
    "MyappListingStale",
    "MyappTodosStalled",
    "MyappWorkflowsStalled",
    "MyappTemplatesStalled",
    "MyappTodosOverdue",
    "MyappDecisionsUnjudged",
    "MyappGuardNotOk",
    "MyappRedisBreakerOpen",
    "MyappApiThrottled",
}


def _expressions() -> Iterator[tuple[str, str]]:
    for rule in RULES:
        yield rule["alert"], rule["expr"]
    for panel in PANELS:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


def _anchors(markdown: str) -> set[str]:
    """As GitHub and most others make them of headings."""
    headings = re.findall(r"^#+ (.*)$", markdown, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.cluster
def test_they_name_only_what_a_running_operator_has(exposition: Exposition) -> None:
    """Each metric, and each label by which it is narrowed; a metric without a series yet has no labels to compare."""
    for where, expression in _expressions():
        for selector in selectors(expression):
            assert selector.metric in exposition.labels, f"{where}: there is no metric {selector.metric}"
            known = exposition.labels[selector.metric]
            if known:
                unknown = selector.labels - known - TARGET_LABELS
                assert not unknown, f"{where}: {selector.metric} has no label {unknown}, it has {known}"


@pytest.mark.cluster
def test_every_domain_metric_is_on_the_dashboard(exposition: Exposition) -> None:
    """What is counted is shown."""
    shown = {selector.metric for _, expression in _expressions() for selector in selectors(expression)}
    domain = {name for name in exposition.types if name.startswith("todo_")}
    hidden = {name for name in domain if not any(metric.startswith(name) for metric in shown)}
    assert hidden == set()


def test_whatever_must_be_mended_is_counted_as_stalled() -> None:
    """By the alert and on the dashboard: a new reason of that sort would else wait unseen."""
    asked = [re.search(r'(\w+)\{[^}]*reason=~"([^"]*Unreadable[^"]*)"', expression) for _, expression in _expressions()]
    reasons = [(found.group(1), set(found.group(2).split("|"))) for found in asked if found]
    todos, runs = {*REFUSED_REASONS, UNREADABLE}, {*REFUSED_RUN_REASONS, RunReason.TEMPLATE_NOT_FOUND, UNREADABLE}
    assert sorted(reasons) == [("todo_todos", todos), ("todo_todos", todos), ("todo_workflows", runs)]
    refused = {
        found for _, expression in _expressions() for found in re.findall(r'todo_templates{reason="(\w+)"', expression)
    }
    assert refused == set(TemplateReason) - {TemplateReason.ACCEPTED}


def test_the_alerts_that_an_operator_needs_are_there() -> None:
    """Once each."""
    names = [rule["alert"] for rule in RULES]
    assert set(names) >= REQUIRED
    assert len(names) == len(set(names))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_is_wrong_and_where_to_read_on(rule: dict[str, Any]) -> None:
    """Summary, description, severity, and a runbook whose anchor exists."""
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert set(rule["annotations"]) == {"summary", "description", "runbook_url"}
    path, _, anchor = rule["annotations"]["runbook_url"].partition("#")
    assert anchor == rule["alert"].lower()
    assert anchor in _anchors((ROOT / path).read_text())
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}


def test_rules_are_what_prometheus_loads() -> None:
    """The groups alone: the chart wraps them into a PrometheusRule."""
    assert set(ALERTS) == {"groups"}
    assert all(set(group) == {"name", "rules"} for group in ALERTS["groups"])


def test_panels_have_ids_of_their_own_and_do_not_overlap() -> None:
    """Grafana shows one of two with the same id, and pushes down what overlaps."""
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells


def test_panels_explain_themselves_and_use_the_variables() -> None:
    """A description each; every query narrowed to the chosen job, on the chosen data source."""
    variables = {variable["name"] for variable in DASHBOARD["templating"]["list"]}
    assert variables == {"datasource", "job"}
    for panel in PANELS:
        assert panel["description"], panel["title"]
        refs = [target["refId"] for target in panel["targets"]]
        assert len(refs) == len(set(refs)), panel["title"]
        for target in panel["targets"]:
            assert target["datasource"]["uid"] == "${datasource}"
            for selector in selectors(target["expr"]):
                assert "job" in selector.labels, f"{panel['title']}: {selector.metric} of every job"
