"""The workflows of one namespace: start them, watch what becomes of them, decide about them as a person."""

import time
from collections.abc import Callable
from typing import Any

from deploy.local import LocalCluster
from tests.api_server import ApiServer, JsonObject
from tests.manifests import (
    decision_manifest,
    decisions_path,
    template_manifest,
    templates_path,
    workflow_manifest,
    workflows_path,
)

POLL = 0.05
PATIENCE = 30.0


class Runs:
    """Workflows and templates of one namespace, as admin."""

    def __init__(self, cluster: LocalCluster, namespace: str) -> None:
        self.namespace = namespace
        self._cluster = cluster
        self._admin = ApiServer(cluster.kubeconfig())

    def close(self) -> None:
        """Let go of the connection."""
        self._admin.close()

    def template(self, name: str, **spec: Any) -> JsonObject:  # noqa: ANN401 - any JSON
        """Create a template."""
        answer = self._admin.create(templates_path(self.namespace), template_manifest(name, **spec))
        assert answer.accepted, answer.message
        return answer.body

    def edit_template(self, name: str, **spec: Any) -> None:  # noqa: ANN401 - any JSON
        """Merge into the spec of a template."""
        answer = self._admin.patch(f"{templates_path(self.namespace)}/{name}", {"spec": spec})
        assert answer.accepted, answer.message

    def delete_template(self, name: str) -> None:
        """Delete a template."""
        assert self._admin.delete(f"{templates_path(self.namespace)}/{name}").accepted

    def template_conditions(self, name: str) -> dict[str, JsonObject]:
        """The conditions of a template, by type."""
        status = self._admin.get(f"{templates_path(self.namespace)}/{name}").body.get("status", {})
        return {each["type"]: each for each in status.get("conditions", ())}

    def start(self, name: str = "run", **spec: Any) -> JsonObject:  # noqa: ANN401 - any JSON
        """Create a workflow."""
        answer = self._admin.create(workflows_path(self.namespace), workflow_manifest(name, **spec))
        assert answer.accepted, answer.message
        return answer.body

    def edit(self, name: str, **spec: object) -> None:
        """Merge into the spec of a workflow."""
        answer = self._admin.patch(f"{workflows_path(self.namespace)}/{name}", {"spec": spec})
        assert answer.accepted, answer.message

    def exists(self, name: str) -> bool:
        """Whether there is a workflow of that name."""
        return self._admin.get(f"{workflows_path(self.namespace)}/{name}").accepted

    def get(self, name: str = "run") -> JsonObject:
        """The workflow as it is now."""
        answer = self._admin.get(f"{workflows_path(self.namespace)}/{name}")
        assert answer.accepted, answer.message
        return answer.body

    def status(self, name: str = "run") -> JsonObject:
        """What has become of it."""
        return dict(self.get(name).get("status", {}))

    def steps(self, name: str = "run") -> dict[str, tuple[str, str]]:
        """Phase and reason of each step."""
        return {
            step["name"]: (step.get("phase", ""), step.get("reason", "")) for step in self.status(name).get("steps", ())
        }

    def wait(
        self, phase: str, reason: str | None = None, *, name: str = "run", timeout: float = PATIENCE
    ) -> JsonObject:
        """The status, once it has this phase and reason."""
        return self.wait_until(
            lambda status: status.get("phase") == phase and reason in (None, status.get("reason")),
            f"{phase}({reason or 'any'})",
            name=name,
            timeout=timeout,
        )

    def wait_until(
        self, fits: Callable[[JsonObject], bool], wanted: str, *, name: str = "run", timeout: float = PATIENCE
    ) -> JsonObject:
        """The status, once it fits; `wanted` says for what was waited."""
        give_up = time.monotonic() + timeout
        while not fits(status := self.status(name)):
            assert time.monotonic() < give_up, f"{name} is not {wanted} after {timeout:.0f} s: {status}"
            time.sleep(POLL)
        return status

    def decide(self, action: str, *, name: str = "run", user: str = "oncall", **spec: object) -> JsonObject:
        """Decide about a workflow in a person's name: the decision's status, once it is judged."""
        decision = f"decision-{time.monotonic_ns()}"
        manifest = decision_manifest(self.get(name), username=user, name=decision, action=action, **spec)
        manifest["metadata"]["ownerReferences"][0]["kind"] = "TodoWorkflow"
        manifest["spec"]["target"] = {**manifest["spec"]["target"], "kind": "TodoWorkflow"}
        person = ApiServer(self._cluster.kubeconfig(user))
        answer = person.create(decisions_path(self.namespace), manifest)
        person.close()
        assert answer.accepted, answer.message
        give_up = time.monotonic() + PATIENCE
        while True:
            path = f"{decisions_path(self.namespace)}/{decision}"
            status: JsonObject = self._admin.get(path).body.get("status") or {}
            if status.get("outcome"):
                return status
            assert time.monotonic() < give_up, f"{action} was not judged in {PATIENCE:.0f} s"
            time.sleep(POLL)
