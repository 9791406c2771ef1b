"""The cache tells of itself as table and alert have it; a Redis that goes away shows, its password never."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.local import LocalCluster
from deploy.local.redis_server import RedisServer
from tests.observability.exposition import Exposition
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = pytest.mark.cluster


def _breaker(operator: OperatorProcess) -> dict[str, float]:
    families = text_string_to_metric_families(operator.exposition())
    samples = next(family.samples for family in families if family.name == "todo_cache_breaker_state")
    return {sample.labels["state"]: sample.value for sample in samples}


def _wait_for(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.1)


def test_the_breaker_is_shown_as_it_is(cluster: LocalCluster, namespace: str, tmp_path: Path, todos: Todos) -> None:
    """Closed while Redis answers, open when it does not, and exactly one state at any time."""
    log = tmp_path / "operator.log"
    with RedisServer() as server:
        settings = {"MYAPP_REDIS_URL": server.url, "MYAPP_LOG_FORMAT": "json"}
        with OperatorProcess(cluster.kubeconfig("operator"), log, [namespace], settings) as operator:
            _wait_for(lambda: _breaker(operator).get("closed") == 1)
            todos.create("approve")
            todos.wait("approve", "Active")
            scraped = Exposition(operator.exposition())
            assert scraped.labels["todo_cache_reads_total"] == {"level", "result"}
            assert scraped.labels["todo_cache_breaker_state"] == {"state"}
            server.stop()
            _wait_for(lambda: _breaker(operator).get("open") == 1)
            assert sum(_breaker(operator).values()) == 1
            assert operator.healthy().passed
            operator.stop()
        assert server.password not in log.read_text() + scraped.text


def test_without_redis_there_is_no_breaker(operator: OperatorProcess) -> None:
    """Hence no alert about it."""
    assert _breaker(operator) == {}
