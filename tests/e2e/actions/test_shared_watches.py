"""How objects are waited for: one watch for all, none when nobody waits, and questions where no watch is allowed."""

import pytest

from deploy.local import LocalCluster
from tests.e2e.actions.audited_requests import AuditedRequests
from tests.e2e.actions.cluster_objects import ClusterObjects
from tests.e2e.actions.manifests import CONFIG_MAPS, DEPLOYMENTS, config_map, deployment, identity, on_object
from tests.running_operator.automation import ACCOUNT, allow_automation
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(240)]

WAITERS = 200


@pytest.fixture
def requests(cluster: LocalCluster, namespace: str) -> AuditedRequests:
    """What the operator asked for in the test's namespace."""
    return AuditedRequests(cluster.audit_log, namespace)


@pytest.mark.usefixtures("account", "operator")
def test_one_watch_serves_all_who_wait(
    todos: Todos, objects: ClusterObjects, requests: AuditedRequests, namespace: str
) -> None:
    """200 todos that wait cost one watch and no questions; it ends after the last of them."""
    names = [f"object-{number}" for number in range(WAITERS)]
    for name in names:
        todos.create(name, **on_object("Wait", identity("v1", "ConfigMap", name)))
    todos.wait_for_all("Active")
    first = requests.wait("configmaps", lambda found: any(request.verb == "watch" for request in found))
    idle = requests.settled("configmaps")
    for name in names:
        objects.create(CONFIG_MAPS, config_map(name))

    todos.wait_for_all("Succeeded", timeout=120)
    requests.wait("configmaps", lambda found: all(request.is_over for request in found))
    watches = requests.watches("configmaps")
    assert [watch.acting_as for watch in watches] == [f"system:serviceaccount:{namespace}:{ACCOUNT}"]
    assert [request for request in requests.of("configmaps") if request.verb == "list"] == [
        request for request in first if request.verb == "list"
    ]
    assert len(idle) <= WAITERS + 2, "at most one look for each who came late"
    assert {request.verb for request in requests.of("configmaps")[len(idle) :]} <= {"watch"}


@pytest.mark.usefixtures("operator")
def test_an_account_that_may_not_watch_has_the_object_asked_for(
    cluster: LocalCluster, todos: Todos, objects: ClusterObjects, requests: AuditedRequests, namespace: str
) -> None:
    """With the right to get alone."""
    allow_automation(cluster, namespace)
    cluster.kubectl("create", "serviceaccount", ACCOUNT, f"--namespace={namespace}")
    cluster.kubectl("create", "role", "get", f"--namespace={namespace}", "--verb=get", "--resource=configmaps")
    subject = f"--serviceaccount={namespace}:{ACCOUNT}"
    cluster.kubectl("create", "rolebinding", "get", f"--namespace={namespace}", "--role=get", subject)
    todos.create("late", **on_object("Wait", identity("v1", "ConfigMap", "late")))
    requests.wait("configmaps", lambda found: sum(request.verb == "get" for request in found) >= 2)
    objects.create(CONFIG_MAPS, config_map("late"))

    todos.wait("late", "Succeeded", timeout=40)
    assert {request.code for request in requests.of("configmaps") if request.verb in ("list", "watch")} == {403}


@pytest.mark.usefixtures("account")
def test_a_restart_waits_on_without_doing_it_again(
    operator: OperatorProcess, todos: Todos, objects: ClusterObjects, requests: AuditedRequests
) -> None:
    """Once the status has recorded that it was applied: somebody may have changed it since."""
    todos.create("web", **on_object("Apply", deployment("web", replicas=1)))
    message = todos.wait("web", "Active", "WaitingForObject", timeout=40)["message"]
    assert message == "waits until Deployment web is ready: 0 of 1 replicas are available"
    operator.kill()
    objects.patch(DEPLOYMENTS, "web", {"spec": {"replicas": 0}})
    operator.start()

    todos.wait("web", "Succeeded")
    assert [request.verb for request in requests.of("deployments")].count("patch") == 1
    found = objects.get(DEPLOYMENTS, "web")
    assert found is not None
    assert found["spec"]["replicas"] == 0
