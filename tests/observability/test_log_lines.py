"""The log of the real process: every line one JSON object, from first to last, and also when it cannot start."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.local import LocalCluster
from tests.manifests import numbered
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

SECRET = "c4nary-S3cret"  # noqa: S105 - made up


def _lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def _wait_for(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.1)


@pytest.mark.cluster
def test_f4_every_line_of_a_life_is_json(cluster: LocalCluster, namespace: str, tmp_path: Path, todos: Todos) -> None:
    """Start, a status that cannot be read, a stop; each line has a time, a level, a logger and a message."""
    log = tmp_path / "operator.log"
    operator = OperatorProcess(cluster.kubeconfig("operator"), log, [namespace], {"MYAPP_LOG_FORMAT": "json"})
    with operator:
        todos.create("done", wait={"duration": "0s"})
        todos.wait("done", "Succeeded")
        operator.stop()
    lines = _lines(log.read_text())
    assert len(lines) >= 2
    assert all({"ts", "level", "logger", "msg"} <= line.keys() for line in lines)


@pytest.mark.cluster
def test_f4_a_refused_write_is_told_with_its_todo_and_a_hundred_of_them_sometimes(
    cluster: LocalCluster, namespace: str, tmp_path: Path, todos: Todos
) -> None:
    """Namespace, name, uid, generation and reconcile id stand in the line of a user who may not write a status.

    All hundred fail, which the metrics count; the log tells of some thirty.
    """
    log = tmp_path / "operator.log"
    reader = cluster.kubeconfig("developer")
    operator = OperatorProcess(reader, log, [namespace], {"MYAPP_LOG_FORMAT": "json"})
    uids = {name: todos.create(name, wait={"duration": "0s"})["metadata"]["uid"] for name in numbered(100)}
    with operator:
        _wait_for(lambda: operator.metrics()["controller_runtime_reconcile_errors_total"] >= len(uids))
        operator.stop()
    told = [line for line in _lines(log.read_text()) if "the API server refuses" in line["msg"]]
    assert 30 <= len(told) <= 60
    for line in told:
        assert (line["namespace"], line["uid"]) == (namespace, uids[line["name"]])
        assert (line["controller"], line["generation"], len(line["reconcileID"])) == ("todo", 1, 36)
    assert len({line["reconcileID"] for line in told}) == len(told)


@pytest.mark.parametrize("settings", [{"KUBECONFIG": "/no/such/file"}, {"MYAPP_REDIS_URL": f"redis://u:{SECRET}@h"}])
def test_a_start_that_fails_says_why_in_one_line_without_secrets(settings: dict[str, str], tmp_path: Path) -> None:
    """JSON too, because that is what collects logs."""
    kubeconfig = tmp_path / "none"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MYAPP_", "KUBERNETES_"))}
    ended = subprocess.run(
        [sys.executable, "-m", "myapp", "run"],
        env={**environment, "KUBECONFIG": str(kubeconfig), "HOME": str(tmp_path), **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert SECRET not in ended.stderr + ended.stdout
    last = _lines(ended.stderr)[-1]
    assert last["level"] == "CRITICAL"
    assert "KUBECONFIG" in last["msg"]
