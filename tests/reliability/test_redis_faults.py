"""Redis fails in every way there is while the operator needs it: it says so once, and no result differs (R17, R18).

Memory has room for 100 todos. A gate holds back many more, so most of them lie in Redis when the gate opens.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from redis import Redis

from deploy.local import LocalCluster
from deploy.local.redis_server import RedisServer
from tests.reliability.redis_proxy import RedisProxy
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.fixtures import show_log
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = pytest.mark.cluster

WAITING = 220
ROOM = 100
STATUS, ANSWER = "patch todos/status", "patch tododecisions/status"
OUT_OF_USE = "is not used, todos are read from the API server instead"
IN_USE = "is in use"
SLOW = "no answer in time"


@dataclass
class Stage:
    """A Redis server, a proxy before it, and the operator that uses it through the proxy."""

    server: RedisServer
    proxy: RedisProxy
    operator: OperatorProcess
    settings: dict[str, str]
    stack: ExitStack = field(default_factory=ExitStack)

    def client(self) -> Redis:
        """A connection of the test's own, past the proxy."""
        client = Redis.from_url(self.server.url)
        self.stack.callback(client.close)
        return client

    def cached(self) -> int:
        """How many todos lie in Redis."""
        return sum(b":Todo:" in key for key in self.client().scan_iter("todo:*", count=1000))

    def told(self) -> list[str]:
        """The lines of the operator's log about the cache."""
        return [line for line in self.operator.log.read_text().splitlines() if "state cache" in line]

    def wait_until_told(self, text: str, timeout: float = 30.0) -> None:
        """Return once the log has a line about the cache with this text."""
        give_up = time.monotonic() + timeout
        while not any(text in line for line in self.told()):
            assert time.monotonic() < give_up, f"{text!r} is not in {self.told()}"
            time.sleep(0.1)


@pytest.fixture
def stage(cluster: LocalCluster, namespace: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """All of it; the test starts the operator."""
    with RedisServer() as server, RedisProxy(server.port) as proxy:
        settings = {
            "MYAPP_REDIS_URL": f"redis://:{server.password}@127.0.0.1:{proxy.port}",
            "MYAPP_RECENT_TODOS": str(ROOM),
        }
        operator = OperatorProcess(cluster.kubeconfig("operator"), tmp_path / "operator.log", [namespace], settings)
        show_log(request.node, operator)
        stage = Stage(server, proxy, operator, settings)
        with stage.stack:
            yield stage
        if operator.alive:
            operator.kill()


def _set_the_scene(todos: Todos) -> None:
    todos.create("gate")
    for number in range(WAITING):
        todos.create(f"waiting-{number}", depends_on=["gate"], wait={"duration": "0s"})
    todos.wait("gate", "Active")
    for number in range(WAITING):
        todos.wait(f"waiting-{number}", "Pending", "WaitingForDependency", timeout=30)


def _open_the_gate(todos: Todos) -> None:
    decision = todos.decide(todos.get("gate"))
    todos.wait_for_all("Succeeded", timeout=90)
    assert todos.judged(decision)["outcome"] == "Counted"


def _nothing_was_done_twice(writes: AuditedWrites) -> None:
    writes.settled()
    budget = {f"waiting-{number}": 2 for number in range(WAITING)} | {"gate": 2}
    assert dict(writes.per_object(STATUS)) == budget
    assert dict(writes.total()) == {STATUS: 2 * WAITING + 2, ANSWER: 1}


def _wait_until_cached(stage: Stage) -> None:
    give_up = time.monotonic() + 20
    while stage.cached() < WAITING - ROOM:
        assert time.monotonic() < give_up, f"only {stage.cached()} todos are in Redis"
        time.sleep(0.1)


def _flush(stage: Stage) -> None:
    stage.client().flushall()


def _garbage(stage: Stage) -> None:
    client = stage.client()
    for number, key in enumerate(list(client.scan_iter("todo:*", count=1000))):
        value = client.get(key) or b""
        assert isinstance(value, bytes)
        forged = value.replace(b"gate", b"none").replace(b'"phase":"Pending"', b'"phase":"Succeeded"')
        client.set(key, (os.urandom(300), value[: len(value) // 2], forged, b"{}", b"\x00" * 2_000_000)[number % 5])


def _kill(stage: Stage) -> None:
    stage.server.stop()


def _restart(stage: Stage) -> None:
    stage.server.stop()
    stage.server.start()


def _freeze(stage: Stage) -> None:
    os.kill(stage.server.pid, signal.SIGSTOP)


def _slow(stage: Stage) -> None:
    stage.proxy.delay = 5.0


def _full(stage: Stage) -> None:
    stage.client().config_set("maxmemory", 1)


def _replica(stage: Stage) -> None:
    stage.client().replicaof("127.0.0.1", 1)


def _no_rights(stage: Stage) -> None:
    stage.client().execute_command("ACL", "SETUSER", "default", "-set")  # type: ignore[no-untyped-call] # untyped there


def _other_password(stage: Stage) -> None:
    client = stage.client()
    client.config_set("requirepass", "exchanged")
    client.client_kill_filter(_type="normal", skipme=True)


@dataclass(frozen=True)
class Fault:
    """What happens to Redis, and what the operator says of it; nothing where Redis goes on."""

    happen: Callable[[Stage], None]
    told: str


FAULTS = {
    "flushed": Fault(_flush, ""),
    "garbage": Fault(_garbage, ""),
    "restarted": Fault(_restart, ""),
    "killed": Fault(_kill, "Connection"),
    "frozen": Fault(_freeze, SLOW),
    "slow": Fault(_slow, SLOW),
    "full": Fault(_full, "it is full and evicts nothing"),
    "read-only": Fault(_replica, "read-only replica"),
    "no-rights": Fault(_no_rights, "the user lacks a right"),
    "other-password": Fault(_other_password, "the login is refused"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_r17_a_fault_in_the_middle_changes_no_result(
    stage: Stage, todos: Todos, writes: AuditedWrites, name: str
) -> None:
    """The fault strikes when most todos lie in Redis, and the gate opens at that moment."""
    fault = FAULTS[name]
    stage.operator.start()
    _set_the_scene(todos)
    _wait_until_cached(stage)
    fault.happen(stage)
    _open_the_gate(todos)
    if fault.told:
        stage.wait_until_told(fault.told)
    _nothing_was_done_twice(writes)
    assert stage.operator.alive
    _was_told_once(stage, fault.told)
    assert stage.server.password not in stage.operator.log.read_text()
    assert "Traceback" not in stage.operator.log.read_text()


def _was_told_once(stage: Stage, cause: str) -> None:
    """Each time that Redis goes out of use each cause is told once, until it is in use again.

    A machine that is busy with much else makes Redis slow, so that it may go out of use, and come back, any number of
    times besides: that is told as what it is, and the fault itself still once in all.
    """
    times: list[list[str]] = [[]]
    for line in stage.told():
        if OUT_OF_USE in line:
            times[-1].append(line)
        elif IN_USE in line:
            times.append([])
    counts = [sum(cause in line for line in told) for told in times] if cause else []
    assert all(sum(SLOW in line for line in told) <= 1 for told in times), times
    assert all(SLOW in line or (cause and cause in line) for told in times for line in told), times
    assert not cause or max(counts) == 1, times
    assert cause in ("", SLOW) or sum(counts) == 1, times


def _absent(stage: Stage) -> None:
    stage.server.stop()


@pytest.mark.parametrize(
    ("happen", "told"),
    [(_absent, "Connection"), (_other_password, "the login is refused"), (_freeze, SLOW)],
    ids=["absent", "wrong-password", "frozen"],
)
def test_r17_a_fault_at_the_start_is_told_once_and_redis_is_used_when_it_is_over(
    stage: Stage, todos: Todos, writes: AuditedWrites, happen: Callable[[Stage], None], told: str
) -> None:
    """The operator becomes ready as if there were no Redis, and takes it into use as soon as it answers."""
    happen(stage)
    stage.operator.start()
    _set_the_scene(todos)
    stage.wait_until_told(told)
    if happen is _freeze:
        os.kill(stage.server.pid, signal.SIGCONT)
    else:
        stage.server.stop()
        stage.server.start()
    stage.wait_until_told(IN_USE)
    _open_the_gate(todos)
    _nothing_was_done_twice(writes)
    _was_told_once(stage, told)


def test_r17_a_password_is_exchanged_without_a_restart(
    cluster: LocalCluster, namespace: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The file is read for each new connection."""
    password = tmp_path / "password"
    with RedisServer() as server, Redis.from_url(server.url) as client:
        password.write_text(f"{server.password}\n")
        settings = {"MYAPP_REDIS_URL": f"redis://{server.address}", "MYAPP_REDIS_PASSWORD_FILE": str(password)}
        operator = OperatorProcess(cluster.kubeconfig("operator"), tmp_path / "operator.log", [namespace], settings)
        show_log(request.node, operator)
        stage = Stage(server, RedisProxy(server.port), operator, settings)
        with operator:
            stage.wait_until_told(IN_USE)
            password.write_text("exchanged")
            client.config_set("requirepass", "exchanged")
            client.client_kill_filter(_type="normal", skipme=True)
            time.sleep(12)
            assert [line for line in stage.told() if OUT_OF_USE in line] == []
            assert len(client.client_list(_type="normal")) >= 2


def _reads(stage: Stage, level: str, result: str) -> float:
    return stage.operator.metric("todo_cache_reads_total", level=level, result=result)


def test_e10_bodies_come_from_redis_instead_of_the_api_server(
    stage: Stage, todos: Todos, writes: AuditedWrites
) -> None:
    """Opening the gate costs few reads of the API server, and two round trips to Redis per todo at most (E7).

    On a machine that is busy with much else Redis may be late for a batch of 32: only for such the API server is asked.
    """
    stage.operator.start()
    _set_the_scene(todos)
    _wait_until_cached(stage)
    lying_there = stage.cached()
    before, late_before = _reads(stage, "api", "hit"), _reads(stage, "redis", "error")
    _open_the_gate(todos)
    _nothing_was_done_twice(writes)
    pushed_out = WAITING - ROOM
    late = _reads(stage, "redis", "error") - late_before
    hits = _reads(stage, "redis", "hit")
    assert _reads(stage, "api", "hit") - before <= late
    assert hits > 0
    assert hits + late >= pushed_out // 2
    assert stage.cached() < lying_there, "what has ended is deleted, but for what was pushed out while it was written"
    commands = stage.client().info("commandstats")
    assert commands["cmdstat_getrange"]["calls"] < 2 * WAITING
