"""Whose rights a run may use: those of an account that its writer may act as, or of a template that they may run."""

import json
from collections.abc import Callable, Iterator

import pytest

from deploy.local import LocalCluster
from deploy.local.identities import OPERATOR
from tests.api_server import ApiServer, JsonObject
from tests.manifests import step, template_manifest, templates_path, workflow_manifest, workflows_path

pytestmark = pytest.mark.cluster

POLICY = "myapp.myapp-system.workflows.todo.myapp.dev"
DENIED = f"ValidatingAdmissionPolicy '{POLICY}' with binding '{POLICY}' denied request: "
AUTOMATED: dict[str, JsonObject] = {
    "job": {"job": {"template": {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "b:1"}]}}}}}},
    "resource": {
        "resource": {
            "operation": "Apply",
            "manifest": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}},
        }
    },
    "http": {"http": {"url": "https://ci.example.com/deploy"}},
    "workflow": {"workflow": {"templateRef": {"name": "child"}}},
}

ApiAs = Callable[[str], ApiServer]


def account_refused(kind: str, account: str, namespace: str) -> str:
    """What whoever may not act as the account is told."""
    return (
        f'{DENIED}user "developer" may not write a {kind} whose steps are done as service account "{account}": the verb'
        f' impersonate on serviceaccounts "{account}" in namespace "{namespace}" is missing; the ClusterRole edit has '
        "it, or bind a Role with it (docs/security.md)"
    )


def run_refused(namespace: str, template: str = "release") -> str:
    """What whoever may not run the template is told."""
    return (
        f'{DENIED}user "developer" may not run TodoTemplate "{template}" in namespace "{namespace}" with the account '
        'that it names: it takes the verb "run" on todotemplates.todo.myapp.dev (check: kubectl auth can-i run '
        f"todotemplates.todo.myapp.dev/{template} -n {namespace}); ask for the ClusterRole myapp-runner in that "
        "namespace, or for a Role with that verb on that name, or name a serviceAccountName that you may impersonate"
    )


@pytest.fixture
def writer(cluster: LocalCluster, api_as: ApiAs, namespace: str) -> Iterator[ApiServer]:
    """A developer who may write workflows and templates in the namespace, and nothing else."""
    cluster.kubectl(
        *("create", "rolebinding", "writer", "--clusterrole=myapp-editor", "--user=developer", f"-n={namespace}")
    )
    yield api_as("developer")
    cluster.kubectl("delete", "rolebinding", "writer", f"-n={namespace}")


def let(cluster: LocalCluster, namespace: str, verb: str, resource: str, name: str) -> None:
    """Give the developer one verb on one object."""
    group = "todo.myapp.dev" if verb == "run" else ""
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": verb, "namespace": namespace},
        "rules": [{"apiGroups": [group], "resources": [resource], "resourceNames": [name], "verbs": [verb]}],
    }
    cluster.kubectl("apply", "--filename=-", stdin=json.dumps(role))
    cluster.kubectl("create", "rolebinding", verb, f"--role={verb}", "--user=developer", f"--namespace={namespace}")


@pytest.fixture
def act_as_builder(cluster: LocalCluster, namespace: str) -> str:
    """The namespace, in which the developer may act as one account."""
    let(cluster, namespace, "impersonate", "serviceaccounts", "builder")
    return namespace


@pytest.mark.parametrize("action", AUTOMATED)
@pytest.mark.parametrize(("part", "account"), [("steps", "default"), ("steps", "deployer"), ("finally", "default")])
def test_steps_lend_no_power(writer: ApiServer, act_as_builder: str, action: str, part: str, account: str) -> None:
    """For every action, in a run and in a template; as the account that one may act as it is accepted."""
    namespace = act_as_builder
    spec: JsonObject = {part: [step("first", approval={}), step("deploy", **AUTOMATED[action])]}
    named = {"serviceAccountName": account} if account != "default" else {}

    run = writer.create(workflows_path(namespace), workflow_manifest(**spec, **named))
    template = writer.create(templates_path(namespace), template_manifest(**spec, **named))
    own = writer.create(workflows_path(namespace), workflow_manifest(**spec, serviceAccountName="builder"))

    assert run.code == template.code == 403
    assert run.message.endswith(account_refused("TodoWorkflow", account, namespace))
    assert template.message.endswith(account_refused("TodoTemplate", account, namespace))
    assert own.accepted, own.message


def test_what_people_do_needs_no_account(writer: ApiServer, namespace: str) -> None:
    """Manual steps, approvals and waits have no effect, whatever account they name."""
    steps = [step("ask", approval={}), step("fill", manual={}), step("pause", wait={"duration": "1s"}), step("do")]

    made = writer.create(workflows_path(namespace), workflow_manifest(steps=steps, serviceAccountName="deployer"))
    template = writer.create(templates_path(namespace), template_manifest(steps=steps, serviceAccountName="deployer"))

    assert made.accepted, made.message
    assert template.accepted, template.message


def test_a_template_is_run_by_whom_it_is_lent_to(cluster: LocalCluster, writer: ApiServer, namespace: str) -> None:
    """With the account that it names: by its name, and not another one."""
    let(cluster, namespace, "run", "todotemplates", "release")

    own = writer.create(workflows_path(namespace), workflow_manifest(templateRef={"name": "release"}))
    other = writer.create(workflows_path(namespace), workflow_manifest("other", templateRef={"name": "secret"}))

    assert own.accepted, own.message
    assert other.message.endswith(run_refused(namespace, "secret"))


def test_a_template_runs_with_an_account_of_ones_own(cluster: LocalCluster, writer: ApiServer, namespace: str) -> None:
    """Then nothing is lent: it takes no verb on the template, and the verb is not enough."""
    let(cluster, namespace, "impersonate", "serviceaccounts", "builder")
    let(cluster, namespace, "run", "todotemplates", "secret")
    reference = {"name": "release"}

    lent = writer.create(workflows_path(namespace), workflow_manifest(templateRef=reference))
    own = writer.create(
        workflows_path(namespace), workflow_manifest(templateRef=reference, serviceAccountName="builder")
    )
    foreign = writer.create(
        workflows_path(namespace),
        workflow_manifest("foreign", templateRef={"name": "secret"}, serviceAccountName="admin"),
    )

    assert lent.message.endswith(run_refused(namespace))
    assert own.accepted, own.message
    assert foreign.message.endswith(account_refused("TodoWorkflow", "admin", namespace))


def test_the_built_in_role_edit_is_enough(cluster: LocalCluster, api_as: ApiAs, namespace: str) -> None:
    """It may act as every account of the namespace, so that it may run every template too."""
    cluster.kubectl("create", "rolebinding", "edit", "--clusterrole=edit", "--user=oncall", f"--namespace={namespace}")
    oncall = api_as("oncall")

    written = oncall.create(templates_path(namespace), template_manifest(steps=[step(**AUTOMATED["job"])]))
    run = oncall.create(workflows_path(namespace), workflow_manifest(templateRef={"name": "release"}))

    assert written.accepted, written.message
    assert run.accepted, run.message


def test_the_role_runner_runs_and_writes_nothing_else(cluster: LocalCluster, api_as: ApiAs, namespace: str) -> None:
    """No steps of their own that a machine does."""
    role = ("--clusterrole=myapp-runner", "--user=developer", f"--namespace={namespace}")
    cluster.kubectl("create", "rolebinding", "runner", *role)
    developer = api_as("developer")

    run = developer.create(workflows_path(namespace), workflow_manifest(templateRef={"name": "release"}))
    own = developer.create(workflows_path(namespace), workflow_manifest("own", steps=[step(**AUTOMATED["http"])]))

    assert run.accepted, run.message
    assert own.code == 403
    assert own.message.endswith(account_refused("TodoWorkflow", "default", namespace))


def test_edits_are_writing_too(api: ApiServer, writer: ApiServer, namespace: str) -> None:
    """Letting a suspended run go on is what starts it; a label changes nothing of what is done."""
    assert api.create(
        workflows_path(namespace), workflow_manifest(templateRef={"name": "release"}, suspend=True)
    ).accepted
    assert api.create(templates_path(namespace), template_manifest(steps=[step(**AUTOMATED["job"])])).accepted

    resumed = writer.patch(f"{workflows_path(namespace)}/run", {"spec": {"suspend": False}})
    edited = writer.patch(f"{templates_path(namespace)}/release", {"spec": {"parallelism": 3}})
    marks: JsonObject = {"metadata": {"labels": {"team": "shop"}, "finalizers": ["example.com/hold"]}}
    marked = writer.patch(f"{workflows_path(namespace)}/run", marks)
    released = writer.patch(f"{workflows_path(namespace)}/run", {"metadata": {"finalizers": None}})

    assert resumed.message.endswith(run_refused(namespace))
    assert edited.message.endswith(account_refused("TodoTemplate", "default", namespace))
    assert marked.accepted, marked.message
    assert released.accepted, released.message


def test_the_operator_is_exempt(api: ApiServer, namespace: str) -> None:
    """It writes the runs of steps, whose writer was asked."""
    run = workflow_manifest(steps=[step(**AUTOMATED["job"])])

    answer = api.create(workflows_path(namespace), run, dry_run=True, impersonate=OPERATOR.username)

    assert answer.accepted, answer.message
