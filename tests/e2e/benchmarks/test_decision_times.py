"""The times of decisions, taken with few Todos on the real API server."""

from collections.abc import Iterator

import pytest

from benchmarks.active_watch import ActiveTodos, watch_active
from benchmarks.api_client import ApiClient, ApiClientError
from benchmarks.decision_objects import complete, decisions_path, manual, todos_path
from benchmarks.decision_times import Clients, DecisionCourse
from deploy.local import LocalCluster
from tests.running_operator.operator_process import OperatorProcess

pytestmark = [pytest.mark.cluster]

PERSON = "oncall"


@pytest.fixture
def active(cluster: LocalCluster, namespace: str) -> Iterator[ActiveTodos]:
    """A watch of the test's namespace."""
    with watch_active(cluster.kubeconfig(), todos_path(namespace)) as watched:
        yield watched


@pytest.fixture
def clients(cluster: LocalCluster) -> Iterator[Clients]:
    """A connection for each identity."""
    with (
        ApiClient(cluster.kubeconfig()) as admin,
        ApiClient(cluster.kubeconfig(PERSON)) as person,
        ApiClient(cluster.kubeconfig("operator")) as operator,
    ):
        yield Clients(admin, person, operator)


def test_decisions_are_followed_to_their_dependents(
    operator: OperatorProcess, clients: Clients, namespace: str, active: ActiveTodos
) -> None:
    """What stands there waits, the dependents follow, and the parts of each time fit together."""
    course = DecisionCourse(clients, namespace, PERSON, active).prepare(standing=4, pairs=3)
    done: list[int] = []

    times = course.decide(per_second=20, progress=done.append)

    assert operator.alive
    assert done == [1, 2, 3]
    assert len(active) == 4 + 2 * 3
    for taken in times:
        assert 0 < taken.creation < taken.from_sending
        assert taken.creation + taken.from_answer == pytest.approx(taken.from_sending)
    items = clients.admin.get(todos_path(namespace))["items"]
    phases = {item["metadata"]["name"]: item["status"]["phase"] for item in items}
    assert sorted(name for name, phase in phases.items() if phase == "Succeeded") == ["first-0", "first-1", "first-2"]


def test_bare_requests_need_no_controller(clients: Clients, namespace: str, active: ActiveTodos) -> None:
    """The same requests are answered and seen while nobody acts on them."""
    times = DecisionCourse(clients, namespace, PERSON, active).bare(3)

    assert len(times) == len(active) == 3
    assert all(taken.creation > 0 and taken.patch > 0 for taken in times)


def test_a_forged_decision_ends_the_run(clients: Clients, namespace: str) -> None:
    """Admission looks at the benchmark's decisions too, and its words are the error."""
    todo = clients.admin.create(todos_path(namespace), manual("todo"))

    with pytest.raises(ApiClientError, match=r'tododecisions: 403 .*the decision is sent by "oncall"'):
        clients.person.create(decisions_path(namespace), complete(todo, "release-lead"))


def test_a_refused_watch_is_told_to_who_waits(cluster: LocalCluster, namespace: str) -> None:
    """A watch that cannot begin is an error at once, not after the whole patience."""
    with (
        watch_active(cluster.kubeconfig(), todos_path(namespace).replace("todos", "todoes")) as active,
        pytest.raises(ApiClientError, match="todoes: 404"),
    ):
        active.wait_for("todo", timeout=60)
