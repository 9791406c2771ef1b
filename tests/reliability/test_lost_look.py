"""R6: who waits for an object and gets no answer once does not go on asking once the API server answers again."""

import time
from http import HTTPStatus

import pytest

from deploy.local import LocalCluster
from tests.e2e.actions.manifests import identity, on_object
from tests.reliability.fault_proxy import FaultProxy
from tests.reliability.faults import Answer, Fault, ProxiedRequest, status_answer
from tests.running_operator.automation import allow_automation, create_account
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = pytest.mark.cluster

QUIET = 12.0
"""Seconds in which whoever goes on asking has asked several times."""


def _is_about(name: str, request: ProxiedRequest) -> bool:
    return request.method == "GET" and not request.is_watch and request.path.endswith(f"/configmaps/{name}")


def _wait_for_watch(proxy: FaultProxy) -> None:
    """Return when ConfigMaps are watched."""
    give_up = time.monotonic() + 30
    while not any(request.is_watch and request.resource == "configmaps" for request in proxy.requests):
        assert time.monotonic() < give_up, "nobody watches"
        time.sleep(0.1)


def test_a_watch_is_gone_back_to(
    cluster: LocalCluster, proxy: FaultProxy, proxied_operator: OperatorProcess, todos: Todos, namespace: str
) -> None:
    """The first look fails; after one that is answered the watch tells the rest."""
    create_account(cluster, namespace)
    allow_automation(cluster, namespace)
    todos.create("first", **on_object("Wait", identity("v1", "ConfigMap", "first")))
    _wait_for_watch(proxy)
    failed: list[ProxiedRequest] = []

    def concerns(request: ProxiedRequest) -> bool:
        return _is_about("second", request) and not failed

    def fail(request: ProxiedRequest) -> Answer:
        failed.append(request)
        return status_answer(HTTPStatus.SERVICE_UNAVAILABLE, "etcd is busy")

    with proxy.fault(Fault(concerns, before_send=fail)):
        todos.create("second", **on_object("Wait", identity("v1", "ConfigMap", "second")))
        todos.wait("second", "Active", "WaitingForObject", timeout=60)
    asked = [request for request in proxy.requests if _is_about("second", request)]
    time.sleep(QUIET)
    later = [request for request in proxy.requests if _is_about("second", request)]
    cluster.kubectl("create", "configmap", "second", f"--namespace={namespace}")

    todos.wait("second", "Succeeded")
    assert failed
    assert later == asked, "nobody asks while the watch is there"
    assert proxied_operator.alive
