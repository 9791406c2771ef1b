"""R1, R3: the operator is killed at each write of a Todo with a Job; one Job is made, and the end is the same."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest

from deploy.local import LocalCluster
from tests.reliability.crashes import POINTS, fatal, write_of
from tests.reliability.fault_proxy import WATCHES_OF_KINDS, FaultProxy
from tests.reliability.faults import Fault, HangUp, ProxiedRequest, error_event
from tests.running_operator.audited_writes import AuditedWrites
from tests.running_operator.automation import ACCOUNT, allow_automation, create_account
from tests.running_operator.jobs import TEMPLATE, Jobs
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.long]

#: What is written, the how many-th time.
WRITES = {
    "fence": ("todos/status", 1),
    "create": ("jobs", 1),
    "record": ("todos/status", 2),
    "end": ("todos/status", 3),
}
WITHDRAWAL = {"cancelled": ("todos/status", 3), "delete": ("jobs", 2), "withdrawn": ("todos/status", 4)}
END = {"phase": "Succeeded", "reason": "Completed", "outputs": {"digest": "abc"}, "attempt": 1}


@pytest.fixture
def jobs(cluster: LocalCluster, namespace: str) -> Iterator[Jobs]:
    """The namespace's Jobs, and leave to make some."""
    create_account(cluster, namespace)
    allow_automation(cluster, namespace)
    driver = Jobs(cluster, namespace)
    yield driver
    driver.close()


def _fatal(operator: OperatorProcess, write: tuple[str, int], point: str) -> Fault:
    """The operator dies at that point of the write."""
    resource, number = write
    return fatal(operator, point, write_of(resource), number)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("write", WRITES)
@pytest.mark.statement("F1", "F7")
def test_one_job_whatever_dies(
    *,
    proxy: FaultProxy,
    proxied_operator: OperatorProcess,
    todos: Todos,
    jobs: Jobs,
    writes: AuditedWrites,
    write: str,
    point: str,
) -> None:
    """The successor goes on with the Job that is there, and writes nothing twice that took effect."""
    with proxy.fault(_fatal(proxied_operator, WRITES[write], point)):
        todos.create("build", job={"template": TEMPLATE}, serviceAccountName=ACCOUNT)
        if write == "end":
            jobs.end_pod(jobs.wait_for_one()["metadata"]["name"], 0, "digest=abc")
        assert proxied_operator.wait_for_end(timeout=30) < 0
    proxied_operator.start()
    job = jobs.wait_for_one()["metadata"]
    if write != "end":
        jobs.end_pod(job["name"], 0, "digest=abc")
    status = todos.wait("build", "Succeeded", timeout=40)
    assert {name: status[name] for name in END} == END
    assert status["effect"]["references"]["uid"] == job["uid"]
    writes.settled()
    assert writes.of("build") == ["patch todos/status"] * 3
    assert [str(made) for made in writes.all() if str(made) == "create jobs" and made.succeeded] == ["create jobs"]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("write", WITHDRAWAL)
def test_no_job_is_left_behind(
    *,
    proxy: FaultProxy,
    proxied_operator: OperatorProcess,
    todos: Todos,
    jobs: Jobs,
    writes: AuditedWrites,
    write: str,
    point: str,
) -> None:
    """A person cancels; whatever dies on the way, the Job goes, and no other comes."""
    with proxy.fault(_fatal(proxied_operator, WITHDRAWAL[write], point)):
        todo = todos.create("build", job={"template": TEMPLATE}, serviceAccountName=ACCOUNT)
        todos.wait_until("build", lambda status: "effect" in status, "recorded")
        todos.decide(todo, "Cancel")
        assert proxied_operator.wait_for_end(timeout=30) < 0
    proxied_operator.start()
    todos.wait("build", "Cancelled", timeout=40)
    jobs.wait_for_none()
    todos.wait_until("build", lambda status: not status["effect"].get("withdrawing"), "withdrawn", timeout=40)
    writes.settled()
    assert [str(made) for made in writes.all() if str(made) == "create jobs" and made.succeeded] == ["create jobs"]


def test_answer_to_the_creation_is_lost(
    *, proxy: FaultProxy, proxied_operator: OperatorProcess, todos: Todos, jobs: Jobs, writes: AuditedWrites
) -> None:
    """R3: the operator lives on, asks again, and finds what it made."""
    lost: list[ProxiedRequest] = []

    def concerns(request: ProxiedRequest) -> bool:
        return request.method == "POST" and request.resource == "jobs" and not lost

    def lose(request: ProxiedRequest) -> HangUp:
        lost.append(request)
        return HangUp()

    with proxy.fault(Fault(concerns, before_answer=lose)):
        todos.create("build", job={"template": TEMPLATE}, serviceAccountName=ACCOUNT)
        job = jobs.wait_for_one()["metadata"]
        status = todos.wait("build", "Active", "Running", timeout=40)
    assert lost
    assert proxied_operator.alive
    assert status["effect"]["references"]["uid"] == job["uid"]
    assert len([made for made in writes.settled() if str(made) == "create jobs" and made.succeeded]) == 1


def test_watches_break_and_begin_anew(
    *, proxy: FaultProxy, proxied_operator: OperatorProcess, todos: Todos, jobs: Jobs
) -> None:
    """R6, R7: what happens while no watch is open, and after versions have expired, is seen all the same."""
    proxy.wait_for_watches(WATCHES_OF_KINDS + 2)  # of Jobs and of pods
    todos.create("build", job={"template": TEMPLATE}, serviceAccountName=ACCOUNT)
    job = jobs.wait_for_one()["metadata"]["name"]
    todos.wait("build", "Active", "Running")
    proxy.end_watches_with(error_event(HTTPStatus.GONE, "too old resource version"))
    jobs.end_pod(job, 0, "a=1")
    assert todos.wait("build", "Succeeded", timeout=40)["outputs"] == {"a": "1"}
    todos.create("second", job={"template": TEMPLATE}, serviceAccountName=ACCOUNT)
    todos.wait("second", "Active", "Running")
    second = next(made for made in jobs.all() if made["metadata"]["name"] != job)["metadata"]["name"]
    proxy.cut_watches()
    jobs.end_pod(second, 1)
    todos.wait("second", "Failed", "JobFailed", timeout=40)
    assert proxied_operator.alive
