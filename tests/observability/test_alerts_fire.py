"""Each alert fires on the trouble that it is about and on nothing else, by Prometheus' own engine (F9)."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from myapp.application.snapshot import UNREADABLE
from myapp.domain.todo_phase import REFUSED_REASONS
from tests.observability.promql_engine import PromQLEngine, Question
from tests.observability.test_alerts_and_dashboard import DASHBOARD, PANELS

pytestmark = pytest.mark.long

ALERTS = yaml.safe_load((Path(__file__).parents[2] / "deploy/observability/alerts.yaml").read_text())
EXPRESSIONS: dict[str, str] = {rule["alert"]: rule["expr"] for group in ALERTS["groups"] for rule in group["rules"]}

HOUR = 60
POD = 'job="m",namespace="n",instance="i"'
STANDBY = 'job="m",namespace="n",instance="standby"'
FOREIGN = 'job="o",namespace="o",instance="o"'
TODO = f'name="todo",controller="todo",{POD}'
LEADER = f'leader_election_master_status{{name="myapp",{POD}}} 1x60'
BUILD = f'todo_build_info{{version="1",python="3",{POD}}} 1x60'

TROUBLE: Mapping[str, tuple[str, ...]] = {
    "MyappAbsent": ('up{job="m"} 1x60',),
    "MyappNoLeader": (f'leader_election_master_status{{name="myapp",{POD}}} 0x60',),
    "MyappReconcileErrors": (
        f'controller_runtime_reconcile_errors_total{{controller="todo",{POD}}} 0+60x60',
        f'controller_runtime_reconcile_total{{controller="todo",result="error",{POD}}} 0+60x60',
        f'controller_runtime_reconcile_total{{controller="todo",result="success",{POD}}} 0+120x60',
    ),
    "MyappReconcilePanics": (f'controller_runtime_reconcile_panics_total{{controller="todo",{POD}}} 0x50 1x10',),
    "MyappWorkStuck": (f"workqueue_longest_running_processor_seconds{{{TODO}}} 0+60x60",),
    "MyappBacklog": (f"workqueue_depth{{{TODO}}} 2000x60", LEADER),
    "MyappListingStale": (f"todo_last_listing_timestamp_seconds{{{POD}}} 0x60",),
    "MyappTodosStalled": (f'todo_todos{{phase="Pending",reason="DependencyCycle",{POD}}} 2x60',),
    "MyappWorkflowsStalled": (f'todo_workflows{{phase="Pending",reason="InvalidParams",{POD}}} 1x60',),
    "MyappTemplatesStalled": (f'todo_templates{{reason="InvalidDefinition",{POD}}} 1x60',),
    "MyappTodosOverdue": (f"todo_oldest_due_seconds{{{POD}}} 0+120x60",),
    "MyappDecisionsUnjudged": (f"todo_decisions_unjudged{{{POD}}} 1x60",),
    "MyappGuardNotOk": (f"todo_guard_ok{{{POD}}} 0x60", LEADER),
    "MyappRedisBreakerOpen": (
        f'todo_cache_breaker_state{{state="open",{POD}}} 1x60',
        f'todo_cache_breaker_state{{state="closed",{POD}}} 0x60',
    ),
    "MyappWebhookFailing": (
        f'todo_webhook_requests_total{{code="503",{POD}}} 0+3x60',
        f'todo_webhook_requests_total{{code="202",{POD}}} 0+1x60',
    ),
    "MyappApiThrottled": (BUILD, f'rest_client_requests_total{{code="429",method="PATCH",host="h",{POD}}} 0+30x60'),
    "MyappApiUnavailable": (BUILD, f'rest_client_requests_total{{code="error",method="GET",host="h",{POD}}} 0+30x60'),
    "MyappEventLoopBlocked": (
        f"todo_event_loop_lag_seconds_count{{{POD}}} 0+240x60",
        f'todo_event_loop_lag_seconds_bucket{{le="1.0",{POD}}} 0+239x60',
    ),
}
#: A leader at work, a standby, and another controller that is in all the trouble there is.
ALL_IS_WELL = (
    BUILD,
    LEADER,
    f'leader_election_master_status{{name="myapp",{STANDBY}}} 0x60',
    f'leader_election_master_status{{name="other",{FOREIGN}}} 0x60',
    f'controller_runtime_reconcile_errors_total{{controller="todo",{POD}}} 0+1x60',
    f'controller_runtime_reconcile_errors_total{{controller="other",{FOREIGN}}} 0+600x60',
    f'controller_runtime_reconcile_total{{controller="todo",result="success",{POD}}} 0+600x60',
    f'controller_runtime_reconcile_panics_total{{controller="todo",{POD}}} 3x60',
    f"workqueue_longest_running_processor_seconds{{{TODO}}} 1x60",
    f'workqueue_longest_running_processor_seconds{{name="other",controller="other",{FOREIGN}}} 999x60',
    f"workqueue_depth{{{TODO}}} 3x60",
    f'workqueue_depth{{name="todo",controller="todo",{STANDBY}}} 99999x60',
    f"todo_last_listing_timestamp_seconds{{{POD}}} 0+60x60",
    f'todo_todos{{phase="Active",reason="AwaitingDecision",{POD}}} 2x60',
    f'todo_todos{{phase="Pending",reason="InvalidSpec",{POD}}} 0x60',
    f'todo_workflows{{phase="Active",reason="Running",{POD}}} 3x60',
    f'todo_workflows{{phase="Pending",reason="TemplateNotFound",{POD}}} 0x60',
    f'todo_templates{{reason="Accepted",{POD}}} 5x60',
    f'todo_templates{{reason="InvalidDefinition",{POD}}} 0x60',
    f"todo_oldest_due_seconds{{{POD}}} 10x60",
    f"todo_decisions_unjudged{{{POD}}} 0x55 7x5",
    f"todo_guard_ok{{{POD}}} 1x60",
    f"todo_guard_ok{{{STANDBY}}} 0x60",
    f'todo_cache_breaker_state{{state="open",{POD}}} 0x60',
    f'todo_webhook_requests_total{{code="503",{POD}}} 0+1x60',
    f'todo_webhook_requests_total{{code="202",{POD}}} 0+3x60',
    f'rest_client_requests_total{{code="200",method="PATCH",host="h",{POD}}} 0+3000x60',
    f'rest_client_requests_total{{code="409",method="PATCH",host="h",{POD}}} 0+3000x60',
    f'rest_client_requests_total{{code="429",method="PATCH",host="h",{FOREIGN}}} 0+3000x60',
    f'rest_client_requests_total{{code="500",method="PATCH",host="h",{FOREIGN}}} 0+3000x60',
    f"todo_event_loop_lag_seconds_count{{{POD}}} 0+240x60",
    f'todo_event_loop_lag_seconds_bucket{{le="1.0",{POD}}} 0+240x60',
)


@pytest.fixture(scope="module")
def engine() -> PromQLEngine:
    """Built once."""
    return PromQLEngine()


def _after_an_hour(engine: PromQLEngine, series: tuple[str, ...], expression: str) -> list[dict[str, str]]:
    lines = "".join(f"  {line}\n" for line in series)
    return engine.ask([Question(lines, expression, HOUR - 1)])[0]


@pytest.mark.parametrize("alert", EXPRESSIONS)
def test_it_fires_on_its_trouble(engine: PromQLEngine, alert: str) -> None:
    """Once, and with the job that it is about, unless there is none."""
    (labels,) = _after_an_hour(engine, TROUBLE[alert], EXPRESSIONS[alert])
    if alert != "MyappAbsent":
        assert labels["job"] == "m"


@pytest.mark.parametrize("reason", [*sorted(REFUSED_REASONS), UNREADABLE])
def test_whoever_must_be_mended_is_told(engine: PromQLEngine, reason: str) -> None:
    """Every reason for which kstatus says Failed of an unfinished Todo; one that has ended with it is no news."""
    expression = EXPRESSIONS["MyappTodosStalled"]
    (labels,) = _after_an_hour(engine, (f'todo_todos{{phase="Pending",reason="{reason}",{POD}}} 1x60',), expression)
    assert labels["reason"] == reason
    assert _after_an_hour(engine, (f'todo_todos{{phase="Failed",reason="{reason}",{POD}}} 1x60',), expression) == []


@pytest.mark.parametrize("alert", EXPRESSIONS)
def test_it_is_quiet_while_all_is_well(engine: PromQLEngine, alert: str) -> None:
    """Also beside another controller in trouble, whose metrics have the same names."""
    assert _after_an_hour(engine, ALL_IS_WELL, EXPRESSIONS[alert]) == []


def test_every_query_of_the_dashboard_is_one(engine: PromQLEngine) -> None:
    """With the variables filled in as Grafana does, over a healthy operator: the engine takes all of them."""
    variables = {variable["name"] for variable in DASHBOARD["templating"]["list"]}
    assert variables == {"datasource", "job"}
    series = "".join(f"  {line}\n" for line in ALL_IS_WELL)
    queries = [
        target["expr"].replace("$__rate_interval", "5m").replace("$job", "m")
        for panel in PANELS
        for target in panel["targets"]
    ]
    answers = engine.ask([Question(series, query, HOUR - 1) for query in queries])
    assert sum(map(bool, answers)) >= 15, "those about what a healthy operator shows"
