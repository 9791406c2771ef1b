"""Many write the same todo at the same time as the operator: nothing is lost, and all converges."""

import threading
import time

import pytest

from deploy.local import LocalCluster
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = pytest.mark.cluster

#: Ten edits a second from each writer.
PAUSE = 0.1


@pytest.mark.parametrize(
    ("writers", "seconds"), [(4, 4.0), pytest.param(20, 60.0, marks=[pytest.mark.long, pytest.mark.timeout(300)])]
)
def test_r13_a_storm_of_edits_loses_no_status(
    cluster: LocalCluster,
    operator: OperatorProcess,
    todos: Todos,
    writes: AuditedWrites,
    *,
    writers: int,
    seconds: float,
) -> None:
    """While many edit one todo, a person completes it; status ends whole, and an unrelated todo is served."""
    todo = todos.create("contested", content="Everybody edits this", timeout="1h")
    todos.wait("contested", "Active")
    ends = time.monotonic() + seconds
    edits: list[int] = []

    def edit(writer: int) -> None:
        own = Todos(cluster, todos.namespace)
        number = 0
        while time.monotonic() < ends:
            number += 1
            own.edit("contested", priority=number, tags=[f"w{writer}"], timeout=f"{1 + number % 5}h")
            time.sleep(PAUSE)
        edits.append(number)
        own.close()

    threads = [threading.Thread(target=edit, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    time.sleep(seconds / 4)
    decision = todos.decide(todo)
    todos.create("bystander", wait={"duration": "0s"})
    todos.wait("bystander", "Succeeded", timeout=max(seconds, 15.0))
    for thread in threads:
        thread.join()
    assert sum(edits) > 5 * writers
    status = todos.wait("contested", "Succeeded", "Completed", timeout=30)
    assert [made["username"] for made in status["decisions"]] == ["oncall"]
    assert todos.judged(decision)["outcome"] == "Counted"
    generation = todos.get("contested")["metadata"]["generation"]
    settled = todos.wait_until("contested", lambda now: now["observedGeneration"] == generation, "observed", timeout=30)
    assert settled["startTime"] == todos.status("contested")["startTime"]
    assert settled["phase"] == "Succeeded"
    assert operator.alive
    assert writes.settled(1.5), "and comes to rest"
