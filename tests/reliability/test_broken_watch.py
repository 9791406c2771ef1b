"""What happens while a watch is broken is made good: nothing that vanished meanwhile lives on in the operator."""

import time
from http import HTTPStatus
from threading import Event

import pytest

from tests.reliability.fault_proxy import WATCHES_OF_KINDS, FaultProxy
from tests.reliability.faults import Answer, Fault, ProxiedRequest, error_event, hold
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = pytest.mark.cluster

#: "Within seconds": kopf's pause, its listing, the operator's own comparison a second later.
SOON = 8.0
GONE = error_event(HTTPStatus.GONE, "too old resource version")


def is_watch(request: ProxiedRequest) -> bool:
    """Concerns every watch."""
    return request.is_watch


def _first_watch_expired(after: Event) -> Fault:
    """New watches wait for the event and are then told that what they want to go on from is gone."""
    waiting = hold(after)

    def expired(request: ProxiedRequest) -> Answer:
        waiting(request)
        return Answer(HTTPStatus.OK, GONE)

    return Fault(is_watch, before_send=expired)


def _vanish_in_a_gap(proxy: FaultProxy, todos: Todos, *names: str) -> None:
    """Delete todos while all watches are cut, and end the gap with 410 Gone."""
    released = Event()
    with proxy.fault(_first_watch_expired(released)):
        proxy.cut_watches()
        todos.delete(*names)
        released.set()
        time.sleep(0.3)


def test_r7_r8_todos_deleted_in_a_gap_are_forgotten(
    proxy: FaultProxy, proxied_operator: OperatorProcess, todos: Todos
) -> None:
    """After 410 Gone a vanished dependency is DependencyNotFound, and who waited for others goes on."""
    todos.create("gate", content="Open the gate")
    todos.create("other", content="Something else")
    todos.create("bystander", content="Stays")
    todos.create("behind-gate", depends_on=["gate"], wait={"duration": "0s"})
    todos.create("loop-a", depends_on=["loop-b"])
    todos.create("loop-b", depends_on=["loop-a"])
    todos.wait("behind-gate", "Pending", "WaitingForDependency")
    todos.wait("loop-a", "Pending", "DependencyCycle")
    known = proxied_operator.metrics()["todo_known"]
    _vanish_in_a_gap(proxy, todos, "gate", "other", "loop-b")
    todos.wait("behind-gate", "Pending", "DependencyNotFound", timeout=SOON)
    todos.wait("loop-a", "Pending", "DependencyNotFound", timeout=SOON)
    assert proxied_operator.metrics()["todo_known"] == known - 3
    assert proxied_operator.alive


@pytest.mark.usefixtures("proxied_operator")
def test_r7_r8_a_gap_in_which_everything_was_deleted_leaves_no_ghosts(proxy: FaultProxy, todos: Todos) -> None:
    """Where the new listing is empty there is no survivor to tell of it; the vanished are forgotten all the same."""
    todos.create("finished", wait={"duration": "0s"})
    todos.wait("finished", "Succeeded")
    _vanish_in_a_gap(proxy, todos, "finished")
    time.sleep(2)
    todos.create("newcomer", depends_on=["finished"], wait={"duration": "0s"})
    todos.wait("newcomer", "Pending", "DependencyNotFound", timeout=SOON)


@pytest.mark.usefixtures("proxied_operator")
def test_r5_r7_a_todo_recreated_in_a_gap_is_a_new_one(proxy: FaultProxy, todos: Todos) -> None:
    """The same name with a new uid starts from the beginning, and dependents wait for the new one."""
    old = todos.create("gate", content="Old gate")
    todos.create("behind", depends_on=["gate"], wait={"duration": "0s"})
    todos.wait("behind", "Pending", "WaitingForDependency")
    released = Event()
    with proxy.fault(_first_watch_expired(released)):
        proxy.cut_watches()
        todos.delete("gate")
        new = todos.create("gate", content="New gate")
        refused = todos.decide(old, keep=True)
        released.set()
        time.sleep(0.3)
    assert todos.judged(refused)["reason"] == "TargetReplaced"
    todos.wait("gate", "Active", "AwaitingDecision")
    todos.decide(new)
    todos.wait("behind", "Succeeded")


@pytest.mark.usefixtures("proxied_operator")
def test_a_deletion_that_overtakes_the_answer_to_a_write_leaves_no_ghost(proxy: FaultProxy, todos: Todos) -> None:
    """The watch says that a todo is gone before the answer to our own write to it arrives: it stays gone."""
    released, committed = Event(), Event()

    def hold_the_answer(_request: ProxiedRequest) -> None:
        committed.set()
        released.wait(20)

    late = Fault(lambda request: request.is_write and "/todos/fleeting/" in request.path, before_answer=hold_the_answer)
    with proxy.fault(late):
        todos.create("fleeting", wait={"duration": "0s"})
        assert committed.wait(10)
        todos.delete("fleeting")
        time.sleep(0.5)
        released.set()
    time.sleep(0.5)
    todos.create("behind", depends_on=["fleeting"], wait={"duration": "0s"})
    todos.wait("behind", "Pending", "DependencyNotFound", timeout=SOON)


def test_a_deletion_that_overtakes_a_listing_leaves_no_ghost(
    proxy: FaultProxy, stopped_proxied_operator: OperatorProcess, todos: Todos
) -> None:
    """A listing that is older than a deletion seen meanwhile does not bring the deleted back."""
    released, listed = Event(), Event()

    def hold_the_answer(_request: ProxiedRequest) -> None:
        listed.set()
        released.wait(20)

    def own_listing(request: ProxiedRequest) -> bool:
        return request.resource == "todos" and "limit" in request.query and request.agent.startswith("myapp/")

    todos.create("finished", content="Done long ago")
    todos.put_status("finished", observedGeneration=1, phase="Succeeded", reason="Completed")
    todos.create("bystander", content="Stays")
    stopped_proxied_operator.start()
    proxy.wait_for_watches(WATCHES_OF_KINDS)
    with proxy.fault(Fault(own_listing, before_answer=hold_the_answer)):
        proxy.end_watches_with(error_event(HTTPStatus.GONE, "too old resource version"))
        assert listed.wait(30)
        proxy.wait_for_watches(WATCHES_OF_KINDS)
        todos.delete("finished")
        time.sleep(0.5)
        released.set()
    stopped_proxied_operator.wait_until_ready()
    todos.create("behind", depends_on=["finished"], wait={"duration": "0s"})
    todos.wait("behind", "Pending", "DependencyNotFound", timeout=SOON)


def test_r10_another_error_in_a_watch_never_leaves_it_deaf(
    proxy: FaultProxy, proxied_operator: OperatorProcess, todos: Todos
) -> None:
    """After an error other than 410 the operator works on, or ends with an exit code that has it started again."""
    proxy.end_watches_with(error_event(HTTPStatus.INTERNAL_SERVER_ERROR, "etcd leader changed"))
    time.sleep(1)
    todos.create("later", wait={"duration": "0s"})
    give_up = time.monotonic() + 15
    while proxied_operator.alive and time.monotonic() < give_up:
        if todos.status("later").get("phase") == "Succeeded":
            return
        time.sleep(0.1)
    assert proxied_operator.wait_for_end(timeout=15) > 0
    proxied_operator.start()
    todos.wait("later", "Succeeded")
