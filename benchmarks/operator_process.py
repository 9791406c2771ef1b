"""The operator as it is deployed: `python -m myapp run`, as its own service account, in a process of its own."""

import http.client
import os
import socket
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from benchmarks.measured_process import MeasuredProcess
from deploy.local.guard_settings import guard_settings

LOOPBACK = "127.0.0.1"
USERNAME = "system:serviceaccount:myapp-system:myapp"
ANSWER_WITHIN = 30.0
"""Seconds: what it measures is not how fast a starved process answers."""


class OperatorProcess(MeasuredProcess):
    """A running operator; not ready before `wait_until_ready` returns. `settings` are further MYAPP_ variables."""

    def __init__(self, kubeconfig: Path, log: Path, settings: Mapping[str, str] | None = None) -> None:
        self._port = _free_port()
        environment = {
            "KUBECONFIG": str(kubeconfig),
            "MYAPP_HTTP_PORT": str(self._port),
            "MYAPP_LOG_FORMAT": "json",
            **guard_settings(),
            **(settings or {}),
        }
        super().__init__("the operator", [sys.executable, "-m", "myapp", "run"], log=log, environment=environment)

    def wait_until_ready(self) -> float:
        """Seconds from the start until /readyz said 200."""
        return self.wait_until(self._is_ready)

    def wait_until_idle(self, timeout: float = 1200.0) -> float:
        """As for any process; but one that got no CPU because others had it is not idle while keys are queued."""
        while True:
            since = super().wait_until_idle(timeout)
            if not any(sample.value for sample in self._samples("workqueue_depth")):
                return since

    def guard_is_good(self) -> bool:
        """Whether decisions are judged: it has proven that the admission policies hold."""
        return any(sample.value for sample in self._samples("todo_guard_ok"))

    def cache_reads(self) -> dict[str, int]:
        """How often it read a Todo since its start, by where and with what result: "memory hit", "api hit" ..."""
        counted: Counter[str] = Counter()
        for sample in self._samples("todo_cache_reads_total"):
            counted[f"{sample.labels['level']} {sample.labels['result']}"] += int(sample.value)
        return dict(counted)

    def _samples(self, name: str) -> list[Sample]:
        families = text_string_to_metric_families(self._get("/metrics")[1])
        return [sample for family in families for sample in family.samples if sample.name == name]

    def _is_ready(self) -> bool:
        try:
            return self._get("/readyz")[0] == http.client.OK
        except OSError:
            return False

    def _get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection(LOOPBACK, self._port, timeout=ANSWER_WITHIN)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


def operator_settings() -> dict[str, str]:
    """The MYAPP_ variables of the caller, which the operator inherits: they belong into the report."""
    return {
        name: value
        for name, value in sorted(os.environ.items())
        if name.startswith("MYAPP_") and not name.startswith("MYAPP_LOCAL_")  # those are the local cluster's
    }


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        port: int = listener.getsockname()[1]
        return port
