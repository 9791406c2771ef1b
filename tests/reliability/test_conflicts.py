"""Many write the same todo at the same time as the operator: nothing is lost, and all converges."""

import threading
import time

import pytest

from deploy.local import LocalCluster
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = pytest.mark.cluster

WRITERS, SECONDS = 4, 4.0


def test_a_storm_of_edits_loses_no_status(
    cluster: LocalCluster, operator: OperatorProcess, todos: Todos, writes: AuditedWrites
) -> None:
    """While four writers edit one todo, a person completes it; status ends whole, and an unrelated todo is served."""
    todo = todos.create("contested", content="Everybody edits this", timeout="1h")
    todos.wait("contested", "Active")
    ends = time.monotonic() + SECONDS
    edits: list[int] = []

    def edit(writer: int) -> None:
        own = Todos(cluster, todos.namespace)
        number = 0
        while time.monotonic() < ends:
            number += 1
            own.edit("contested", priority=number, tags=[f"w{writer}"], timeout=f"{1 + number % 5}h")
        edits.append(number)
        own.close()

    threads = [threading.Thread(target=edit, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    time.sleep(SECONDS / 4)
    decision = todos.decide(todo)
    todos.create("bystander", wait={"duration": "0s"})
    todos.wait("bystander", "Succeeded", timeout=SECONDS)
    for thread in threads:
        thread.join()
    assert sum(edits) > 50
    status = todos.wait("contested", "Succeeded", "Completed", timeout=10)
    assert [made["username"] for made in status["decisions"]] == ["oncall"]
    assert todos.judged(decision)["outcome"] == "Counted"
    generation = todos.get("contested")["metadata"]["generation"]
    settled = todos.wait_until("contested", lambda now: now["observedGeneration"] == generation, "observed", timeout=10)
    assert settled["startTime"] == todos.status("contested")["startTime"]
    assert settled["phase"] == "Succeeded"
    assert operator.alive
    assert writes.settled(1.5), "and comes to rest"
