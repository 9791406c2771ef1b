"""What goes wrong once an action is under way: a right that is taken away, a kind that is served no more."""

import json
from collections.abc import Iterator

import pytest

from deploy.local import LocalCluster
from deploy.local.established import wait_until_established
from tests.api_server import JsonObject
from tests.e2e.actions.cluster_objects import ClusterObjects
from tests.e2e.actions.manifests import identity, on_object, thing, thing_definition
from tests.running_operator.automation import ACCOUNT
from tests.running_operator.jobs import TEMPLATE, Jobs
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.long, pytest.mark.timeout(400)]

PROMPT = 30.0
RECOVERY = 90.0
#: Of this file alone: the kind is taken away.
GROUP = "midway.example.dev"
KIND = f"things.{GROUP}"
#: The API server keeps watches of a kind that was removed open for so long, and nobody can know before.
WATCH_ENDS = 180.0


@pytest.fixture
def jobs(cluster: LocalCluster, namespace: str) -> Iterator[Jobs]:
    """Of the namespace."""
    driver = Jobs(cluster, namespace)
    yield driver
    driver.close()


def _events(cluster: LocalCluster, namespace: str, name: str) -> dict[str, str]:
    """What the Events on a Todo say, by their reason."""
    selector = f"regarding.kind=Todo,regarding.name={name}"
    told = cluster.kubectl(
        "get", "events.events.k8s.io", f"--namespace={namespace}", "--field-selector", selector, "-o", "json"
    )
    items: list[JsonObject] = json.loads(told.stdout)["items"]
    return {item["reason"]: item["note"] for item in items}


@pytest.mark.usefixtures("operator", "account")
def test_a_job_that_may_not_be_deleted_any_more(
    *, cluster: LocalCluster, todos: Todos, jobs: Jobs, namespace: str
) -> None:
    """It is told on the cancelled Todo, and the Job goes once the right is back."""
    todo = todos.create("build", job={"template": TEMPLATE}, serviceAccountName=ACCOUNT)
    todos.wait_until("build", lambda status: "effect" in status, "recorded", timeout=PROMPT)
    cluster.kubectl("delete", "rolebinding", "edit", f"--namespace={namespace}")
    todos.decide(todo, "Cancel")
    todos.wait("build", "Cancelled", timeout=PROMPT)

    def told() -> str:
        return _events(cluster, namespace, "build").get("NotEnded", "")

    todos.wait_until("build", lambda _: bool(told()), "told about", timeout=PROMPT)
    assert "still to be ended" in told()
    assert f"system:serviceaccount:{namespace}:{ACCOUNT}" in told()
    assert todos.status("build")["effect"]["withdrawing"]
    assert len(jobs.all()) == 1

    subject = f"--serviceaccount={namespace}:{ACCOUNT}"
    cluster.kubectl("create", "rolebinding", "edit", f"--namespace={namespace}", "--clusterrole=edit", subject)
    jobs.wait_for_none(timeout=RECOVERY)
    todos.wait_until("build", lambda status: not status["effect"].get("withdrawing"), "ended", timeout=PROMPT)


@pytest.mark.usefixtures("operator", "account")
def test_a_kind_that_goes_while_it_is_waited_for(
    *, cluster: LocalCluster, todos: Todos, objects: ClusterObjects, namespace: str
) -> None:
    """It is told apart from an object that does not exist, and found again with its kind."""
    _serve(cluster)
    subject = f"--serviceaccount={namespace}:{ACCOUNT}"
    cluster.kubectl("create", "role", "things", f"--namespace={namespace}", "--verb=*", f"--resource={KIND}")
    cluster.kubectl("create", "rolebinding", "things", f"--namespace={namespace}", "--role=things", subject)
    todos.create("wait", **on_object("Wait", identity(f"{GROUP}/v1", "Thing", "late")))
    todos.wait("wait", "Active", "WaitingForObject", timeout=PROMPT)
    cluster.kubectl("delete", "crd", KIND)

    message = todos.wait("wait", "Active", "KindNotFound", timeout=WATCH_ENDS)["message"]
    assert f"knows no kind Thing in {GROUP}/v1" in message

    _serve(cluster)
    objects.create(f"{GROUP}/v1/things", {**thing("late", size=1), "apiVersion": f"{GROUP}/v1"})
    assert todos.wait("wait", "Succeeded", timeout=RECOVERY)["attempt"] == 1
    cluster.kubectl("delete", "crd", KIND, "--wait=false")


def _serve(cluster: LocalCluster) -> None:
    """Have the API server know the kind."""
    definition = json.dumps(thing_definition()).replace("example.dev", GROUP)
    cluster.kubectl("apply", "--server-side", "-f", "-", stdin=definition)
    wait_until_established(cluster, f"crd/{KIND}")
