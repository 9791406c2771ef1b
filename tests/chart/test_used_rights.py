"""The operator's rights against what it does, by the audit log: nothing is missing, and nothing is unused."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local import LocalCluster
from deploy.local.layout import CRDS
from tests.api_server import ApiServer, JsonObject
from tests.chart.releases import Releases, kubeconfig_of, settings_of
from tests.chart.rendering import Rendered, rendered
from tests.manifests import (
    decision_manifest,
    decisions_path,
    step,
    template_manifest,
    templates_path,
    todo_manifest,
    todos_path,
    workflow_manifest,
    workflows_path,
)
from tests.running_operator.automation import ACCOUNT, allow_automation, create_account
from tests.running_operator.jobs import TEMPLATE
from tests.running_operator.operator_process import OperatorProcess

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("chart-cluster")]

NAMESPACE = "myapp-system"
"""Requests of this namespace's accounts are kept in the audit log, reads included."""
NAME = "audited"
WITHIN = 60.0

Right = tuple[str, str, str]
"""Verb, resource with subresource, API group."""

EVERYBODYS: Right = ("create", "selfsubjectreviews", "authentication.k8s.io")
"""Kubernetes lets everybody ask who they are."""


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Wait for it. Raises AssertionError."""
    give_up = time.monotonic() + WITHIN
    while not condition():
        assert time.monotonic() < give_up, f"not within {WITHIN:.0f} s: {what}"
        time.sleep(0.1)


def granted(release: Rendered) -> set[Right]:
    """What the rules of the operator's roles allow."""
    roles = [
        release.one("ClusterRole", f"{NAME}-myapp-operator"),
        release.one("ClusterRole", f"{NAME}-myapp-guard"),
        release.one("Role", f"{NAME}-myapp-lease"),
        release.one("Role", f"{NAME}-myapp-guard"),
    ]
    return {
        (verb, resource, group)
        for role in roles
        for rule in role["rules"]
        for verb in rule["verbs"]
        for resource in rule["resources"]
        for group in rule["apiGroups"]
    }


def requests(cluster: LocalCluster, username: str) -> Iterator[JsonObject]:
    """Every request about objects that the account has sent in its own name."""
    with cluster.audit_log.open(encoding="utf-8") as lines:
        for line in lines:
            if username in line and line.endswith("\n"):
                event = json.loads(line)
                own = event["user"]["username"] == username and "impersonatedUser" not in event
                if own and "objectRef" in event:
                    yield event


def right_of(event: JsonObject) -> Right:
    """The right that a request took."""
    about = event["objectRef"]
    resource = "/".join(filter(None, (about["resource"], about.get("subresource"))))
    return event["verb"], resource, about.get("apiGroup", "")


def start_workflows(admin: ApiServer, namespace: str) -> None:
    """One of a template, with another within it, that waits for a person; and one whose time is soon over."""
    inner = step("inner", workflow={"templateRef": {"name": "inner"}})
    for template in (template_manifest("inner"), template_manifest("outer", steps=[inner])):
        assert admin.create(templates_path(namespace), template).accepted
    of_a_template = workflow_manifest("outer", templateRef={"name": "outer"})
    short = workflow_manifest("short", steps=[step(wait={"duration": "0s"})], ttlAfterFinished="1s")
    for workflow in (of_a_template, short):
        assert admin.create(workflows_path(namespace), workflow).accepted


def test_d6_every_right_is_used_and_none_is_missing(
    bare_cluster: LocalCluster, releases: Releases, fresh_namespace: Callable[[str], str], tmp_path: Path
) -> None:
    """Todos that wait, end, are decided, go away, and loop twice, so that an Event is repeated after a restart;
    workflows; and a policy that is touched, so that the guard has something new to write down.
    """
    bare_cluster.kubectl("apply", "--server-side", "--force-conflicts", f"-f={CRDS}")
    releases.install(NAME, NAMESPACE, {}, "--skip-crds")
    release, namespace = rendered(release=NAME, namespace=NAMESPACE, mutates=True), fresh_namespace("audited")
    account = f"{NAME}-myapp"
    kubeconfig = kubeconfig_of(bare_cluster, NAMESPACE, account, tmp_path)
    admin = ApiServer(bare_cluster.kubeconfig())

    create_account(bare_cluster, namespace)
    allow_automation(bare_cluster, namespace, (NAMESPACE, account))

    def create(name: str, **spec: object) -> JsonObject:
        answer = admin.create(todos_path(namespace), todo_manifest(name, **spec))
        assert answer.accepted, answer.message
        return answer.body

    def depend(name: str, *others: str) -> None:
        spec = {"dependsOn": [{"name": other} for other in others]}
        assert admin.patch(f"{todos_path(namespace)}/{name}", {"spec": spec}).accepted

    def reason(name: str) -> object:
        return admin.get(f"{todos_path(namespace)}/{name}").body.get("status", {}).get("reason")

    def used() -> set[Right]:
        return {right_of(event) for event in requests(bare_cluster, f"system:serviceaccount:{NAMESPACE}:{account}")}

    with OperatorProcess(kubeconfig, tmp_path / "log", [], settings_of(release, NAMESPACE, tmp_path)) as operator:
        create("gone", wait={"duration": "0s"}, ttlAfterFinished="1s")
        decided = create("decided")
        decision = decision_manifest(decided, username="admin")
        decision["spec"]["user"] = {"username": "admin"}
        assert admin.create(decisions_path(namespace), decision).accepted
        # No pod ever starts here, so it is asked for an Event that says why.
        create("job", job={"template": TEMPLATE}, serviceAccountName=ACCOUNT)
        start_workflows(admin, namespace)
        eventually(lambda: ("create", "todoworkflows", "todo.myapp.dev") in used(), "a workflow within a workflow")
        eventually(lambda: ("delete", "todoworkflows", "todo.myapp.dev") in used(), "the end of a workflow's time")
        create("a", dependsOn=[{"name": "b"}])
        create("b", dependsOn=[{"name": "a"}])
        eventually(lambda: ("create", "events", "events.k8s.io") in used(), "an Event about the loop")
        eventually(lambda: ("delete", "todos", "todo.myapp.dev") in used(), "the end of a time to live")
        eventually(lambda: ("list", "events", "events.k8s.io") in used(), "a question why the Job has no pod")
        depend("a", "nowhere")
        eventually(lambda: reason("a") != "DependencyCycle", "the loop is broken")
        operator.restart()
        depend("a", "b")
        eventually(lambda: ("patch", "events", "events.k8s.io") in used(), "the same Event again")
        eventually(lambda: reason("decided") == "Completed", "the decision counts")
        eventually(lambda: ("get", "jobs", "batch") in used(), "the recorded Job is looked for")
        eventually(lambda: ("get", "controllerrevisions", "apps") in used(), "the workflow's definition is read back")
        for actions in ("Audit", "Deny"):
            patch = json.dumps({"spec": {"validationActions": [actions]}})
            binding = f"validatingadmissionpolicybinding/{NAME}-myapp.{NAMESPACE}.decisions.todo.myapp.dev"
            bare_cluster.kubectl("patch", binding, "--type=merge", f"--patch={patch}")
        eventually(lambda: ("update", "configmaps", "") in used(), "the guard has written down what it proved anew")
    admin.close()

    assert granted(release) - used() == set()
    assert used() - granted(release) == {EVERYBODYS}
    refused = [
        event
        for event in requests(bare_cluster, f"system:serviceaccount:{NAMESPACE}:{account}")
        if event["responseStatus"]["code"] == 403 and "dryRun=All" not in event["requestURI"]
    ]
    assert refused == [], "nothing but the guard's forgeries"
