"""examples/workflows, each run to its end by the people whom it asks; what needs pods is left out."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from deploy.demo.chat import Chat
from deploy.demo.podless import without_pods
from deploy.local import LocalCluster
from deploy.local.layout import PROJECT_ROOT
from tests.api_server import JsonObject
from tests.e2e.plugin.plugin_runner import Plugin
from tests.running_operator.automation import allow_automation
from tests.running_operator.operator_process import OperatorProcess
from tests.running_operator.runs import Runs, step
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(240)]

EXAMPLES = PROJECT_ROOT / "examples"
LOOK = EXAMPLES / "workflows"
PLATFORM = ("--as=ada", "--as-group=platform")


@pytest.fixture
def chat() -> Iterator[Chat]:
    """What the examples' requests meet."""
    server = Chat()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def plugin(cluster: LocalCluster, namespace: str, tmp_path: Path, chat: Chat) -> Iterator[Plugin]:
    """The plug-in in a namespace in which an operator works, which may act as its accounts."""
    allow_automation(cluster, namespace)
    settings = {"MYAPP_HTTP_ALLOWED_CIDRS": f"{chat.host}/32"}
    with OperatorProcess(cluster.kubeconfig("operator"), tmp_path / "operator.log", [namespace], settings):
        yield Plugin(cluster, namespace)


def documents(file: Path, namespace: str) -> list[JsonObject]:
    """The objects of an example in the test's namespace; the namespace itself is there."""
    text = file.read_text(encoding="utf-8")
    for theirs in ("shop", "team-a"):
        text = text.replace(f"namespace: {theirs}", f"namespace: {namespace}")
    return [one for one in yaml.safe_load_all(text) if one["kind"] != "Namespace"]


def apply(plugin: Plugin, *files: Path) -> None:
    """As an administrator; steps as they can be done without pods."""
    objects = [one for file in files for one in documents(file, plugin.namespace)]
    for one in objects:
        for section in ("steps", "finally"):
            if one["kind"] == "TodoTemplate" and section in one["spec"]:
                one["spec"][section] = [_here(step) for step in one["spec"][section]]
    content = {"apiVersion": "v1", "kind": "List", "items": objects}
    plugin.cluster.kubectl("apply", "--filename=-", stdin=json.dumps(content))


def _here(step: JsonObject) -> JsonObject:
    """Without its pod, which would have said what the certificate's fingerprint is."""
    said = {"outputs": [{"name": "fingerprint", "value": "'0123456789abcdef'"}]} if step["name"] == "issue" else {}
    return {**without_pods(step), **said}


def succeed(plugin: Plugin, *arguments: str, user: str = "admin") -> str:
    """What the plug-in prints, where it does what it is asked to."""
    code, out, err = plugin.todo(*arguments, user=user)
    assert code == 0, (arguments, out, err)
    return out


def test_a_release_with_approval(plugin: Plugin, runs: Runs, todos: Todos, chat: Chat) -> None:
    """Two people agree, it is rolled out with the number that was given, and told when it has ended."""
    apply(plugin, EXAMPLES / "rbac.yaml", LOOK / "release" / "rbac.yaml", LOOK / "release" / "template.yaml")
    given = (
        "-p",
        "version=2.4",
        "-p",
        "env=prod",
        "-p",
        "replicas=0",
        "-p",
        f"shop={chat.url}",
        "-p",
        f"chat={chat.url}",
    )
    succeed(plugin, "run", "release", "--name", "first", *given, user="developer")
    todos.wait("first.approve-rollout", "Active", timeout=60)
    assert "Staging runs 2.4" in todos.get("first.approve-rollout")["spec"]["content"]
    assert "first.approve-rollout" in succeed(plugin, "tree", "first", user="oncall")
    succeed(plugin, "complete", "first.approve-rollout", user="oncall")
    todos.wait("first.sign-off", "Active", timeout=60)

    succeed(plugin, "approve", "first.sign-off", user="oncall")
    succeed(plugin, "approve", "first.sign-off", user="release-lead")

    status = runs.wait("first", "Succeeded", "Completed", timeout=60)
    assert status["outputs"]["version"] == "2.4"
    assert status["requestedBy"] == "developer"
    assert runs.steps("first")["roll-back"] == "Skipped(DependencyFailed)"
    assert runs.steps("first")["tell-partners"] == "Failed(RequestRefused)"
    assert chat.announcements == ["customers: release of 2.4 to prod: Succeeded"]
    rollout = todos.get("first.rollout")["spec"]["resource"]["manifest"]
    assert rollout["metadata"]["annotations"]["shop.example.com/requested-by"] == "first"


def test_a_release_to_staging_needs_no_approval(plugin: Plugin, runs: Runs, todos: Todos, chat: Chat) -> None:
    """The step is skipped, and so is what it would have let through."""
    apply(plugin, EXAMPLES / "rbac.yaml", LOOK / "release" / "rbac.yaml", LOOK / "release" / "template.yaml")

    succeed(
        plugin,
        *("run", "release", "--name", "second", "--watch", "-p", "version=2.4"),
        *("-p", f"shop={chat.url}", "-p", f"chat={chat.url}"),
        user="developer",
    )

    assert runs.steps("second")["approve-rollout"] == "Skipped(WhenFalse)"
    assert runs.steps("second")["rollout"] == "Skipped(DependencyFailed)"
    assert not todos.exists("second.rollout")
    assert chat.announcements == ["customers: release of 2.4 to staging: Succeeded"]


def test_a_tenant_moves_in(plugin: Plugin, runs: Runs, todos: Todos) -> None:
    """The platform team agrees to the run of Git and fills the contact in; the namespace is bounded and opened."""
    apply(plugin, LOOK / "tenant" / "rbac.yaml", LOOK / "tenant" / "template.yaml", LOOK / "tenant" / "run.yaml")
    todos.wait("onboard-payments.agree", "Active", timeout=60)
    succeed(plugin, "approve", "onboard-payments.agree", *PLATFORM)
    todos.wait("onboard-payments.contact", "Active", timeout=60)
    succeed(plugin, "complete", "onboard-payments.contact", "--value", "phone=+49 30 1234", *PLATFORM)

    status = runs.wait("onboard-payments", "Succeeded", "Completed", timeout=60)

    assert status["outputs"] == {"members": 3, "contact": "+49 30 1234"}
    objects = ("resourcequota/tenant", "rolebinding/tenant-view-2", "configmap/tenant", "networkpolicy/default-deny")
    found = plugin.cluster.kubectl("get", *objects, f"--namespace={plugin.namespace}", "--output=json").stdout
    quota, binding, tenant, _ = json.loads(found)["items"]
    assert quota["spec"]["hard"]["pods"] == "400"
    assert binding["subjects"][0]["name"] == "payments-auditors"
    assert tenant["data"] == {"team": "payments", "size": "large", "phone": "+49 30 1234", "members": "3"}


def test_a_certificate_is_rotated(plugin: Plugin, runs: Runs, todos: Todos, chat: Chat) -> None:
    """What the person has seen is what the service is switched to; the grace is as long as the run says."""
    apply(
        plugin,
        *(EXAMPLES / "rbac.yaml", LOOK / "release" / "rbac.yaml", LOOK / "certificate" / "template.yaml"),
    )
    given = ("-p", "host=shop.example.com", "-p", "grace=1s", "-p", f"probe={chat.url}")
    succeed(plugin, "run", "certificate-rotation", "--name", "rotate", *given, user="developer")
    todos.wait("rotate.compare", "Active", timeout=60)

    succeed(
        plugin,
        *("complete", "rotate.compare", "--value", "fingerprint=0123456789abcdef", "--value", "expires=2027-11-30"),
        user="oncall",
    )
    todos.wait("rotate.revoke", "Active", timeout=60)
    succeed(plugin, "complete", "rotate.revoke", user="oncall")

    assert runs.wait("rotate", "Succeeded", timeout=60)["outputs"] == {"expires": "2027-11-30"}
    get = ("get", "deployment/production", f"--namespace={plugin.namespace}", "--output=json")
    template = json.loads(plugin.cluster.kubectl(*get).stdout)["spec"]["template"]
    assert template["metadata"]["annotations"]["shop.example.com/certificate"] == "0123456789abcdef"
    assert runs.steps("rotate")["back-out"] == "Skipped(DependencyFailed)"


@pytest.mark.statement("L11")
def test_a_run_is_started_anew(plugin: Plugin, runs: Runs, todos: Todos) -> None:
    """With the same spec, under another name, and what it repeats is named."""
    runs.start("first", step("ask", manual={}), params={"x": 1}, suspend=True)
    printed = succeed(plugin, "rerun", "first", "-o", "name")
    again = printed.strip().rpartition("/")[2]

    todos.wait(f"{again}.ask", "Active", timeout=60)
    spec = runs.get(again)["spec"]
    assert (spec["rerunOf"], spec["params"], spec.get("suspend", False)) == ("first", {"x": 1}, False)
    assert runs.get("first")["spec"]["suspend"] is True
