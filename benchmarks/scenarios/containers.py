"""40 workflows of one container step beside 40 plain Jobs, on the same node, one after the other."""

import time
from collections.abc import Callable

from benchmarks.api_client import ApiClient, JsonObject
from benchmarks.bench_cluster import BenchCluster
from benchmarks.figures import ContainerFigures
from benchmarks.load import LoadError
from deploy.demo.release import IMAGE
from deploy.image.shell_image import build_shell_image
from deploy.local.automation import allow_automation, apply_objects, binding, service_account
from deploy.local.identities import ADMIN

CONTAINERS = 40
NAMESPACE = "bench-0"
_ACCOUNT = "builder"
_LONGEST = 600.0
_LOOK_EVERY = 0.1
_POD: JsonObject = {
    "restartPolicy": "Never",
    "securityContext": {"runAsNonRoot": True, "runAsUser": 65532},
    "containers": [{"name": "main", "image": IMAGE, "command": ["sh", "-c", "exit 0"]}],
}
_JOBS = f"/apis/batch/v1/namespaces/{NAMESPACE}/jobs"
_RUNS = f"/apis/todo.myapp.dev/v1alpha1/namespaces/{NAMESPACE}/todoworkflows"


def measure_containers(bench: BenchCluster) -> ContainerFigures:
    """Seconds from the first creation until all have ended: Jobs alone, then the operator's."""
    bench.cluster.node.load(build_shell_image(IMAGE))
    _provide_account(bench)
    with bench.client(ADMIN.name) as client:
        plain = _until_done(client, _JOBS, _plain_job, _end_of_job)
        with bench.operator("containers") as operator:
            operator.wait_until_ready()
            operator.wait_until_idle()
            runs = _until_done(client, _RUNS, _run, lambda run: run.get("status", {}).get("phase", ""))
    return ContainerFigures(CONTAINERS, jobs_per_second=CONTAINERS / plain, runs_per_second=CONTAINERS / runs)


def _until_done(
    client: ApiClient, path: str, body: Callable[[int], JsonObject], phase_of: Callable[[JsonObject], str]
) -> float:
    """Raises LoadError where one fails, or not all of them are done in ten minutes."""
    begin = time.monotonic()
    for number in range(CONTAINERS):
        client.create(path, body(number))
    while (phases := set(map(phase_of, client.get(path)["items"]))) != {"Succeeded"}:
        if "Failed" in phases:
            raise LoadError(f"one of {path} has failed")
        if time.monotonic() - begin > _LONGEST:
            raise LoadError(f"after {_LONGEST:.0f} s not all of {path} are done")
        time.sleep(_LOOK_EVERY)
    return time.monotonic() - begin


def _end_of_job(job: JsonObject) -> str:
    status = job.get("status", {})
    return "Failed" if status.get("failed") else "Succeeded" if status.get("succeeded") else ""


def _plain_job(number: int) -> JsonObject:
    spec = {"backoffLimit": 0, "template": {"spec": _POD}}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": f"plain-{number}"}, "spec": spec}


def _run(number: int) -> JsonObject:
    step = {"name": "s0", "content": "Measure a container", "job": {"template": {"spec": {"template": {"spec": _POD}}}}}
    return {
        "apiVersion": "todo.myapp.dev/v1alpha1",
        "kind": "TodoWorkflow",
        "metadata": {"name": f"run-{number}"},
        "spec": {"serviceAccountName": _ACCOUNT, "steps": [step]},
    }


def _provide_account(bench: BenchCluster) -> None:
    edit = binding(NAMESPACE, {"kind": "ClusterRole", "name": "edit"}, service_account(NAMESPACE, _ACCOUNT))
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": _ACCOUNT, "namespace": NAMESPACE}}
    apply_objects(bench.cluster, account, edit)
    allow_automation(bench.cluster, NAMESPACE)
