"""The operator and the revision of its CRDs, on a real API server: it waits for those that it needs."""

import json
import time
from pathlib import Path

import pytest

from myapp.infrastructure.crd.todo_resource import TODO_DEFINITION
from tests.integration.crd.crd_upgrade_cluster import (
    NAMES,
    TODOS,
    CrdUpgradeCluster,
    newer_manifest,
    older_manifest,
)
from tests.running_operator.operator_process import OperatorProcess

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("crd-upgrade"), pytest.mark.timeout(300)]

PATIENCE = 30.0


def start_operator(crds: CrdUpgradeCluster, folder: Path) -> OperatorProcess:
    """The operator, not started yet, with the rights of deploy/rbac."""
    return OperatorProcess(crds.cluster.kubeconfig("operator"), folder / "operator.log", ["default"])


def wait_until_unready_because(operator: OperatorProcess, cause: str) -> None:
    """Return when readiness says so."""
    give_up = time.monotonic() + PATIENCE
    while cause not in (probe := operator.ready()).text:
        assert time.monotonic() < give_up, f"after {PATIENCE:.0f} s readiness says {probe.text!r}"
        time.sleep(0.1)


def test_it_waits_for_newer_crds(crds: CrdUpgradeCluster, tmp_path: Path) -> None:
    """On CRDs older than itself it lives, says what to do, once, and starts when that is done."""
    for name in NAMES:
        crds.install(older_manifest(name))
    operator = start_operator(crds, tmp_path)
    operator.start(ready=False)
    try:
        needed = f"the CRD {TODOS} has no revision, this operator needs {TODO_DEFINITION.revision}: upgrade the CRDs"
        wait_until_unready_because(operator, needed)
        assert operator.healthy().passed
        assert crds.apply().code == 0
        operator.wait_until_ready()
        assert operator.log.read_text().count(needed) == 1
    finally:
        operator.kill()


def test_it_starts_on_newer_crds(crds: CrdUpgradeCluster, tmp_path: Path) -> None:
    """As after a rollback."""
    for name in NAMES:
        crds.install(newer_manifest(name))

    with start_operator(crds, tmp_path) as operator:
        assert "revision" not in operator.log.read_text()


def test_it_goes_on_without_the_right_to_look(crds: CrdUpgradeCluster, tmp_path: Path) -> None:
    """A namespaced install may lack that right: the operator says once for each CRD which one is missing."""
    for name in NAMES:
        crds.install(older_manifest(name))
    role = json.loads(crds.cluster.kubectl("get", "clusterrole", "myapp-operator", "--output=json").stdout)
    del role["metadata"]["resourceVersion"]
    without = {**role, "rules": [rule for rule in role["rules"] if "apiextensions.k8s.io" not in rule["apiGroups"]]}
    crds.cluster.kubectl("replace", "--filename=-", stdin=json.dumps(without))
    try:
        with start_operator(crds, tmp_path) as operator:
            log = operator.log.read_text()
    finally:
        crds.cluster.kubectl("replace", "--filename=-", stdin=json.dumps(role))

    for name in NAMES:
        assert log.count(f"whether the CRD {name} is new enough cannot be told: the right to get") == 1
