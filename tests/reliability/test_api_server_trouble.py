"""The API server is away, refuses, or answers slowly: the operator stays alive, says so once, and comes back."""

import time
from http import HTTPStatus

import pytest

from tests.reliability.fault_proxy import FaultProxy
from tests.reliability.faults import Answer, Fault, HangUp, ProxiedRequest, status_answer
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = pytest.mark.cluster

KINDS = ("todos", "tododecisions", "todoworkflows", "todotemplates")

OURS = "/apis/todo.myapp.dev/"


def _is_ours(request: ProxiedRequest) -> bool:
    return request.path.startswith(OURS)


def test_away_at_the_start(proxy: FaultProxy, stopped_proxied_operator: OperatorProcess, todos: Todos) -> None:
    """Alive, not ready, and saying why in one log line; at work soon after the API server is there."""
    todos.create("waiting", wait={"duration": "0s"})
    proxy.go_down()
    operator = stopped_proxied_operator
    operator.start(ready=False)
    _wait_until_healthy(operator)
    time.sleep(4.5)
    assert operator.healthy().passed
    unready = operator.ready()
    assert unready.code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "no answer from the API server" in unready.text
    assert operator.log.read_text().count("no answer from the API server") == 1
    proxy.come_up()
    operator.wait_until_ready(timeout=15)
    todos.wait("waiting", "Succeeded")


def test_away_in_the_middle(proxy: FaultProxy, proxied_operator: OperatorProcess, todos: Todos) -> None:
    """Ten seconds without an API server: no restart, liveness stays green, and all that came meanwhile is done."""
    todos.create("timer", wait={"duration": "4s"})
    todo = todos.create("gate", content="A person's work")
    todos.wait("timer", "Active")
    todos.wait("gate", "Active")
    proxy.go_down()
    decision = todos.decide(todo)
    todos.create("behind", depends_on=["gate", "timer"], wait={"duration": "0s"})
    give_up = time.monotonic() + 10
    while time.monotonic() < give_up:
        assert proxied_operator.alive
        assert proxied_operator.healthy().passed
        time.sleep(0.5)
    proxy.come_up()
    todos.wait_for_all("Succeeded", timeout=40)
    assert todos.judged(decision)["outcome"] == "Counted"
    assert "Traceback" not in proxied_operator.log.read_text()


@pytest.mark.long
@pytest.mark.timeout(400)
def test_away_for_longer_than_any_back_off(proxy: FaultProxy, proxied_operator: OperatorProcess, todos: Todos) -> None:
    """After 90 s the process is the same one, and is back at work within a minute."""
    pid = proxied_operator.pid
    proxy.go_down()
    todos.create("meanwhile", wait={"duration": "0s"})
    give_up = time.monotonic() + 90
    while time.monotonic() < give_up:
        assert proxied_operator.alive, "a long outage must not end the process: that would be a crash loop"
        assert proxied_operator.healthy().passed
        time.sleep(1)
    proxy.come_up()
    todos.close()  # this side's own connection has been idle for too long
    todos.wait("meanwhile", "Succeeded", timeout=60)
    assert proxied_operator.pid == pid


@pytest.mark.long
@pytest.mark.timeout(400)
def test_a_silent_watch_is_noticed(proxy: FaultProxy, proxied_operator: OperatorProcess, todos: Todos) -> None:
    """A connection that is dead on one side loses nothing for longer than 90 s."""
    proxy.silence_watches()
    todos.create("unheard", wait={"duration": "0s"})
    time.sleep(2)
    assert todos.status("unheard").get("phase") is None, "the event should have been lost"
    todos.wait("unheard", "Succeeded", timeout=100)
    assert proxied_operator.alive


def test_kinds_that_are_not_served_yet(
    proxy: FaultProxy, stopped_proxied_operator: OperatorProcess, todos: Todos
) -> None:
    """Started before its CRDs, it says what to install, once, and begins when they are there."""
    operator = stopped_proxied_operator
    with proxy.fault(Fault(_is_ours, before_send=lambda _: status_answer(HTTPStatus.NOT_FOUND, "no such group"))):
        operator.start(ready=False)
        _wait_until_healthy(operator)
        time.sleep(4.5)
        unready = operator.ready()
        assert unready.code == HTTPStatus.SERVICE_UNAVAILABLE
        unknown = ", ".join(f"{plural}.todo.myapp.dev" for plural in KINDS)
        assert f"does not know {unknown}: install the CRDs" in unready.text
        assert operator.log.read_text().count("install the CRDs") == 1
        assert operator.alive
    operator.wait_until_ready(timeout=15)
    todos.create("first", wait={"duration": "0s"})
    todos.wait("first", "Succeeded")


def test_missing_rights_are_told_once(
    proxy: FaultProxy, stopped_proxied_operator: OperatorProcess, todos: Todos
) -> None:
    """Without the right to list, readiness and log name the refusal, without a hot loop; with it, work begins."""
    operator = stopped_proxied_operator
    refusal = status_answer(HTTPStatus.FORBIDDEN, "todos is forbidden: User cannot list")
    with proxy.fault(Fault(lambda request: _is_ours(request) and request.resource != "", lambda _: refusal)):
        operator.start(ready=False)
        _wait_until_healthy(operator)
        began = len(proxy.requests)
        time.sleep(5)
        asked = len(proxy.requests) - began
        unready, log = operator.ready(), operator.log.read_text()
    assert operator.alive
    assert asked < 25, f"{asked} requests in 5 s"
    operator.wait_until_ready(timeout=30)
    todos.create("first", wait={"duration": "0s"})
    todos.wait("first", "Succeeded")
    told = [line for line in log.splitlines() if "cannot be listed" in line]
    assert len(told) == 1, f"the same refusal was logged {len(told)} times in 5 s"
    assert "forbidden" in unready.text, f"readiness does not say why: {unready.text!r}"


def test_a_refused_write_is_not_repeated_in_a_hot_loop(
    proxy: FaultProxy, proxied_operator: OperatorProcess, todos: Todos
) -> None:
    """Writes of one todo are refused for a while: few tries, the others are served, and it recovers by itself."""
    tried: list[ProxiedRequest] = []

    def refuse(request: ProxiedRequest) -> Answer:
        tried.append(request)
        return status_answer(HTTPStatus.FORBIDDEN, "todos/status is forbidden")

    concerned = Fault(lambda request: request.is_write and "/todos/refused/" in request.path, before_send=refuse)
    with proxy.fault(concerned):
        todos.create("refused", wait={"duration": "0s"})
        todos.create("fine", wait={"duration": "0s"})
        todos.wait("fine", "Succeeded")
        time.sleep(3)
    assert 2 <= len(tried) <= 8
    assert "todos/status is forbidden" in proxied_operator.log.read_text()
    todos.wait("refused", "Succeeded", timeout=20)


def test_too_many_requests_are_spaced_as_asked(
    proxy: FaultProxy, proxied_operator: OperatorProcess, todos: Todos, writes: AuditedWrites
) -> None:
    """429 with Retry-After is obeyed, 503 and an answer that was lost after the write took effect are made good."""
    moments: list[float] = []

    def busy(_request: ProxiedRequest) -> Answer | None:
        moments.append(time.monotonic())
        if len(moments) > 1:
            return None
        return status_answer(HTTPStatus.TOO_MANY_REQUESTS, "come back later", {"Retry-After": "2"})

    def lost(request: ProxiedRequest) -> HangUp | None:
        lost_once.append(request)
        return HangUp() if len(lost_once) == 1 else None

    lost_once: list[ProxiedRequest] = []
    spaced = Fault(lambda request: request.is_write and "/todos/spaced/" in request.path, before_send=busy)
    answerless = Fault(lambda request: request.is_write and "/todos/answerless/" in request.path, before_answer=lost)
    with proxy.fault(spaced), proxy.fault(answerless):
        todos.create("spaced", wait={"duration": "0s"})
        todos.create("answerless", wait={"duration": "0s"})
        todos.wait("spaced", "Succeeded")
        todos.wait("answerless", "Succeeded")
        writes.settled()
    assert len(moments) == 2
    assert moments[1] - moments[0] >= 2
    assert len(writes.of("answerless")) == 1
    assert proxied_operator.alive


def _wait_until_healthy(operator: OperatorProcess) -> None:
    give_up = time.monotonic() + 30
    while not operator.healthy().passed:
        assert operator.alive, operator.end_of_log()
        assert time.monotonic() < give_up, operator.end_of_log()
        time.sleep(0.1)
