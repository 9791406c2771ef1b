"""What a log line looks like: for machines one JSON object, whatever happens; for people one that names the todo."""

import json
import logging
import subprocess
import sys
from datetime import datetime

import pytest

from myapp.application.reconcile_scope import current_scope, enter_scope, leave_scope
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.telemetry.log_setup import JsonLines, PlainLines
from tests.fakes.cluster import FakeCluster

CRASH = """
import logging, warnings
from myapp.infrastructure.telemetry.log_setup import set_up_logging
set_up_logging("json", "INFO")
log = logging.getLogger("probe")
log.info("two\\nlines")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("failed")
warnings.warn("look out")
raise RuntimeError("nobody\\ncaught this")
"""


def record(message: str = "said") -> logging.LogRecord:
    """A line to be formatted."""
    return logging.LogRecord("myapp.probe", logging.WARNING, __file__, 7, message, (), None)


@pytest.fixture(autouse=True)
def _outside_of_a_reconcile() -> None:
    leave_scope()


def test_a_line_has_the_agreed_fields() -> None:
    """Time in UTC, level, logger and message, and nothing that is empty."""
    line = json.loads(JsonLines().format(record()))
    assert datetime.fromisoformat(line.pop("ts")).utcoffset() is not None
    assert line == {"level": "WARNING", "logger": "myapp.probe", "msg": "said"}


def test_a_line_within_a_reconcile_says_of_what() -> None:
    """Namespace and name at once, uid and generation once it was read; one id for all lines of one reconcile."""
    snapshot = FakeCluster().apply("deploy")
    enter_scope(snapshot.key)
    first = json.loads(JsonLines().format(record()))
    assert (first["namespace"], first["name"]) == snapshot.key
    assert first["logger"] == "myapp.probe"
    assert "uid" not in first
    scope = current_scope()
    assert scope is not None
    scope.snapshot = snapshot
    second = json.loads(JsonLines().format(record()))
    assert (second["uid"], second["generation"]) == (snapshot.uid, 1)
    assert second["reconcileID"] == first["reconcileID"]
    enter_scope(TodoKey("shop", "other"))
    assert json.loads(JsonLines().format(record()))["reconcileID"] != first["reconcileID"]
    leave_scope()
    assert "reconcileID" not in json.loads(JsonLines().format(record()))


def test_people_see_the_todo_too() -> None:
    """At the end of the line."""
    enter_scope(TodoKey("shop", "deploy"))
    assert PlainLines().format(record()).endswith("WARNING said [shop/deploy]")


def test_every_line_of_the_process_is_one_json_object() -> None:
    """Line breaks, tracebacks, warnings and what nobody caught included."""
    ended = subprocess.run([sys.executable, "-c", CRASH], capture_output=True, text=True, timeout=60, check=False)
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    assert ended.returncode == 1
    assert [line["msg"].partition(":")[0] for line in lines[:2]] == ["two\nlines", "failed"]
    assert "ZeroDivisionError" in lines[1]["exc_info"]
    assert "look out" in lines[2]["msg"]
    assert lines[3]["level"] == "CRITICAL"
    assert "RuntimeError: nobody\ncaught this" in lines[3]["exc_info"]
    assert len(lines) == 4
