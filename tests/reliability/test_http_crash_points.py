"""R1, R3: the operator is killed at each write of a Todo with a request, and while it waits for the answer.

The request is sent at least once, always under the same key, and the end is the same.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import LocalCluster
from tests.http_sink import HttpSink, Received, Reply
from tests.reliability.fault_proxy import FaultProxy
from tests.reliability.faults import Fault, HangUp, ProxiedRequest
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.automation import ACCOUNT, allow_automation, create_account
from tests.running_operator.fixtures import show_log
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.long]

POINTS = ("before_send", "before_answer", "after_answer")
#: The write of the status, by its number, at which the operator dies.
WRITES = {"fence": 1, "end": 2}
END = {"phase": "Succeeded", "reason": "Completed", "attempt": 1}


@pytest.fixture
def sink() -> Iterator[HttpSink]:
    """Where the request goes."""
    with HttpSink() as sink:
        sink.reply = Reply(201, b'{"id": 1}')
        yield sink


@pytest.fixture
def killed_operator(
    *, cluster: LocalCluster, namespace: str, proxy: FaultProxy, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[OperatorProcess]:
    """The operator behind the proxy, allowed to send to the sink."""
    create_account(cluster, namespace)
    allow_automation(cluster, namespace)
    kubeconfig = proxy.write_kubeconfig(tmp_path / "proxied.yaml")
    settings = {"MYAPP_HTTP_ALLOWED_CIDRS": "127.0.0.1/32"}
    operator = OperatorProcess(kubeconfig, tmp_path / "operator.log", [namespace], settings)
    show_log(request.node, operator)
    with operator:
        proxy.wait_for_watches(2)
        yield operator


def _post(todos: Todos, sink: HttpSink) -> str:
    """Create the Todo; returns the key of its first attempt."""
    http = {"url": sink.url("/deployments"), "method": "POST", "body": "{}", "successWhen": "response.json.id == 1"}
    return f"{todos.create('deploy', http=http, serviceAccountName=ACCOUNT)['metadata']['uid']}-1"


def _ends_the_same(todos: Todos, sink: HttpSink, key: str, most: int) -> None:
    status = todos.wait("deploy", "Succeeded", timeout=40)
    assert {name: status[name] for name in END} == END
    assert 1 <= len(sink.received) <= most
    assert set(sink.keys) == {key}


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("write", WRITES)
def test_one_key_whatever_dies(
    *,
    proxy: FaultProxy,
    killed_operator: OperatorProcess,
    todos: Todos,
    sink: HttpSink,
    writes: AuditedWrites,
    write: str,
    point: str,
) -> None:
    """The successor sends it again where nobody recorded the answer, as the same attempt."""
    seen: list[ProxiedRequest] = []

    def concerns(request: ProxiedRequest) -> bool:
        if request.is_write and request.resource == "todos/status":
            seen.append(request)
            return len(seen) == WRITES[write]
        return False

    def die(_request: ProxiedRequest) -> HangUp:
        killed_operator.kill()
        return HangUp()

    with proxy.fault(Fault(concerns, **{point: die})):
        key = _post(todos, sink)
        assert killed_operator.wait_for_end(timeout=30) < 0
    if write == "fence":
        assert not sink.received  # nothing is sent before the fence is known to be taken
    killed_operator.start()
    _ends_the_same(todos, sink, key, most=2 if write == "end" else 1)
    writes.settled()
    assert writes.of("deploy") == ["patch todos/status"] * 2


def test_killed_while_the_answer_is_awaited(killed_operator: OperatorProcess, todos: Todos, sink: HttpSink) -> None:
    """The receiver has got it and the operator knows nothing: it is sent again, under the same key."""

    def die(_request: Received) -> None:
        sink.on_request = None
        killed_operator.kill()

    sink.on_request = die
    key = _post(todos, sink)
    assert killed_operator.wait_for_end(timeout=30) < 0
    killed_operator.start()
    _ends_the_same(todos, sink, key, most=2)
    assert len(sink.received) == 2
