"""`myapp check`, which `helm test` runs: a real Todo, seen to succeed and deleted; or why not."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.local import LocalCluster
from deploy.local.layout import POLICIES
from tests.api_server import ApiServer
from tests.manifests import todos_path
from tests.running_operator.fixtures import operator, stopped_operator, todos
from tests.running_operator.operator_process import OperatorProcess

__all__ = ["operator", "stopped_operator", "todos"]

pytestmark = pytest.mark.cluster

WITHIN = 60.0


def command(kubeconfig: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Start `myapp check`."""
    return subprocess.Popen(
        [sys.executable, "-m", "myapp", "check", *arguments],
        env={**os.environ, "KUBECONFIG": str(kubeconfig)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(kubeconfig: Path, *arguments: str) -> tuple[int, str]:
    """Its exit code and what it said."""
    process = command(kubeconfig, *arguments)
    out, err = process.communicate(timeout=WITHIN)
    return process.returncode, out + err


def names(cluster: LocalCluster, namespace: str) -> list[str]:
    """The Todos that are there."""
    listed = cluster.kubectl("get", "todos", "-n", namespace, "-o", "json").stdout
    return [each["metadata"]["name"] for each in json.loads(listed)["items"]]


def test_d14_a_todo_runs_to_its_end_and_is_deleted(
    cluster: LocalCluster, namespace: str, operator: OperatorProcess
) -> None:
    """With an operator that works."""
    assert operator.alive
    code, said = run(cluster.kubeconfig("developer"), "--namespace", namespace)

    assert code == 0, said
    assert f"todo {namespace}/myapp-check-" in said
    assert said.endswith("s after it was created, and is deleted\n")
    assert names(cluster, namespace) == []


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A folder with the policies that are installed."""
    return Path(shutil.copytree(POLICIES, tmp_path / "policies"))


def test_the_policies_are_compared(
    cluster: LocalCluster, namespace: str, operator: OperatorProcess, shipped: Path
) -> None:
    """With what was shipped: those that are as they should be are told, before the Todo is made."""
    assert operator.alive
    code, said = run(cluster.kubeconfig("admin"), "--namespace", namespace, "--policies", str(shipped))

    assert code == 0, said
    assert said.startswith("the 14 admission policies and bindings are there and enforced, as they were shipped\ntodo ")


@pytest.mark.parametrize(
    ("shipped_as", "told"),
    [
        (("validationActions: [Deny]", "validationActions: [Deny, Audit]"), "spec.validationActions has 1 entries"),
        (("name: myapp.", "name: mine."), "there is no ValidatingAdmissionPolicy mine.myapp-system.decisions"),
        (("failurePolicy: Fail", "failurePolicy: Ignore"), "spec.failurePolicy is another one"),
    ],
)
def test_policies_that_are_not_as_shipped_are_an_error(
    cluster: LocalCluster, namespace: str, shipped: Path, shipped_as: tuple[str, str], told: str
) -> None:
    """Missing, not enforced as told, or another one: exit code 1, and no Todo is made. (The shared cluster's own stay
    as they are: what was shipped is another one here.)
    """
    file = shipped / "decisions.yaml"
    file.write_text(file.read_text().replace(*shipped_as))

    code, said = run(cluster.kubeconfig("admin"), "--namespace", namespace, "--policies", str(shipped))

    assert (code, names(cluster, namespace)) == (1, [])
    assert said.startswith("Error: no decision counts: ")
    assert told in said


def test_who_may_not_look_at_the_policies_is_told_and_goes_on(
    cluster: LocalCluster, namespace: str, operator: OperatorProcess, shipped: Path
) -> None:
    """A Todo that succeeds is a proof all the same; likewise where nobody says what was shipped."""
    assert operator.alive
    for options, why in ((["--policies", str(shipped)], "cannot get resource"), ([], "name the folder with those")):
        code, said = run(cluster.kubeconfig("developer"), "--namespace", namespace, *options)

        assert code == 0, said
        assert said.startswith("the admission policies were not looked at, without which no decision counts: ")
        assert why in said


def test_without_an_operator_it_says_so(cluster: LocalCluster, namespace: str) -> None:
    """Exit code 3, within the time that was given; the Todo is deleted here too."""
    code, said = run(cluster.kubeconfig("developer"), "-n", namespace, "--timeout", "1s")

    assert code == 3
    assert "did not succeed within 1s: no operator has seen it: does one run, and does it watch this namespace" in said
    assert names(cluster, namespace) == []


def test_a_todo_that_ends_badly_is_no_proof(cluster: LocalCluster, namespace: str) -> None:
    """Exit code 1, with the reason."""
    process = command(cluster.kubeconfig("developer"), "-n", namespace, "--timeout", "50s")
    give_up = time.monotonic() + WITHIN
    while not (found := names(cluster, namespace)):
        assert time.monotonic() < give_up
    status = {"phase": "Failed", "reason": "TimedOut", "message": "too late", "completionTime": "2026-01-01T00:00:00Z"}
    operator = ApiServer(cluster.kubeconfig("operator"))
    assert operator.patch(f"{todos_path(namespace)}/{found[0]}/status", {"status": status}).accepted
    operator.close()

    _, err = process.communicate(timeout=WITHIN)

    assert process.returncode == 1
    assert "ended, and not well: it is Failed (TimedOut): too late" in err


@pytest.mark.parametrize(
    ("user", "where", "told"),
    [
        ("developer", "no-such-namespace", "there is no namespace 'no-such-namespace'"),
        ("oncall", "default", "cannot create resource"),
    ],
)
def test_what_cannot_be_done_is_told(cluster: LocalCluster, user: str, where: str, told: str) -> None:
    """Exit code 1: another try would not help."""
    code, said = run(cluster.kubeconfig(user), "-n", where)

    assert code == 1
    assert told in said
