"""R1, R3: the operator is killed at each write of a Todo with a request, and while it waits for the answer.

The request is sent at least once, always under the same key, and the end is the same.
"""

from collections.abc import Iterator

import pytest

from tests.http_sink import HttpSink, Received, Reply
from tests.reliability.crashes import POINTS, fatal, write_of
from tests.reliability.fault_proxy import FaultProxy
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.automation import ACCOUNT
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.long]

#: The write of the status, by its number, at which the operator dies.
WRITES = {"fence": 1, "end": 2}
END = {"phase": "Succeeded", "reason": "Completed", "attempt": 1}


@pytest.fixture
def sink() -> Iterator[HttpSink]:
    """Where the request goes."""
    with HttpSink() as sink:
        sink.reply = Reply(201, b'{"id": 1}')
        yield sink


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
    acting_operator: OperatorProcess,
    todos: Todos,
    sink: HttpSink,
    writes: AuditedWrites,
    write: str,
    point: str,
) -> None:
    """The successor sends it again where nobody recorded the answer, as the same attempt."""
    with proxy.fault(fatal(acting_operator, point, write_of("todos/status"), WRITES[write])):
        key = _post(todos, sink)
        assert acting_operator.wait_for_end(timeout=30) < 0
    if write == "fence":
        assert not sink.received  # nothing is sent before the fence is known to be taken
    acting_operator.start()
    _ends_the_same(todos, sink, key, most=2 if write == "end" else 1)
    writes.settled()
    assert writes.of("deploy") == ["patch todos/status"] * 2


def test_killed_while_the_answer_is_awaited(acting_operator: OperatorProcess, todos: Todos, sink: HttpSink) -> None:
    """The receiver has got it and the operator knows nothing: it is sent again, under the same key."""

    def die(_request: Received) -> None:
        sink.on_request = None
        acting_operator.kill()

    sink.on_request = die
    key = _post(todos, sink)
    assert acting_operator.wait_for_end(timeout=30) < 0
    acting_operator.start()
    _ends_the_same(todos, sink, key, most=2)
    assert len(sink.received) == 2
