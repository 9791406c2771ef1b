"""Several replicas: one works, another takes over when it ends, dies or freezes; who wakes up late changes nothing.

With the times that are the default (15, 10 and 2 seconds), so each of these tests takes most of half a minute.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from threading import Event

import pytest

from deploy.local import LocalCluster
from deploy.local.identities import OPERATOR
from tests.reliability.fault_proxy import WATCHES_OF_KINDS, FaultProxy
from tests.reliability.faults import Fault, ProxiedRequest, status_answer
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(180)]

#: How long a takeover takes is measured by `benchmarks` (20 and 3 seconds at most); a busy machine needs more patience.
PATIENCE = 60.0

StartReplica = Callable[..., OperatorProcess]


@pytest.fixture
def start_replica(cluster: LocalCluster, namespace: str, tmp_path: Path) -> Iterator[StartReplica]:
    """Starts replicas that share a lease in the test's namespace; a kubeconfig may lead them through a proxy."""
    role = ("--verb=get,create,update", "--resource=leases.coordination.k8s.io")
    cluster.kubectl("create", "role", "lease", *role, "--namespace", namespace)
    account = f"--serviceaccount={OPERATOR.namespace}:{OPERATOR.service_account}"
    cluster.kubectl("create", "rolebinding", "lease", "--role=lease", account, "--namespace", namespace)
    with ExitStack() as replicas:

        def start(name: str, kubeconfig: Path | None = None, *, leads: bool, election: bool = True) -> OperatorProcess:
            settings = {
                "MYAPP_LEADER_ELECTION": str(election).lower(),
                "MYAPP_LEASE_NAMESPACE": namespace,
                "MYAPP_IDENTITY": name,
            }
            access = kubeconfig or cluster.kubeconfig("operator")
            replica = OperatorProcess(access, tmp_path / f"{name}.log", [namespace], settings)
            replicas.enter_context(replica)
            if election:
                _wait(lambda: ("this replica leads" in replica.log.read_text()) == leads, 30, f"leads: {leads}")
            return replica

        yield start


def _wait(fits: Callable[[], bool], seconds: float, wanted: str) -> float:
    began = time.monotonic()
    while not fits():
        assert time.monotonic() < began + seconds, f"not {wanted} after {seconds:.0f} s"
        time.sleep(0.05)
    return time.monotonic() - began


def test_r14_a_killed_leader_is_followed_by_the_standby(
    start_replica: StartReplica, todos: Todos, writes: AuditedWrites
) -> None:
    """Ready all the time, the standby writes nothing until the lease has run out; nothing is lost or done twice."""
    leader = start_replica("first", leads=True)
    standby = start_replica("second", leads=False)
    for number in range(20):
        todos.create(f"before-{number}", wait={"duration": "0s"})
    gate = todos.create("gate")
    todos.create("behind", depends_on=["gate"], wait={"duration": "0s"})
    todos.wait("before-19", "Succeeded")
    todos.wait("gate", "Active")
    assert standby.ready().passed

    leader.kill()
    decision = todos.decide(gate)
    todos.create("after", wait={"duration": "0s"})
    todos.wait("after", "Succeeded", timeout=PATIENCE)

    assert todos.judged(decision)["outcome"] == "Counted"
    todos.wait_for_all("Succeeded")
    writes.settled()
    per_object = writes.per_object()
    assert {per_object[f"before-{number}"] for number in range(20)} == {per_object["after"]} == {1}
    assert per_object["gate"] == per_object["behind"] == 2


def test_r28_a_leader_that_is_asked_to_end_hands_over(start_replica: StartReplica, todos: Todos) -> None:
    """After SIGTERM the lease is released, and the standby does not wait until it would have run out."""
    leader = start_replica("first", leads=True)
    start_replica("second", leads=False)

    ended = leader.stop()
    todos.create("after", wait={"duration": "0s"})
    todos.wait("after", "Succeeded", timeout=PATIENCE)

    assert ended.code == 0


def test_r15_a_frozen_leader_that_wakes_up_changes_nothing_and_ends(
    start_replica: StartReplica, proxy: FaultProxy, todos: Todos, tmp_path: Path
) -> None:
    """Frozen with a write on its way: that write is refused when it arrives at last, and no other is sent."""
    frozen = start_replica("frozen", proxy.write_kubeconfig(tmp_path / "proxied.yaml"), leads=True)
    proxy.wait_for_watches(WATCHES_OF_KINDS)
    standby = start_replica("standby", leads=False)
    on_its_way, released = Event(), Event()

    def hold(_request: ProxiedRequest) -> None:
        on_its_way.set()
        released.wait(60)

    with proxy.fault(Fault(lambda request: request.is_write and "/todos/" in request.path, before_send=hold)):
        todos.create("late", wait={"duration": "0s"})
        assert on_its_way.wait(15)
        os.kill(frozen.pid, signal.SIGSTOP)
        try:
            for number in range(10):
                todos.create(f"meanwhile-{number}", wait={"duration": "0s"})
            todos.wait("meanwhile-9", "Succeeded", timeout=PATIENCE)
            statuses = todos.wait_for_all("Succeeded")
            sent = [request for request in proxy.requests if request.is_write]
        finally:
            released.set()
            os.kill(frozen.pid, signal.SIGCONT)
        code = frozen.wait_for_end(PATIENCE)

    assert code == 1
    assert "not renewed in time" in frozen.log.read_text()
    assert [request for request in proxy.requests if request.is_write] == sent
    assert {name: item["status"] for name, item in todos.all().items()} == statuses
    assert standby.alive


def test_r11_a_leader_without_api_server_gives_up_in_time(
    start_replica: StartReplica, proxy: FaultProxy, todos: Todos, tmp_path: Path
) -> None:
    """Cut off from the API server alone, it stops; the standby, which still reaches it, works on."""
    cut_off = start_replica("cut-off", proxy.write_kubeconfig(tmp_path / "proxied.yaml"), leads=True)
    start_replica("standby", leads=False)
    refusal = status_answer(HTTPStatus.SERVICE_UNAVAILABLE, "no route")
    with proxy.fault(Fault(lambda request: "leases" in request.path, before_send=lambda _: refusal)):
        todos.create("late", wait={"duration": "0s"})
        todos.wait("late", "Succeeded")
        code = cut_off.wait_for_end(PATIENCE)
        todos.create("later", wait={"duration": "0s"})
        todos.wait("later", "Succeeded", timeout=PATIENCE)

    assert code == 1
    assert cut_off.log.read_text().count("the lease could not be read or written") == 1


def test_r16_two_that_both_work_by_mistake_do_nothing_twice(
    start_replica: StartReplica, todos: Todos, writes: AuditedWrites
) -> None:
    """Without election: the resourceVersion is the fence, so each state is written by one of them only."""
    for name in ("first", "second"):
        start_replica(name, leads=False, election=False)
    for number in range(30):
        todos.create(f"todo-{number}", wait={"duration": "0s"})
    gate = todos.create("gate")
    todos.create("behind", depends_on=["gate"], wait={"duration": "0s"})
    todos.wait("gate", "Active")
    decision = todos.decide(gate)

    statuses = todos.wait_for_all("Succeeded")
    answer = todos.judged(decision)
    writes.settled()

    assert len(statuses["gate"]["decisions"]) == 1
    assert answer["outcome"] == "Counted"
    assert set(writes.per_object("patch tododecisions/status").values()) == {1}
    assert {count for name, count in writes.per_object().items() if name.startswith("todo-")} == {1}
