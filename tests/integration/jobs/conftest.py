"""The performer of Jobs over the real API server, as the operator; pods are moved by hand, since none run there."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deploy.local import LocalCluster
from myapp.application.effect import Effect
from myapp.domain.effect import Accomplished, EffectId, Held, Underway, Unsuccessful
from myapp.domain.effect_name import effect_name
from myapp.domain.todo_entry import TodoEntry
from myapp.infrastructure.kube.cluster_access import ClusterAccess
from myapp.infrastructure.kube.job_action import JobAction
from myapp.infrastructure.kube.job_performer import JobPerformer
from myapp.infrastructure.kube.job_watches import JobWatches
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.kube_streams import KubeStreams
from myapp.infrastructure.kube.kubeconfig_library import Configuration, load_kube_config
from myapp.infrastructure.kube.todo_objects import TodoObjects
from myapp.infrastructure.system_clock import SystemClock
from tests.api_server import ApiServer, JsonObject
from tests.manifests import todo_manifest, todos_path
from tests.running_operator.automation import ACCOUNT, allow_automation, create_account

PATIENCE = 20.0
POLL = 0.05
TEMPLATE: JsonObject = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "busybox"}]}}}}


class NoCounter:
    """RequestCounter that counts nothing."""

    def requested(self, method: str, code: str, seconds: float) -> None:
        """Nothing."""


@dataclass
class Performance:
    """An attempt that is being carried out."""

    effect: Effect
    told: list[Underway | Held] = field(default_factory=list)
    task: asyncio.Task[Accomplished | Unsuccessful | Held] | None = None

    @property
    def name(self) -> str:
        """The Job's name."""
        return effect_name(self.effect.todo.key.name, self.effect.id)

    async def end(self) -> Accomplished | Unsuccessful | Held:
        """What came of it."""
        assert self.task is not None
        return await asyncio.wait_for(asyncio.shield(self.task), PATIENCE)

    async def until(self, fits: Callable[[Underway | Held], bool]) -> Underway | Held:
        """The latest that was told, once it fits."""
        async with asyncio.timeout(PATIENCE):
            while not (self.told and fits(self.told[-1])):  # noqa: ASYNC110 - a cluster is waited for
                await asyncio.sleep(POLL)
        return self.told[-1]

    async def is_not_accepted(self) -> bool:
        """Whether it ends before it has told anything: a Job that is created tells so."""
        assert self.task is not None
        async with asyncio.timeout(PATIENCE):
            while not self.told and not self.task.done():  # noqa: ASYNC110 - a cluster is waited for
                await asyncio.sleep(POLL)
        return not self.told

    async def running(self) -> Underway:
        """The first report, with its references."""
        report = await self.until(lambda _: True)
        assert isinstance(report, Underway)
        return report


@dataclass
class Jobs:
    """Performs attempts in one namespace, and plays the cluster."""

    namespace: str
    admin: ApiServer
    performer: JobPerformer
    watches: JobWatches
    _tasks: list[asyncio.Task[Any]] = field(default_factory=list)

    def todo(self, name: str = "build", template: JsonObject | None = None, *, idempotent: bool = False) -> TodoEntry:
        """A todo that the API server has, seen with a Job as its action."""
        answer = self.admin.create(todos_path(self.namespace), todo_manifest(name))
        assert answer.accepted, answer.message
        data = {
            "id": answer.body["metadata"]["uid"],
            "namespace": self.namespace,
            "name": name,
            "created_at": datetime.now(UTC),
            "generation": 1,
            "content": name,
            "service_account_name": ACCOUNT,
            "job": {"template": template or TEMPLATE, "idempotent": idempotent},
        }
        return TodoEntry.create_from_dict(data)

    def perform(
        self,
        todo: TodoEntry,
        attempt: int = 1,
        references: dict[str, str] | None = None,
        *,
        begun_before: bool = False,
    ) -> Performance:
        """Begin an attempt, or take it up again."""
        effect = Effect(EffectId(todo.id, attempt), todo, references or {}, begun_before)
        performance = Performance(effect)
        performance.task = asyncio.create_task(self.performer.perform(effect, performance.told.append))
        self._tasks.append(performance.task)
        return performance

    def get(self, name: str) -> JsonObject | None:
        """A Job as it is now."""
        answer = self.admin.get(f"/apis/batch/v1/namespaces/{self.namespace}/jobs/{name}")
        return answer.body if answer.accepted else None

    def all(self) -> list[JsonObject]:
        """All Jobs."""
        items: list[JsonObject] = self.admin.get(f"/apis/batch/v1/namespaces/{self.namespace}/jobs").body["items"]
        return items

    async def pod(self, job: str) -> str:
        """The name of the Job's pod, once the controller has made one."""
        path = f"/api/v1/namespaces/{self.namespace}/pods?labelSelector=batch.kubernetes.io/job-name={job}"
        async with asyncio.timeout(PATIENCE):
            while not (items := self.admin.get(path).body["items"]):  # noqa: ASYNC110 - a cluster is waited for
                await asyncio.sleep(POLL)
        return str(items[0]["metadata"]["name"])

    async def pod_status(self, job: str, **status: object) -> None:
        """Play the kubelet: write the status of the Job's pod."""
        path = f"/api/v1/namespaces/{self.namespace}/pods/{await self.pod(job)}/status"
        answer = self.admin.patch(path, {"status": status})
        assert answer.accepted, answer.message

    async def pod_ends(self, job: str, code: int, message: str = "") -> None:
        """Play the kubelet: the pod's only container has ended."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        terminated = {"exitCode": code, "reason": "Error" if code else "Completed", "startedAt": now, "finishedAt": now}
        if message:
            terminated["message"] = message
        container = {
            "name": "main",
            "image": "busybox",
            "imageID": "",
            "ready": False,
            "restartCount": 0,
            "state": {"terminated": terminated},
        }
        phase = "Failed" if code else "Succeeded"
        await self.pod_status(job, phase=phase, startTime=now, containerStatuses=[container])

    def delete(self, name: str) -> None:
        """A person deletes a Job."""
        path = f"/apis/batch/v1/namespaces/{self.namespace}/jobs/{name}?propagationPolicy=Background"
        answer = self.admin._send("DELETE", path, None, [])  # noqa: SLF001 - the one test that deletes
        assert answer.accepted, answer.message

    async def wait_until_gone(self, name: str) -> None:
        """Return when there is no such Job any more."""
        async with asyncio.timeout(PATIENCE):
            while self.get(name) is not None:  # noqa: ASYNC110 - a cluster is waited for
                await asyncio.sleep(POLL)

    async def wait_for_event(self, job: str) -> None:
        """Return when the Job controller has told of a pod."""
        path = f"/apis/events.k8s.io/v1/namespaces/{self.namespace}/events"
        selector = f"regarding.name%3D{job},reason%3DSuccessfulCreate"
        async with asyncio.timeout(PATIENCE):
            while not self.admin.get(f"{path}?fieldSelector={selector}").body["items"]:  # noqa: ASYNC110 - as above
                await asyncio.sleep(POLL)

    async def stop(self) -> None:
        """End all that is being carried out."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@pytest.fixture
def admin(cluster: LocalCluster) -> Iterator[ApiServer]:
    """The API server as admin."""
    server = ApiServer(cluster.kubeconfig())
    yield server
    server.close()


@pytest.fixture
async def jobs(cluster: LocalCluster, namespace: str, admin: ApiServer) -> AsyncIterator[Jobs]:
    """The performer, with leave to act as the namespace's account."""
    create_account(cluster, namespace)
    allow_automation(cluster, namespace)
    configuration = Configuration()
    await load_kube_config(str(cluster.kubeconfig("operator")), client_configuration=configuration)
    access = ClusterAccess(str(configuration.host), configuration)
    limit, agent = timedelta(seconds=10), "myapp/test"
    client = KubeClient(access, connections=10, timeout=limit, counter=NoCounter(), agent=agent, may_write=lambda: True)
    streams = KubeStreams(access, connections=5, timeout=limit, silence=timedelta(seconds=90), agent=agent)
    async with AsyncExitStack() as stack:
        for each in (client, streams):
            await stack.enter_async_context(each)
        found = _built(client, streams, namespace, admin)
        started = asyncio.Event()
        started.set()
        watching = asyncio.create_task(found.watches.run(started))
        yield found
        await found.stop()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


def _built(client: KubeClient, streams: KubeStreams, namespace: str, admin: ApiServer) -> Jobs:
    action = JobAction.build(client, streams, TodoObjects(client, [namespace]), SystemClock(), [namespace])
    return Jobs(namespace, admin, action.performer, action.watches)
