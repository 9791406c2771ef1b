"""The todos of one namespace: create them, watch what becomes of them, decide about them as a person.

Speaks HTTP directly, because a kubectl for each of hundreds of questions would take minutes. What kubectl itself shows
and says is for the tests to run.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

from deploy.local import LocalCluster
from tests.api_server import ApiServer, JsonObject
from tests.manifests import decision_manifest, decisions_path, todo_manifest, todos_path

POLL = 0.05
PATIENCE = 15.0
FINAL = frozenset({"Succeeded", "Failed", "Skipped", "Cancelled"})


def manifest(name: str, *, depends_on: Sequence[str] = (), **spec: Any) -> JsonObject:  # noqa: ANN401 - any JSON
    """A todo's manifest; `depends_on` is short for dependsOn with names alone."""
    if depends_on:
        spec["dependsOn"] = [{"name": other} for other in depends_on]
    return todo_manifest(name, **spec)


class Todos:
    """Todos of one namespace, as admin."""

    resource = "todos"
    kind = "Todo"

    def __init__(self, cluster: LocalCluster, namespace: str) -> None:
        self.namespace = namespace
        self.cluster = cluster
        self._clients: dict[str, ApiServer] = {}
        self._kept: list[str] = []

    @property
    def _path(self) -> str:
        return f"{todos_path(self.namespace).removesuffix('todos')}{self.resource}"

    def close(self) -> None:
        """Let go of decisions that were kept, and close all connections; they are opened anew when needed."""
        for name in self._kept:
            self._as("admin").patch(f"{decisions_path(self.namespace)}/{name}", {"metadata": {"finalizers": None}})
        self._kept.clear()
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    def create(self, name: str, **spec: Any) -> JsonObject:  # noqa: ANN401 - any JSON
        """Create a todo, whose spec is given as in `manifest`."""
        answer = self._as("admin").create(self._path, manifest(name, **spec))
        assert answer.accepted, answer.message
        return answer.body

    def get(self, name: str) -> JsonObject:
        """The todo as it is now."""
        answer = self._as("admin").get(f"{self._path}/{name}")
        assert answer.accepted, answer.message
        return answer.body

    def exists(self, name: str) -> bool:
        """Whether there is a todo of that name."""
        return self._as("admin").get(f"{self._path}/{name}").accepted

    def all(self) -> dict[str, JsonObject]:
        """All todos by name."""
        listed = self._as("admin").get(self._path).body
        return {item["metadata"]["name"]: item for item in listed["items"]}

    def status(self, name: str) -> JsonObject:
        """What has become of a todo."""
        return dict(self.get(name).get("status", {}))

    def _status_if_there(self, name: str) -> JsonObject:
        """Of an object that somebody else is about to create: nothing until then."""
        answer = self._as("admin").get(f"{self._path}/{name}")
        return dict(answer.body.get("status", {})) if answer.accepted else {}

    def edit(self, name: str, **spec: object) -> JsonObject:
        """Merge into the spec."""
        answer = self._as("admin").patch(f"{self._path}/{name}", {"spec": spec})
        assert answer.accepted, answer.message
        return answer.body

    def put_status(self, name: str, **status: object) -> None:
        """Write a status, as an operator did or as one that this version does not know would."""
        answer = self._as("operator").patch(f"{self._path}/{name}/status", {"status": status})
        assert answer.accepted, answer.message

    def delete(self, *names: str) -> None:
        """Delete todos and wait until they are gone."""
        self.cluster.kubectl("delete", self.resource, *names, "--namespace", self.namespace, "--wait=true")

    def wait(self, name: str, phase: str, reason: str | None = None, timeout: float = PATIENCE) -> JsonObject:
        """The status, once it has this phase and reason."""
        return self.wait_until(
            name,
            lambda status: status.get("phase") == phase and reason in (None, status.get("reason")),
            f"{phase}({reason or 'any'})",
            timeout,
        )

    def wait_until(
        self, name: str, fits: Callable[[JsonObject], bool], wanted: str, timeout: float = PATIENCE
    ) -> JsonObject:
        """The status, once it fits; `wanted` says for what was waited."""
        give_up = time.monotonic() + timeout
        while not fits(status := self._status_if_there(name)):
            assert time.monotonic() < give_up, f"{name} is not {wanted} after {timeout:.0f} s: {status}"
            time.sleep(POLL)
        return status

    def wait_for_all(self, phase: str | None = None, timeout: float = 60.0) -> dict[str, JsonObject]:
        """The statuses by name, once all todos have that phase; none means any final one."""
        give_up = time.monotonic() + timeout
        while True:
            statuses = {name: item.get("status", {}) for name, item in self.all().items()}
            wanted = {phase} if phase else FINAL
            rest = {name: status for name, status in statuses.items() if status.get("phase") not in wanted}
            if not rest:
                return statuses
            assert time.monotonic() < give_up, f"after {timeout:.0f} s there are still {rest}"
            time.sleep(4 * POLL)

    def wait_until_exists(self, name: str, timeout: float = PATIENCE) -> None:
        """Return when somebody else has created the todo."""
        give_up = time.monotonic() + timeout
        while not self.exists(name):
            assert time.monotonic() < give_up, f"{name} does not exist after {timeout:.0f} s"
            time.sleep(POLL)

    def wait_until_gone(self, name: str, timeout: float = PATIENCE) -> None:
        """Return when the todo does not exist any more."""
        give_up = time.monotonic() + timeout
        while self.exists(name):
            assert time.monotonic() < give_up, f"{name} still exists after {timeout:.0f} s"
            time.sleep(POLL)

    def decide(
        self,
        todo: JsonObject,
        action: str = "Complete",
        *,
        user: str = "oncall",
        groups: Sequence[str] = (),
        keep: bool = False,
        **spec: object,
    ) -> str:
        """Decide on `todo`, which need not exist, in a person's name; returns the name of the decision.

        `keep` holds the decision although its target is gone: else the garbage collector is quicker than any question.
        """
        name = f"decision-{time.monotonic_ns()}"
        manifest = decision_manifest(todo, username=user, name=name, action=action, **spec)
        manifest["spec"]["target"]["kind"] = manifest["metadata"]["ownerReferences"][0]["kind"] = self.kind
        if groups:
            manifest["spec"]["user"]["groups"] = list(groups)
        if keep:
            manifest["metadata"]["finalizers"] = ["todo.myapp.dev/kept-by-a-test"]
            self._kept.append(name)
        answer = self._as(user).create(decisions_path(self.namespace), manifest)
        assert answer.accepted, answer.message
        return name

    def judged(self, decision: str, timeout: float = PATIENCE) -> JsonObject:
        """The decision's status, once it has an outcome."""
        give_up = time.monotonic() + timeout
        while True:
            status: dict[str, Any] = self.decision(decision).get("status") or {}
            if status.get("outcome"):
                return status
            assert time.monotonic() < give_up, f"{decision} was not judged in {timeout:.0f} s"
            time.sleep(POLL)

    def decision(self, name: str) -> JsonObject:
        """The decision as it is now."""
        answer = self._as("admin").get(f"{decisions_path(self.namespace)}/{name}")
        assert answer.accepted, answer.message
        return answer.body

    def _as(self, user: str) -> ApiServer:
        if user not in self._clients:
            self._clients[user] = ApiServer(self.cluster.kubeconfig(user))
        return self._clients[user]


def condition(status: JsonObject, kind: str) -> JsonObject | None:
    """The condition of that type, if there is one."""
    return next((entry for entry in status.get("conditions", ()) if entry["type"] == kind), None)


def holds(status: JsonObject, kind: str) -> bool:
    """Whether the condition of that type is True."""
    found = condition(status, kind)
    return found is not None and found["status"] == "True"
