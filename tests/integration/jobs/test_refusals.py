"""What the API server does not accept: by whom it can be changed, told at once; and that it goes on when it was."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from deploy.local import LocalCluster
from myapp.domain.actions.job import Job
from myapp.domain.effect import FailureKind, Held, Unsuccessful
from myapp.domain.todo_phase import Reason
from tests.api_server import JsonObject
from tests.integration.jobs.conftest import TEMPLATE, Jobs, Performance
from tests.running_operator.automation import ACCOUNT

pytestmark = pytest.mark.cluster


async def held(performance: Performance) -> Held:
    """The reason for which the Job is not created."""
    end = await performance.end()
    assert isinstance(end, Held)
    return end


async def test_operator_may_not_act_as_the_account(cluster: LocalCluster, jobs: Jobs) -> None:
    """The namespace is not listed: the message is the line to add. Once it is, the Job is created."""
    cluster.kubectl("delete", "rolebinding", "automation", f"--namespace={jobs.namespace}")
    todo = jobs.todo()
    end = await held(jobs.perform(todo))
    assert end.reason is Reason.AUTOMATION_NOT_ALLOWED
    assert f"add {jobs.namespace} to automation.namespaces" in end.message
    arguments = ("--role=automation", "--serviceaccount=myapp-system:myapp", f"--namespace={jobs.namespace}")
    cluster.kubectl("create", "rolebinding", "automation", *arguments)
    await jobs.perform(todo).running()


async def test_account_has_no_right(cluster: LocalCluster, jobs: Jobs) -> None:
    """The operator's own rights are not lent, and it has none to create Jobs itself."""
    cluster.kubectl("delete", "rolebinding", "edit", f"--namespace={jobs.namespace}")
    end = await held(jobs.perform(jobs.todo()))
    assert end.reason is Reason.FORBIDDEN
    assert f"service account {ACCOUNT} has no right to create Jobs in namespace {jobs.namespace}" in end.message
    allowed = cluster.kubectl("auth", "can-i", "create", "jobs", f"-n={jobs.namespace}", user="operator", check=False)
    assert allowed.stdout.strip() == "no"


@pytest.mark.statement("A9")
async def test_quota(cluster: LocalCluster, jobs: Jobs) -> None:
    """Its words name the quota; when there is room again, it goes on."""
    cluster.kubectl("create", "quota", "few", "--hard=count/jobs.batch=0", f"--namespace={jobs.namespace}")
    todo = jobs.todo()
    end = await held(jobs.perform(todo))
    assert end.reason is Reason.QUOTA_EXCEEDED
    assert "exceeded quota: few, requested: count/jobs.batch=1" in end.message
    cluster.kubectl("delete", "quota", "few", f"--namespace={jobs.namespace}")
    await jobs.perform(todo).running()


@pytest.fixture
def policy(cluster: LocalCluster, namespace: str) -> Iterator[str]:
    """A policy that lets no Job into the namespace."""
    group = "admissionregistration.k8s.io/v1"
    rule = {"apiGroups": ["batch"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["jobs"]}
    constraints = {
        "resourceRules": [rule],
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
    }
    spec = {
        "failurePolicy": "Fail",
        "matchConstraints": constraints,
        "validations": [{"expression": "false", "message": "not on a friday"}],
    }
    metadata = {"name": namespace}
    objects = [
        {"apiVersion": group, "kind": "ValidatingAdmissionPolicy", "metadata": metadata, "spec": spec},
        {
            "apiVersion": group,
            "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": metadata,
            "spec": {"policyName": namespace, "validationActions": ["Deny"]},
        },
    ]
    manifest = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    cluster.kubectl("apply", "-f", "-", stdin=manifest)
    yield namespace
    cluster.kubectl("delete", "-f", "-", "--ignore-not-found", stdin=manifest)


async def test_policy(jobs: Jobs, policy: str) -> None:
    """A policy's own message is passed on."""
    for attempt in range(1, 100):  # a policy takes effect after a moment
        performance = jobs.perform(jobs.todo(f"try-{attempt}"))
        if await performance.is_not_accepted():
            break
    end = await held(performance)
    assert end.reason is Reason.ADMISSION_REFUSED
    assert (
        f"ValidatingAdmissionPolicy '{policy}' with binding '{policy}' denied request: not on a friday" in end.message
    )


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"backofLimit": 1}, 'unknown field "spec.backofLimit"'),
        ({"completionMode": "Sideways"}, 'spec.completionMode: Unsupported value: "Sideways"'),
        ({"backoffLimit": "many"}, "cannot unmarshal string into Go struct field JobSpec.spec.backoffLimit"),
    ],
)
async def test_template_that_is_no_job(jobs: Jobs, spec: JsonObject, told: str) -> None:
    """Waiting does not help, and neither does another attempt: a Failure, for good, that names the field."""
    template = {"spec": {**TEMPLATE["spec"], **spec}}
    end = await jobs.perform(jobs.todo(template=template)).end()
    assert isinstance(end, Unsuccessful)
    assert (end.kind, end.reason, end.final) == (FailureKind.FAILURE, Reason.INVALID_TEMPLATE, True)
    assert told in end.message


async def test_name_is_taken(jobs: Jobs) -> None:
    """A stranger's Job is neither taken for ours nor touched (R22), and a withdrawal leaves it alone."""
    todo = jobs.todo()
    performance = jobs.perform(todo)
    assert performance.task is not None
    performance.task.cancel()
    jobs_path = f"/apis/batch/v1/namespaces/{jobs.namespace}/jobs"
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "busybox"}]}}
    labels = {"todo.myapp.dev/todo-uid": todo.id, "todo.myapp.dev/attempt": "1"}
    stranger = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": performance.name, "labels": labels}}
    assert jobs.admin.create(jobs_path, {**stranger, "spec": {"suspend": True, "template": template}}).accepted
    end = await held(jobs.perform(todo))
    assert end.reason is Reason.NAME_CONFLICT
    assert f"a Job named {performance.name} exists and does not belong to this Todo" in end.message
    await jobs.performer.withdraw(performance.effect)
    (only,) = jobs.all()
    assert "ownerReferences" not in only["metadata"]


@pytest.mark.statement("F7")
async def test_created_before_the_answer_was_lost(jobs: Jobs) -> None:
    """Whoever asks again, without a record of the first time, finds the first Job (R3)."""
    todo = jobs.todo()
    first = jobs.perform(todo)
    report = await first.running()
    assert first.task is not None
    first.task.cancel()
    again = await jobs.perform(todo).running()
    assert again == report
    assert len(jobs.all()) == 1


async def test_own_job_that_goes_away(cluster: LocalCluster, jobs: Jobs) -> None:
    """It was created, and somebody deletes it before it was recorded: nobody knows what it has done."""
    todo = jobs.todo()
    first = jobs.perform(todo)
    await first.running()
    assert first.task is not None
    first.task.cancel()
    finalizer = {"metadata": {"finalizers": ["example.com/held"]}}
    path = f"/apis/batch/v1/namespaces/{jobs.namespace}/jobs/{first.name}"
    assert jobs.admin.patch(path, finalizer).accepted
    cluster.kubectl("delete", "job", first.name, f"--namespace={jobs.namespace}", "--wait=false")
    end = await jobs.perform(todo).end()
    idempotent = await jobs.perform(replace(todo, action=Job(TEMPLATE, idempotent=True))).end()
    assert jobs.admin.patch(path, {"metadata": {"finalizers": None}}).accepted
    assert isinstance(end, Unsuccessful)
    assert end.reason is Reason.RESULT_LOST
    assert isinstance(idempotent, Held)
    assert idempotent.reason is Reason.WAITING_FOR_CLEANUP
