"""The CEL rules as a set: what they cost, and that objects from before a rule can still be cleaned up."""

import json
import time
from collections.abc import Iterator

import pytest

from deploy.local import LocalCluster
from deploy.local.established import wait_until_established
from myapp.infrastructure.crd.custom_resource_definition import CustomResourceDefinition
from myapp.infrastructure.crd.definitions import DEFINITIONS
from tests.api_server import ApiServer
from tests.crd_deletion import delete_crds
from tests.integration.crd.scratch_crd import PLURAL, all_rules, root_schema, scratch_crd
from tests.manifests import ANYWHERE, todo_manifest

pytestmark = pytest.mark.cluster

GROUP = "before-the-rules.example.org"
CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
TODOS = f"/apis/{GROUP}/v1alpha1/namespaces/{ANYWHERE}/{PLURAL}"


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.plural)
def test_no_rule_costs_a_tenth_of_the_budget(api: ApiServer, definition: CustomResourceDefinition) -> None:
    """The API server refuses a CRD whose rules might cost too much; even ten times as much would be accepted."""
    crd = scratch_crd("costly.example.org", definition)
    rules = all_rules(root_schema(crd))
    for rule in rules:
        rule["rule"] = " && ".join([f"({rule['rule']})"] * 10)

    answer = api.create(CRDS, crd, dry_run=True)

    assert len(rules) >= 3
    assert answer.accepted, answer.message


@pytest.fixture
def kind_without_rules(cluster: LocalCluster) -> Iterator[None]:
    """A kind like Todo whose CRD has no rules of the root yet."""
    crd = scratch_crd(GROUP)
    del root_schema(crd)["x-kubernetes-validations"]
    cluster.kubectl("apply", "--filename=-", stdin=json.dumps(crd))
    wait_until_established(cluster, f"crd/{PLURAL}.{GROUP}")
    yield
    delete_crds(cluster, [f"{PLURAL}.{GROUP}"])


@pytest.mark.usefixtures("kind_without_rules")
def test_objects_from_before_a_rule(cluster: LocalCluster, api: ApiServer) -> None:
    """An object that violates a later rule keeps its finalizers editable, else it could never be deleted."""
    manifest = {**todo_manifest("loop", dependsOn=[{"name": "loop"}]), "apiVersion": f"{GROUP}/v1alpha1"}
    manifest["metadata"]["finalizers"] = ["example.org/hold"]
    created = api.create(TODOS, manifest)
    assert created.accepted, created.message
    cluster.kubectl("apply", "--filename=-", stdin=json.dumps(scratch_crd(GROUP)))
    new = {**todo_manifest("new", dependsOn=[{"name": "new"}]), "apiVersion": f"{GROUP}/v1alpha1"}
    deadline = time.monotonic() + 30
    while api.create(TODOS, new, dry_run=True).accepted and time.monotonic() < deadline:
        time.sleep(0.1)

    in_force = api.create(TODOS, new, dry_run=True)
    edited = api.patch(f"{TODOS}/loop", {"spec": {"dependsOn": [{"name": "loop"}, {"name": "other"}]}})
    status = api.patch(f"{TODOS}/loop/status", {"status": {"phase": "Pending", "reason": "DependencyCycle"}})
    released = api.patch(f"{TODOS}/loop", {"metadata": {"finalizers": None}})

    assert not in_force.accepted
    assert edited.causes == {("spec.dependsOn", "Invalid value: a Todo cannot depend on itself")}
    assert status.accepted, status.message
    assert released.accepted, released.message
