"""A name that cannot be resolved yet is waited for, costs no attempt, and mends by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import LocalCluster
from tests.e2e.http.conftest import SETTINGS
from tests.http_sink import HttpSink
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.fixtures import show_log
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.own_hosts import OwnHosts
from tests.running_operator.todos import Todos

pytestmark = pytest.mark.cluster

NAME = "late.invalid"
PROMPT = 30.0
#: It is tried again after 1, 2, 4 ... seconds.
RECOVERY = 90.0


@pytest.fixture
def hosts(tmp_path: Path) -> OwnHosts:
    """A file of names for the operator alone."""
    hosts = OwnHosts.create(tmp_path)
    if obstacle := hosts.obstacle():
        pytest.skip(f"no process can be given names of its own: {obstacle}")
    return hosts


@pytest.fixture
def operator(
    cluster: LocalCluster, namespace: str, tmp_path: Path, hosts: OwnHosts, request: pytest.FixtureRequest
) -> Iterator[OperatorProcess]:
    """Running, and with a resolver that can be mended."""
    kubeconfig, log = cluster.kubeconfig("operator"), tmp_path / "operator.log"
    process = OperatorProcess(kubeconfig, log, [namespace], SETTINGS, within=hosts.command)
    show_log(request.node, process)
    with process:
        yield process


@pytest.mark.usefixtures("operator")
def test_a_name_that_can_be_resolved_later(
    *, todos: Todos, account: str, sink: HttpSink, hosts: OwnHosts, writes: AuditedWrites
) -> None:
    """Nobody touches the Todo: the name is there, and the request is sent, once."""
    url = sink.url("/hook").replace("127.0.0.1", NAME)
    todos.create("hook", http={"url": url, "method": "POST", "body": "{}"}, serviceAccountName=account)
    message = todos.wait("hook", "Active", "NameNotResolved", timeout=PROMPT)["message"]
    assert f"the name in http://{NAME}:{sink.port} cannot be resolved" in message
    assert sink.received == []

    hosts.add(NAME)

    status = todos.wait("hook", "Succeeded", "Completed", timeout=RECOVERY)
    assert status["attempt"] == 1
    assert [(request.method, request.path) for request in sink.received] == [("POST", "/hook")]
    assert sink.received[0].headers["host"] == f"{NAME}:{sink.port}"
    assert [str(write) for write in writes.settled() if write.name == "hook"] == ["patch todos/status"] * 3
