"""Jobs in real pods: outputs, exit codes with the log, images that do not exist, time, people, and what vanishes."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.image.requirements import find_build_obstacle
from deploy.image.shell_image import build_shell_image
from deploy.local import ClusterOptions, LocalCluster, install, let_operator_in
from deploy.local.identities import OPERATOR
from tests.api_server import JsonObject
from tests.e2e.actions.documented_examples import example
from tests.e2e.plugin.plugin_runner import Plugin
from tests.running_operator.automation import ACCOUNT, allow_automation, create_account
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.runs import Runs, step
from tests.running_operator.todos import Todos

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.node,
    pytest.mark.xdist_group("job-node"),
    pytest.mark.timeout(300),
]

IMAGE = "docker.io/library/busybox:1.37"
WITHIN = 60.0


def template(script: str, image: str = IMAGE, **spec: object) -> JsonObject:
    """A Job of one container."""
    container = {"name": "main", "image": image, "command": ["sh", "-c", script]}
    pod = {"securityContext": {"runAsUser": 65532}, "terminationGracePeriodSeconds": 1, "containers": [container]}
    return {"spec": {**spec, "template": {"spec": pod}}}


@dataclass
class World:
    """A cluster with a node and the operator, one namespace for all tests of this file."""

    cluster: LocalCluster
    namespace: str
    todos: Todos
    operator: OperatorProcess

    def create(self, name: str, job: JsonObject, **spec: object) -> JsonObject:
        """A Todo with a Job."""
        return self.todos.create(name, job=job, serviceAccountName=ACCOUNT, **spec)

    def jobs_of(self, todo: JsonObject) -> list[JsonObject]:
        """The Jobs of a Todo."""
        selector = f"--selector=todo.myapp.dev/todo-uid={todo['metadata']['uid']}"
        listed = self.kubectl("get", "jobs", selector, "--output=json")
        items: list[JsonObject] = json.loads(listed)["items"]
        return items

    def kubectl(self, *arguments: str, stdin: str | None = None) -> str:
        """What one kubectl command in the namespace printed."""
        return self.cluster.kubectl(f"--namespace={self.namespace}", *arguments, stdin=stdin).stdout


@pytest.fixture(scope="module")
def cluster_with_node() -> Iterator[LocalCluster]:
    """A cluster of this file's own, with a node, the project's manifests and the image that the Jobs run."""
    if obstacle := find_build_obstacle():
        pytest.skip(obstacle)
    archive = build_shell_image(IMAGE)
    cluster = LocalCluster.start(ClusterOptions(name=f"jobs-{os.getpid()}", owner=os.getpid(), node=True))
    try:
        let_operator_in(cluster)
        install(cluster)
        assert cluster.node.load(archive) == [IMAGE]
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="module")
def world(cluster_with_node: LocalCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The operator, as its own service account, in a namespace that enforces Pod Security `restricted`."""
    cluster, namespace, folder = cluster_with_node, "shop", tmp_path_factory.mktemp("operator")
    cluster.kubectl("create", "namespace", namespace)
    cluster.kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted")
    create_account(cluster, namespace)
    allow_automation(cluster, namespace)
    todos = Todos(cluster, namespace)
    with OperatorProcess(cluster.kubeconfig(OPERATOR.name), Path(folder) / "log", [namespace]) as operator:
        yield World(cluster, namespace, todos, operator)
    todos.close()


def test_documented_example(world: World) -> None:
    """The example of docs/actions.md does what is said there."""
    world.kubectl("apply", "-f", "-", stdin="\n---\n".join(map(json.dumps, example("job"))))
    status = world.todos.wait("build", "Succeeded", "Completed", timeout=WITHIN)
    assert status["outputs"] == {"digest": "sha256:abc", "size": 12}
    (job,) = world.jobs_of(world.todos.get("build"))
    assert status["effect"]["references"] == {
        "kind": "Job",
        "name": job["metadata"]["name"],
        "uid": job["metadata"]["uid"],
    }
    assert job["spec"]["backoffLimit"] == 0
    assert job["spec"]["template"]["spec"]["serviceAccountName"] == "builder"


SAID = {"object": '{"errors": 0, "image": "shop:1.4.0"}', "lines": r"errors=0\nimage=shop:1.4.0"}


@pytest.mark.parametrize("form", SAID)
def test_outputs_that_a_dependent_listens_to(world: World, form: str) -> None:
    """What a real container says at its end is the result of the rules, be it a JSON object or lines of key=value."""
    rules = [
        {"name": "tag", "value": "result.image.split(':')[1]"},
        {"name": "healthy", "value": "int(result.errors) == 0"},
    ]
    world.create(form, {"template": template(f"printf '{SAID[form]}' > /dev/termination-log")}, outputs=rules)
    hears, at_once = f"dependencies.{form}.outputs", {"duration": "0s"}
    world.todos.create(f"{form}-good", depends_on=[form], when=f"{hears}.healthy", wait=at_once)
    world.todos.create(f"{form}-old", depends_on=[form], when=f"{hears}.tag == '1.3.0'", wait=at_once)
    status = world.todos.wait(form, "Succeeded", "Completed", timeout=WITHIN)
    assert status["outputs"] == {"tag": "1.4.0", "healthy": True}
    world.todos.wait(f"{form}-good", "Succeeded", timeout=WITHIN)
    world.todos.wait(f"{form}-old", "Skipped", "WhenFalse", timeout=WITHIN)


@pytest.mark.statement("L20")
def test_a_value_of_a_run_is_not_expanded_by_the_kubelet(world: World) -> None:
    """What the pod's environment holds stays there, whatever whoever starts the run writes."""
    job = template("""printf '{"said": "%s", "own": "%s"}' "$MESSAGE" "$OWN" > /dev/termination-log""")
    [container] = job["spec"]["template"]["spec"]["containers"]
    container["env"] = [
        {"name": "TOKEN", "value": "secret"},
        {"name": "MESSAGE", "value": "$(params.sly)"},
        {"name": "OWN", "value": "$(TOKEN)"},
    ]
    runs = Runs(world.cluster, world.namespace)
    runs.start("sly", step("say", job={"template": job}), params={"sly": "$(TOKEN)"}, serviceAccountName=ACCOUNT)

    outputs = world.todos.wait_until(
        "sly.say", lambda status: status.get("phase") == "Succeeded", "over", timeout=WITHIN
    )["outputs"]

    runs.close()
    assert outputs == {"said": "$(TOKEN)", "own": "secret"}


def test_exit_code_and_log(world: World) -> None:
    """One line of kubectl says what failed, with the last lines of the log; a Failure is not tried again by itself."""
    todo = world.create(
        "fails", {"template": template("echo one; sleep 1; echo two >&2; exit 3")}, retry={"maxAttempts": 3}
    )
    status = world.todos.wait("fails", "Failed", "JobFailed", timeout=WITHIN)
    assert "container main ended with exit code 3: one | two" in status["message"]
    assert status["attempt"] == 1
    assert len(world.jobs_of(todo)) == 1
    (row,) = [row for row in world.kubectl("get", "todos").splitlines() if row.startswith("fails ")]
    assert "Failed" in row
    assert "JobFailed" in row
    (wide,) = [row for row in world.kubectl("get", "todos", "-o", "wide").splitlines() if row.startswith("fails ")]
    assert "exit code 3: one | two" in wide


def test_log_by_kubectl_todo(world: World) -> None:
    """`kubectl todo logs` prints what the pod printed, follows all attempts, and says how each ended."""
    plugin = Plugin(world.cluster, world.namespace)
    retry = {"maxAttempts": 2, "on": ["Failure"], "backoff": {"initial": "1s"}}
    script = "for i in 1 2 3; do echo line $i; sleep 1; done; exit 4"
    world.create("told", {"template": template(script)}, retry=retry)

    code, out, err = plugin.todo("logs", "told", "-f", user="admin")

    assert (code, out.split("\n")) == (0, [*["line 1", "line 2", "line 3"] * 2, ""])
    headings = [line for line in err.splitlines() if line.startswith("Attempt ")]
    assert [heading.partition(",")[0] for heading in headings] == ["Attempt 1", "Attempt 2"]
    assert "container main ended with exit code 4 (Error)" in err
    assert "told is Failed (JobFailed): " in err.splitlines()[-1]

    code, out, err = plugin.todo("logs", "told", "--attempt", "1", "-c", "main", "--tail=1", user="admin")
    assert (code, out) == (0, "line 3\n")
    assert "; --attempt shows 2" in err

    code, out, err = plugin.todo("logs", "told", "-c", "absent", user="admin")
    assert (code, out) == (1, "")
    assert "error: container absent is not valid for pod told-" in err

    code, out, err = plugin.todo("logs", "told", user="oncall")
    assert (code, out) == (1, "")
    assert "Error from server (Forbidden): pods is forbidden" in err


def test_log_that_the_account_may_not_read(world: World) -> None:
    """The operator does not lend its own rights, and says what is missing."""
    world.kubectl("create", "serviceaccount", "poor")
    world.kubectl("create", "role", "jobs-only", "--verb=create,delete", "--resource=jobs.batch")
    world.kubectl("create", "rolebinding", "poor", "--role=jobs-only", f"--serviceaccount={world.namespace}:poor")
    world.todos.create("poor", job={"template": template("echo secret; exit 1")}, serviceAccountName="poor")
    status = world.todos.wait("poor", "Failed", "JobFailed", timeout=WITHIN)
    assert "exit code 1: its log cannot be read" in status["message"]
    assert "secret" not in status["message"]


def test_attempts_have_a_job_each(world: World) -> None:
    """Failure is retried where that is asked for; what each attempt came to stays in the status."""
    retry = {"maxAttempts": 2, "on": ["Failure"], "backoff": {"initial": "1s"}}
    todo = world.create("twice", {"template": template("exit 1")}, retry=retry)
    status = world.todos.wait("twice", "Failed", "JobFailed", timeout=WITHIN)
    assert status["attempt"] == 2
    assert [attempt["reason"] for attempt in status["attempts"]] == ["JobFailed", "JobFailed"]
    assert len(world.jobs_of(todo)) == 2


def test_image_that_does_not_exist(world: World) -> None:
    """Told precisely within 30 s; ends with the timeout, which says why, and the Job goes."""
    todo = world.create("no-image", {"template": template("true", "localhost/absent:1")}, timeout="20s")
    status = world.todos.wait("no-image", "Active", "ImagePullFailed", timeout=30)
    assert "image localhost/absent:1 of container main cannot be pulled" in status["message"]
    status = world.todos.wait("no-image", "Failed", "TimedOut", timeout=WITHIN)
    assert "image localhost/absent:1 of container main cannot be pulled" in status["message"]
    _wait_for_no_job(world, todo)


def test_missing_secret(world: World) -> None:
    """Only an Event of the pod says that a volume cannot be mounted."""
    job = template("true")
    pod = job["spec"]["template"]["spec"]
    pod["volumes"] = [{"name": "key", "secret": {"secretName": "absent"}}]
    pod["containers"][0]["volumeMounts"] = [{"name": "key", "mountPath": "/key"}]
    world.create("no-secret", {"template": job}, timeout="60s")
    status = world.todos.wait("no-secret", "Active", "PodNotStarted", timeout=30)
    assert 'secret "absent" not found' in status["message"]
    world.kubectl("create", "secret", "generic", "absent", "--from-literal=a=b")
    world.todos.wait("no-secret", "Succeeded", timeout=WITHIN + 60)


def test_pod_security(world: World) -> None:
    """What the template insists on, the namespace refuses; the words are those of the namespace."""
    job = template("true")
    job["spec"]["template"]["spec"]["containers"][0]["securityContext"] = {"allowPrivilegeEscalation": True}
    todo = world.create("unsafe", {"template": job})
    status = world.todos.wait("unsafe", "Active", "PodRefused", timeout=30)
    assert 'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false' in status["message"]
    world.todos.decide(todo, "Cancel", user="release-lead")
    world.todos.wait("unsafe", "Cancelled")


def test_cancelled(world: World) -> None:
    """A person's decision ends the pod."""
    todo = world.create("cancelled", {"template": template("sleep 1000")})
    world.todos.wait("cancelled", "Active", "Running")
    world.todos.decide(todo, "Cancel", user="release-lead")
    world.todos.wait("cancelled", "Cancelled")
    _wait_for_no_job(world, todo)


def test_timeout(world: World) -> None:
    """So does time."""
    todo = world.create("timed", {"template": template("sleep 1000")}, timeout="3s")
    world.todos.wait("timed", "Failed", "TimedOut", timeout=WITHIN)
    _wait_for_no_job(world, todo)


def test_vanished_while_nobody_looked(world: World) -> None:
    """R21: a Job that was deleted while the operator was down is not made a second time."""
    todo = world.create("vanished", {"template": template("sleep 1000")})
    again = world.create("again", {"template": template("sleep 5"), "idempotent": True})
    for name in ("vanished", "again"):
        world.todos.wait_until(name, lambda status: "effect" in status, "recorded")
    world.operator.kill()
    for each in (todo, again):
        (job,) = world.jobs_of(each)
        world.kubectl("delete", "job", job["metadata"]["name"])
    world.operator.start()
    status = world.todos.wait("vanished", "Failed", "ResultLost", timeout=WITHIN)
    assert "was deleted before its end was seen" in status["message"]
    assert world.jobs_of(todo) == []
    world.todos.wait("again", "Succeeded", timeout=WITHIN)
    assert len(world.jobs_of(again)) == 1


def test_ended_while_nobody_looked(world: World) -> None:
    """The outputs of a Job that ended while the operator was down are read afterwards."""
    todo = world.create("away", {"template": template("sleep 2; echo a=1 > /dev/termination-log")})
    world.todos.wait_until("away", lambda status: "effect" in status, "recorded")
    world.operator.kill()
    (job,) = world.jobs_of(todo)
    world.kubectl("wait", f"job/{job['metadata']['name']}", "--for=condition=Complete", "--timeout=60s")
    world.operator.start()
    assert world.todos.wait("away", "Succeeded", timeout=WITHIN)["outputs"] == {"a": "1"}
    assert len(world.jobs_of(todo)) == 1


def _wait_for_no_job(world: World, todo: JsonObject) -> None:
    selector = f"--selector=todo.myapp.dev/todo-uid={todo['metadata']['uid']}"
    world.kubectl("wait", "jobs,pods", selector, "--for=delete", "--timeout=60s")
