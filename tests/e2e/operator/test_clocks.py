"""Times: timeouts and what they lead to, suspension, due times, start times, time to live."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.running_operator.todos import Todos, condition, holds

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("operator")]


def _from_now(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_a_timeout_leads_where_on_timeout_says(todos: Todos) -> None:
    """Fail, Skip and Succeed, each with the reason TimedOut, and dependents go by the phase."""
    for on_timeout in ("Fail", "Skip", "Succeed"):
        todos.create(on_timeout.lower(), timeout="300ms", onTimeout=on_timeout)
    todos.create("after-skip", dependsOn=[{"name": "skip", "on": ["Skipped"]}], wait={"duration": "0s"})
    todos.create("quicker", wait={"duration": "200ms"}, timeout="10s")
    statuses = todos.wait_for_all()
    assert {name: (status["phase"], status["reason"]) for name, status in statuses.items()} == {
        "fail": ("Failed", "TimedOut"),
        "skip": ("Skipped", "TimedOut"),
        "succeed": ("Succeeded", "TimedOut"),
        "after-skip": ("Succeeded", "Completed"),
        "quicker": ("Succeeded", "Completed"),
    }
    assert holds(statuses["fail"], "Failed")
    assert holds(statuses["skip"], "Complete")
    assert holds(statuses["succeed"], "Complete")


@pytest.mark.statement("A13")
def test_suspension_stops_the_clock(todos: Todos) -> None:
    """While suspended there is no deadline; afterwards what was left of the timeout and of the wait goes on."""
    todos.create("person", timeout="2s")
    todos.create("machine", wait={"duration": "2s"})
    todos.create("not-yet", suspend=True, wait={"duration": "0s"})
    started = todos.wait("person", "Active")
    todos.wait("machine", "Active")
    for name in ("person", "machine"):
        todos.edit(name, suspend=True)
    held = todos.wait("person", "Active", "Suspended")
    assert "deadline" not in held
    assert held["suspendTime"]
    todos.wait("not-yet", "Pending", "Suspended")
    time.sleep(2.5)
    assert {name: status["status"]["phase"] for name, status in todos.all().items()} == {
        "person": "Active",
        "machine": "Active",
        "not-yet": "Pending",
    }
    for name in ("person", "machine", "not-yet"):
        todos.edit(name, suspend=False)
    resumed = todos.wait("person", "Active", "AwaitingDecision")
    assert resumed["startTime"] == started["startTime"]
    stood_still = _seconds(resumed["deadline"]) - _seconds(started["deadline"])
    assert 2.4 < stood_still < 10
    assert resumed["suspendedFor"] == f"{stood_still:.3f}".rstrip("0").rstrip(".") + "s"
    todos.wait("not-yet", "Succeeded")
    ended = todos.wait("person", "Failed", "TimedOut")
    assert _seconds(ended["completionTime"]) >= _seconds(resumed["deadline"])
    waited = todos.wait("machine", "Succeeded")
    assert _seconds(waited["completionTime"]) - _seconds(waited["startTime"]) >= 4.4


def test_due_time_only_warns_and_start_time_holds(todos: Todos) -> None:
    """Past its due time a todo is Overdue and goes on; before its start time it does not become active."""
    start = _from_now(2.5)
    todos.create("due", dueTime=_from_now(2))
    todos.create("later", startTime=start, wait={"duration": "0s"})
    assert condition(todos.wait("due", "Active"), "Overdue") is None
    assert todos.wait("later", "Pending", "WaitingForStartTime")["message"] == f"starts at {start}"
    overdue = todos.wait_until("due", lambda status: holds(status, "Overdue"), "Overdue")
    assert (overdue["phase"], overdue["reason"]) == ("Active", "AwaitingDecision")
    assert holds(overdue, "Ready")
    assert _seconds(todos.wait("later", "Succeeded")["startTime"]) >= _seconds(start)


def test_time_to_live_deletes_what_nobody_waits_for(todos: Todos) -> None:
    """Deleted when its time is over, never without one, and not before unfinished dependents have ended."""
    todos.create("short", wait={"duration": "0s"}, ttlAfterFinished="1s")
    todos.create("kept", wait={"duration": "0s"})
    todos.create("awaited", wait={"duration": "0s"}, ttlAfterFinished="100ms")
    todos.create("dependent", depends_on=["awaited"], content="A person's work")
    todos.wait("dependent", "Active")
    ended = todos.wait("short", "Succeeded")
    assert _seconds(ended["nextTransitionTime"]) - _seconds(ended["completionTime"]) == pytest.approx(1.0)
    todos.wait_until_gone("short")
    time.sleep(1)
    assert set(todos.all()) == {"kept", "awaited", "dependent"}
    todos.decide(todos.get("dependent"))
    todos.wait_until_gone("awaited")
    todos.edit("kept", ttlAfterFinished="0s")
    todos.wait_until_gone("kept")
    assert set(todos.all()) == {"dependent"}


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
