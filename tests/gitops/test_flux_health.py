"""Flux's health expressions over every state of a Todo, by the API server's own CEL, and the manifests around them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local import LocalCluster
from myapp.domain.condition import Condition, ConditionType
from tests.gitops.api_server_cel import FluxHealth
from tests.gitops.lifecycle import CURRENT, FAILED, IN_PROGRESS, STATES
from tests.gitops.run_lifecycle import RUN_STATES, TEMPLATE_STATES, ObjectState
from tests.running_operator.runs import Runs
from tests.running_operator.todos import Todos
from tests.unit.domain.builders import T0
from tests.unit.domain.kstatus import kstatus

FLUX = Path(__file__).parents[2] / "deploy/flux"


def _documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((FLUX / name).read_text()))


def _expressions(name: str, kind: str) -> dict[str, str]:
    checks = _documents(name)[0]["spec"]["healthCheckExprs"]
    found = next(check for check in checks if check["kind"] == kind)
    return {key: value for key, value in found.items() if key in ("inProgress", "failed", "current")}


@pytest.fixture(params=["todos.yaml", "gate.yaml"])
def flux(cluster: LocalCluster, namespace: str, todos: Todos, request: pytest.FixtureRequest) -> Iterator[FluxHealth]:
    """The expressions of one of the two Kustomizations, in force on a Todo that no operator looks at."""
    todos.create("a")
    health = FluxHealth(cluster, namespace, _expressions(request.param, "Todo"))
    try:
        health.wait_until_in_force("a")
        yield health
    finally:
        health.remove()


@pytest.mark.cluster
def test_c5_every_state_of_a_todo(flux: FluxHealth, request: pytest.FixtureRequest) -> None:
    """Ready by readiness in one, by the end in the other; what is stalled fails at once."""
    gate = request.node.callspec.params["flux"] == "gate.yaml"
    found = {state.name: flux.status("a", state.todo) for state in STATES}
    assert found == {state.name: state.gate if gate else state.flux for state in STATES}
    assert set(found.values()) == {CURRENT, FAILED, IN_PROGRESS}


@pytest.mark.parametrize("state", STATES, ids=str)
def test_without_expressions_flux_and_helm_say_the_same(state: Any) -> None:  # noqa: ANN401 - parametrized
    """kstatus, which both fall back to, needs no special knowledge of Todos."""
    status, generation = state.todo["status"], state.todo["metadata"]["generation"]
    conditions = [
        Condition(ConditionType(entry["type"]), entry["status"] == "True", entry["reason"], "", T0, generation)
        for entry in status.get("conditions", ())
    ]
    assert kstatus(generation, status["observedGeneration"], conditions).value == state.flux


@pytest.mark.cluster
@pytest.mark.parametrize("file", ["todos.yaml", "gate.yaml"])
def test_every_state_of_a_workflow(cluster: LocalCluster, namespace: str, runs: Runs, file: str) -> None:
    """Ready once it is accepted in one, by its end in the other."""
    runs.start("a")
    health = FluxHealth(cluster, namespace, _expressions(file, "TodoWorkflow"), plural="todoworkflows")
    try:
        health.wait_until_in_force("a")
        found = {state.name: health.status("a", state.obj) for state in RUN_STATES}
    finally:
        health.remove()
    assert found == {state.name: state.gate if file == "gate.yaml" else state.flux for state in RUN_STATES}


@pytest.mark.cluster
def test_every_state_of_a_template(cluster: LocalCluster, namespace: str, runs: Runs) -> None:
    """What cannot be run fails the Kustomization at once."""
    runs.put_template("a")
    health = FluxHealth(cluster, namespace, _expressions("todos.yaml", "TodoTemplate"), plural="todotemplates")
    try:
        health.wait_until_in_force("a")
        found = {state.name: health.status("a", state.obj) for state in TEMPLATE_STATES}
    finally:
        health.remove()
    assert found == {state.name: state.flux for state in TEMPLATE_STATES}


@pytest.mark.parametrize("state", [*RUN_STATES, *TEMPLATE_STATES], ids=str)
def test_workflows_and_templates_need_no_expressions_either(state: ObjectState) -> None:
    """Their conditions are kstatus' own."""
    status, generation = state.obj["status"], state.obj["metadata"]["generation"]
    conditions = [
        Condition(ConditionType(entry["type"]), entry["status"] == "True", entry["reason"], "", T0, generation)
        for entry in status.get("conditions", ())
    ]
    assert kstatus(generation, status["observedGeneration"], conditions).value == state.flux


def test_expressions_are_there_for_every_kind() -> None:
    """Group and version are those of the CRDs, `current` is never missing."""
    checks = _documents("todos.yaml")[0]["spec"]["healthCheckExprs"]
    assert {check["kind"] for check in checks} == {"Todo", "TodoDecision", "TodoWorkflow", "TodoTemplate"}
    assert {check["apiVersion"] for check in checks} == {"todo.myapp.dev/v1alpha1"}
    assert all(check["current"] for check in checks)


def test_manifests_fit_together() -> None:
    """Every source that is referred to is among those shipped or the user's own, and every file is read."""
    kinds = {path.name: [document["kind"] for document in _documents(path.name)] for path in FLUX.glob("*.yaml")}
    assert kinds == {
        "sources.yaml": ["GitRepository", "OCIRepository", "HelmRepository"],
        "helmrelease.yaml": ["HelmRelease"],
        "todos.yaml": ["Kustomization"],
        "gate.yaml": ["Kustomization"],
    }
    sources = {(source["kind"], source["metadata"]["name"]) for source in _documents("sources.yaml")}
    chart = _documents("helmrelease.yaml")[0]["spec"]["chart"]["spec"]["sourceRef"]
    assert (chart["kind"], chart["name"]) in sources
    for name in ("todos.yaml", "gate.yaml"):
        spec = _documents(name)[0]["spec"]
        assert spec["wait"], "without it nobody asks for health"
        assert spec["prune"]
