"""The runs and templates of one namespace: create them, watch what becomes of them, decide about them as a person."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from tests.api_server import JsonObject
from tests.manifests import template_manifest, templates_path, workflow_manifest, workflows_path
from tests.running_operator.todos import PATIENCE, POLL, Todos

Steps = Sequence[Mapping[str, Any]]


def step(name: str, *depends_on: str, **fields: Any) -> JsonObject:  # noqa: ANN401 - any JSON
    """A step that is over at once, if not said otherwise."""
    made: JsonObject = {"name": name, "content": f"Do {name}", **fields}
    if not {"manual", "approval", "job", "resource", "http"} & fields.keys():
        made.setdefault("wait", {"duration": "0s"})
    return made | ({"dependsOn": [{"name": other} for other in depends_on]} if depends_on else {})


class Runs(Todos):
    """Runs of one namespace, as admin; what becomes of them is asked for as for Todos."""

    resource = "todoworkflows"
    kind = "TodoWorkflow"

    def start(self, name: str = "run", *steps: JsonObject, **spec: Any) -> JsonObject:  # noqa: ANN401 - any JSON
        """Create a run of these steps, or of `templateRef`, else of one step. `last` are those of finally."""
        if last := spec.pop("last", ()):
            spec["finally"] = list(last)
        spec |= {"steps": list(steps)} if steps else {}
        answer = self._as("admin").create(workflows_path(self.namespace), workflow_manifest(name, **spec))
        assert answer.accepted, answer.message
        return answer.body

    def put_template(self, name: str, *steps: JsonObject, **spec: Any) -> None:  # noqa: ANN401 - any JSON
        """Create the template, or make it this one."""
        self.remove_template(name)
        spec |= {"steps": list(steps)} if steps else {}
        answer = self._as("admin").create(templates_path(self.namespace), template_manifest(name, **spec))
        assert answer.accepted, answer.message

    def edit_template(self, name: str, **spec: object) -> None:
        """Merge into its spec."""
        answer = self._as("admin").patch(f"{templates_path(self.namespace)}/{name}", {"spec": spec})
        assert answer.accepted, answer.message

    def remove_template(self, name: str) -> None:
        """Delete the template, if it is there."""
        self.cluster.kubectl("delete", "todotemplates", name, f"--namespace={self.namespace}", "--ignore-not-found")

    def template_conditions(self, name: str) -> dict[str, JsonObject]:
        """The conditions of a template, by type."""
        status = self._as("admin").get(f"{templates_path(self.namespace)}/{name}").body.get("status", {})
        return {each["type"]: each for each in status.get("conditions", ())}

    def wait_for_problem(self, name: str, message: str, timeout: float = PATIENCE) -> None:
        """Until this is what is wrong with a template, "" for nothing: it is Stalled then, or Ready."""
        give_up = time.monotonic() + timeout
        while True:
            found = {kind: (each["status"], each["message"]) for kind, each in self.template_conditions(name).items()}
            good = {"Ready": (str(not message), message), "Stalled": (str(bool(message)), message)}
            if good.items() <= found.items():
                return
            assert time.monotonic() < give_up, f"{name} does not say {message!r} after {timeout:.0f} s: {found}"
            time.sleep(POLL)

    def judge(self, action: str, name: str = "run", **spec: Any) -> JsonObject:  # noqa: ANN401 - any JSON
        """Decide about a run: the decision's status, once it is judged."""
        return self.judged(self.decide(self.get(name), action, **spec))

    def steps(self, name: str) -> dict[str, str]:
        """Phase and reason of each step: `Skipped(WhenFalse)`."""
        return {entry["name"]: standing(entry) for entry in self.status(name).get("steps", ())}

    def wait_for_step(self, name: str, step: str, standing_as: str, timeout: float = PATIENCE) -> JsonObject:
        """The run's status, once the step stands so: `Active(Running)`, or a phase alone."""

        def fits(status: JsonObject) -> bool:
            found: Mapping[str, Any] = next((entry for entry in status.get("steps", ()) if entry["name"] == step), {})
            return standing_as in (standing(found), found.get("phase"))

        return self.wait_until(name, fits, f"{step}: {standing_as}", timeout)


def standing(entry: Mapping[str, Any]) -> str:
    """Phase and reason in one word."""
    return f"{entry.get('phase', '')}({entry.get('reason', '')})"
