"""Reminders of the running operator: as Events and over real HTTP, each once, whatever happens to the operator."""

import json
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from deploy.local import LocalCluster
from tests.e2e.operator.kubectl_user import KubectlUser
from tests.http_sink import Reply
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.fixtures import show_log
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos
from tests.webhook_sink import WebhookSink

pytestmark = pytest.mark.cluster

DOCUMENT = Path(__file__).parents[3] / "docs/reminders.md"
HOUR = timedelta(hours=1)


def stamp(moment: datetime) -> str:
    """As the API writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_now(seconds: float) -> str:
    """So many seconds from now."""
    return stamp(datetime.now(UTC) + timedelta(seconds=seconds))


@pytest.fixture
def sink() -> Iterator[WebhookSink]:
    """The receiver of the webhook."""
    with WebhookSink() as listening:
        yield listening


@pytest.fixture
def told(
    cluster: LocalCluster, namespace: str, tmp_path: Path, sink: WebhookSink, request: pytest.FixtureRequest
) -> Iterator[OperatorProcess]:
    """An operator with a webhook, to be started by the test."""
    (tmp_path / "url").write_text(sink.url("/s3cr3t-path"), encoding="utf-8")
    (tmp_path / "token").write_text("s3cr3t-token", encoding="utf-8")
    settings = {
        "MYAPP_WEBHOOK_URL_FILE": str(tmp_path / "url"),
        "MYAPP_WEBHOOK_TOKEN_FILE": str(tmp_path / "token"),
        "MYAPP_CLUSTER_NAME": "prod-eu",
        "MYAPP_LOG_LEVEL": "DEBUG",
    }
    operator = OperatorProcess(cluster.kubeconfig("operator"), tmp_path / "operator.log", [namespace], settings)
    show_log(request.node, operator)
    yield operator
    if operator.alive:
        operator.kill()


@pytest.fixture
def admin(as_user: Callable[[str], KubectlUser]) -> KubectlUser:
    """kubectl with all rights."""
    return as_user("admin")


def events(admin: KubectlUser, name: str) -> list[tuple[str, str]]:
    """Type and reason of the Events about a todo."""
    listed = json.loads(admin.run("get", "events.events.k8s.io", "-o", "json").stdout)["items"]
    return sorted((event["type"], event["reason"]) for event in listed if event["regarding"]["name"] == name)


def test_people_are_told_by_events_and_by_the_webhook(
    told: OperatorProcess, sink: WebhookSink, todos: Todos, admin: KubectlUser, writes: AuditedWrites
) -> None:
    """That they are waited for, again before the due time, before the timeout, and when it has struck."""
    told.start()
    soon = {"dueTime": from_now(65), "timeout": "65s", "reminders": {"beforeDue": ["1m"], "beforeTimeout": "1m"}}
    todos.create("held", suspend=True, **soon)
    todos.create("short", timeout="2s", assignees=[{"kind": "Group", "name": "sre"}])
    begun = todos.create("asked", content="Approve it\nwith care", **soon)
    todos.wait("asked", "Active", "AwaitingDecision")

    (reminder,) = sink.wait_for_events(1, "reminder")
    (warning,) = sink.wait_for_events(1, "expires-soon")
    (expired,) = sink.wait_for_events(1, "expired")
    marked = todos.wait_until(
        "asked", lambda status: {"lastReminderTime", "warnedDeadline"} <= status.keys(), "marked as reminded of"
    )

    assert marked["warnedDeadline"] == marked["deadline"]
    uid = begun["metadata"]["uid"]
    assert reminder["id"] == f"{uid}/1/reminder/{marked['lastReminderTime']}"
    assert warning["id"] == f"{uid}/1/expires-soon/{marked['deadline']}"
    assert reminder["source"] == f"/clusters/prod-eu/namespaces/{todos.namespace}/todos/asked"
    assert reminder["data"]["title"] == "Approve it"
    assert reminder["data"]["commands"] == [f"kubectl todo complete asked --namespace {todos.namespace}"]
    assert (expired["data"]["name"], expired["data"]["phase"], expired["data"]["reason"]) == (
        "short",
        "Failed",
        "TimedOut",
    )
    assert expired["data"]["assignees"] == [{"kind": "Group", "name": "sre"}]
    waiting = {event["data"]["name"] for event in sink.events("awaiting-decision")}
    assert waiting == {"asked", "short"}
    assert all(entry.headers["authorization"] == "Bearer s3cr3t-token" for entry in sink.received)

    writes.settled()
    assert events(admin, "asked") == [
        ("Normal", "AwaitingDecision"),
        ("Normal", "Reminder"),
        ("Warning", "ExpiresSoon"),
    ]
    assert events(admin, "short") == [("Warning", "TimedOut")]
    assert events(admin, "held") == []
    assert writes.per_object()["asked"] <= 3, "the beginning, and one for each of the two that were sent"
    assert {event["data"]["name"] for event in sink.events()} == {"asked", "short"}
    assert told.metric("todo_webhook_events_total", type="reminder", result="delivered") == 1
    assert told.metric("todo_webhook_waiting") == 0
    assert "s3cr3t" not in told.log.read_text(encoding="utf-8")


def test_a_reminder_that_nobody_took_outlives_the_operator_and_is_never_repeated(
    told: OperatorProcess, sink: WebhookSink, todos: Todos, admin: KubectlUser
) -> None:
    """Killed while the receiver is away: the next one delivers the same reminder; the one after that says nothing."""
    told.start()
    sink.reply = Reply(503)
    todos.create("asked", dueTime=from_now(62), reminders={"beforeDue": ["1m"]})
    sink.wait_for_events(1, "reminder")
    told.kill()
    assert "lastReminderTime" not in todos.status("asked")
    tried = {event["id"] for event in sink.events("reminder")}

    sink.reply = Reply()
    told.start()
    todos.wait_until("asked", lambda status: "lastReminderTime" in status, "marked as reminded of")
    told.restart(signal.SIGKILL)
    todos.create("next")
    sink.wait_for_todo("next")

    sent = [event["id"] for event in sink.events("reminder")]
    assert set(sent) == tried
    assert len(tried) == 1
    assert [reason for _, reason in events(admin, "asked")].count("Reminder") == 1


def test_what_passed_while_the_operator_was_down_is_told_once(
    told: OperatorProcess, sink: WebhookSink, todos: Todos
) -> None:
    """Not for each interval, and with the moment of the latest."""
    told.start()
    todos.create("asked", reminders={"every": "1h"})
    todos.wait("asked", "Active")
    told.stop()
    began = datetime.now(UTC).replace(microsecond=0) - 5 * HOUR - timedelta(minutes=1)
    todos.put_status("asked", startTime=stamp(began))

    told.start()
    sink.wait_for_events(1, "reminder")
    status = todos.wait_until("asked", lambda found: "lastReminderTime" in found, "marked as reminded of")

    latest, following = began + 5 * HOUR, began + 6 * HOUR
    assert datetime.fromisoformat(status["lastReminderTime"]) == latest
    assert datetime.fromisoformat(status["nextTransitionTime"]) == following
    assert [datetime.fromisoformat(event["id"].split("/")[-1]) for event in sink.events("reminder")] == [latest]


def test_a_receiver_that_hangs_delays_neither_work_nor_the_end(
    told: OperatorProcess, sink: WebhookSink, todos: Todos
) -> None:
    """Todos go on, and SIGTERM ends it within moments."""
    sink.reply = Reply(delay=600)
    told.start()
    for number in range(20):
        todos.create(f"asked-{number}")
    todos.create("machine", wait={"duration": "0s"})
    todos.wait("machine", "Succeeded")
    sink.wait_for_events(4)

    ended = told.stop()

    assert ended.code == 0
    assert ended.seconds < 15


def test_without_a_webhook_events_alone_are_enough(stopped_operator: OperatorProcess, todos: Todos) -> None:
    """The mark follows all the same."""
    stopped_operator.start()
    todos.create("asked", dueTime=from_now(62), reminders={"beforeDue": ["1m"]})

    todos.wait_until("asked", lambda status: "lastReminderTime" in status, "marked as reminded of", timeout=30)
    assert "\ntodo_webhook_waiting " not in stopped_operator.exposition()


def test_the_documented_todo_can_be_applied(admin: KubectlUser) -> None:
    """As it stands in docs/reminders.md."""
    example = DOCUMENT.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]

    admin.run("apply", "-f", "-", stdin=example.replace("namespace: shop", f"namespace: {admin.namespace}"))

    spec, written = admin.get("todo", "approve-rollout")["spec"], yaml.safe_load(example)["spec"]
    assert spec["reminders"] == written["reminders"]
