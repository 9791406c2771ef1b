"""The Jobs of one namespace where no pods run: the test plays the kubelet, the Job controller is the real one."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from deploy.local import LocalCluster
from tests.api_server import ApiServer, JsonObject

POLL = 0.05
PATIENCE = 30.0
TEMPLATE: JsonObject = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "busybox"}]}}}}


class Jobs:
    """Jobs of one namespace, as admin."""

    def __init__(self, cluster: LocalCluster, namespace: str) -> None:
        self._namespace = namespace
        self._admin = ApiServer(cluster.kubeconfig())

    def close(self) -> None:
        """Close the connection."""
        self._admin.close()

    def all(self) -> list[JsonObject]:
        """All Jobs."""
        items: list[JsonObject] = self._admin.get(f"/apis/batch/v1/namespaces/{self._namespace}/jobs").body["items"]
        return items

    def wait_for_one(self, timeout: float = PATIENCE) -> JsonObject:
        """The only Job, once there is one."""
        (only,) = self._until(self.all, f"no Job after {timeout:.0f} s", timeout)
        return only

    def wait_for_none(self, timeout: float = PATIENCE) -> None:
        """Return when there is no Job any more."""
        give_up = time.monotonic() + timeout
        while left := self.all():
            assert time.monotonic() < give_up, f"after {timeout:.0f} s there still are {left}"
            time.sleep(POLL)

    def end_pod(self, job: str, code: int, message: str = "", timeout: float = PATIENCE) -> None:
        """End the only container of the Job's pod, once the controller has made the pod."""
        pods = f"/api/v1/namespaces/{self._namespace}/pods"
        selected = f"{pods}?labelSelector=batch.kubernetes.io/job-name={job}"
        (pod,) = self._until(lambda: self._admin.get(selected).body["items"], f"no pod of Job {job}", timeout)
        answer = self._admin.patch(f"{pods}/{pod['metadata']['name']}/status", {"status": ended(code, message)})
        assert answer.accepted, answer.message

    @staticmethod
    def _until(ask: Callable[[], list[JsonObject]], otherwise: str, timeout: float) -> list[JsonObject]:
        give_up = time.monotonic() + timeout
        while not (found := ask()):
            assert time.monotonic() < give_up, otherwise
            time.sleep(POLL)
        return found


def ended(code: int, message: str = "") -> JsonObject:
    """The status of a pod whose only container has ended so."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    terminated = {"exitCode": code, "reason": "Error" if code else "Completed", "startedAt": now, "finishedAt": now}
    container = {"name": "main", "image": "busybox", "imageID": "", "ready": False, "restartCount": 0}
    state = {"terminated": {**terminated, **({"message": message} if message else {})}}
    return {
        "phase": "Failed" if code else "Succeeded",
        "startTime": now,
        "containerStatuses": [{**container, "state": state}],
    }
