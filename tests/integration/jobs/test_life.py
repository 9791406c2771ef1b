"""Jobs over the real API server and its Job controller: from creation to every kind of end."""

import asyncio

import pytest

from deploy.local import LocalCluster
from myapp.domain.effect import Accomplished, FailureKind, Underway, Unsuccessful
from myapp.domain.todo_phase import Reason
from tests.integration.jobs.conftest import Jobs
from tests.running_operator.automation import ACCOUNT

pytestmark = pytest.mark.cluster


@pytest.mark.statement("O4")
async def test_success_with_outputs(cluster: LocalCluster, jobs: Jobs) -> None:
    """Created once, as the todo's account, owned by the todo; its termination message becomes the outputs."""
    build = jobs.perform(jobs.todo())
    report = await build.running()
    made = jobs.get(build.name)
    assert made is not None
    assert report == Underway(
        Reason.RUNNING,
        f"Job {build.name} runs",
        {"kind": "Job", "name": build.name, "uid": made["metadata"]["uid"]},
    )
    assert made["metadata"]["ownerReferences"][0]["uid"] == build.effect.todo.id
    assert made["spec"]["template"]["spec"]["serviceAccountName"] == ACCOUNT
    await jobs.pod_ends(build.name, 0, '{"digest": "sha256:abc", "size": 12}')
    end = await build.end()
    assert isinstance(end, Accomplished)
    assert end.outputs == {"digest": "sha256:abc", "size": 12}
    assert build.told == [report] * len(build.told), "a Job that does well is told once"
    account = f'"username":"system:serviceaccount:{jobs.namespace}:{ACCOUNT}"'
    created = [line for line in cluster.audit_log.read_text().splitlines() if build.name in line and "create" in line]
    assert any('"impersonatedUser"' in line and account in line.replace(" ", "") for line in created)


async def test_exit_code(jobs: Jobs) -> None:
    """A Failure, with what the container said."""
    build = jobs.perform(jobs.todo())
    await build.running()
    await jobs.pod_ends(build.name, 3, "no space\nleft on device\n")
    end = await build.end()
    assert isinstance(end, Unsuccessful)
    assert (end.kind, end.reason) == (FailureKind.FAILURE, Reason.JOB_FAILED)
    assert end.message.endswith("container main ended with exit code 3: no space | left on device")


async def test_trouble_is_told_and_taken_back(jobs: Jobs) -> None:
    """An image that cannot be pulled is a reason of its own for as long as it lasts."""
    build = jobs.perform(jobs.todo())
    await build.running()
    waiting = {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "busybox": ErrImagePull: no route'}
    container = {"name": "main", "image": "busybox", "imageID": "", "ready": False, "restartCount": 0}
    await jobs.pod_status(build.name, containerStatuses=[{**container, "state": {"waiting": waiting}}])
    report = await build.until(lambda told: told.reason is Reason.IMAGE_PULL_FAILED)
    assert report.message == f"Job {build.name}: image busybox of container main cannot be pulled: no route"
    running = {"running": {"startedAt": "2026-01-01T00:00:00Z"}}
    await jobs.pod_status(build.name, phase="Running", containerStatuses=[{**container, "state": running}])
    await build.until(lambda told: told.reason is Reason.RUNNING)


async def test_pod_that_nobody_may_create(cluster: LocalCluster, jobs: Jobs) -> None:
    """Only an Event says why there is no pod: a quota, in the words of the API server, and not anew with each try."""
    cluster.kubectl("create", "quota", "none", "--hard=pods=0", f"--namespace={jobs.namespace}")
    build = jobs.perform(jobs.todo())
    report = await build.until(lambda told: told.reason is Reason.POD_REFUSED)
    assert "FailedCreate: Error creating: pods is forbidden: exceeded quota: none, requested: pods=1" in report.message
    await asyncio.sleep(3)
    assert {told.message for told in build.told if told.reason is Reason.POD_REFUSED} == {report.message}


@pytest.mark.parametrize("idempotent", [False, True])
@pytest.mark.statement("F6")
async def test_job_that_somebody_deletes(jobs: Jobs, idempotent: bool) -> None:
    """Nobody knows what it has done, so it is not run again; one that may be, is, under the same name."""
    build = jobs.perform(jobs.todo(idempotent=idempotent))
    first = await build.running()
    jobs.delete(build.name)
    if idempotent:
        second = await build.until(lambda told: isinstance(told, Underway) and told.references != first.references)
        assert isinstance(second, Underway)
        assert second.references["name"] == first.references["name"]
        return
    end = await build.end()
    assert isinstance(end, Unsuccessful)
    assert (end.kind, end.reason, end.final) == (FailureKind.ERROR, Reason.RESULT_LOST, True)


@pytest.mark.parametrize("idempotent", [False, True])
async def test_job_that_vanished_while_nobody_looked(jobs: Jobs, idempotent: bool) -> None:
    """What was recorded is not there any more (R21)."""
    todo = jobs.todo(idempotent=idempotent)
    recorded = {"kind": "Job", "name": "gone", "uid": "00000000-0000-0000-0000-000000000000"}
    build = jobs.perform(todo, references=recorded)
    if idempotent:
        await build.running()
        assert len(jobs.all()) == 1
        return
    end = await build.end()
    assert isinstance(end, Unsuccessful)
    assert end.reason is Reason.RESULT_LOST
    assert jobs.all() == []


async def test_taken_up_again_after_its_end(jobs: Jobs) -> None:
    """What ended while nobody looked is read from what is there, the pods included."""
    todo = jobs.todo()
    build = jobs.perform(todo)
    report = await build.running()
    assert build.task is not None
    build.task.cancel()
    await jobs.pod_ends(build.name, 0, "a=1")
    async with asyncio.timeout(20):
        while "Complete" not in str(jobs.get(build.name)):  # noqa: ASYNC110 - a cluster is waited for
            await asyncio.sleep(0.05)
    again = jobs.perform(todo, references=dict(report.references))
    end = await again.end()
    assert isinstance(end, Accomplished)
    assert end.outputs == {"a": "1"}
    assert len(jobs.all()) == 1


async def test_withdrawn(jobs: Jobs) -> None:
    """The Job and its pods go; a second time there is nothing to do; one that has ended stays for people to see."""
    build = jobs.perform(jobs.todo("build"))
    await build.running()
    assert build.task is not None
    build.task.cancel()
    for _ in range(2):
        await jobs.performer.withdraw(build.effect)
    assert jobs.get(build.name) is None
    ended = jobs.perform(jobs.todo("ended"))
    await ended.running()
    await jobs.pod_ends(ended.name, 1)
    await ended.end()
    await jobs.performer.withdraw(ended.effect)
    assert jobs.get(ended.name) is not None


async def test_withdrawn_while_it_is_created(jobs: Jobs) -> None:
    """A request that is on its way takes effect, whoever waits for it: the withdrawal looks after that."""
    todo = jobs.todo()
    for attempt in range(1, 6):
        build = jobs.perform(todo, attempt)
        assert build.task is not None
        await asyncio.sleep(0.002 * attempt)
        build.task.cancel()
        await asyncio.gather(build.task, return_exceptions=True)
        await jobs.performer.withdraw(build.effect)
    assert jobs.all() == []
