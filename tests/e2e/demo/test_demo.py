"""`make demo` from end to end: what it shows, how it ends, and that it leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from deploy.demo.people import start_release
from deploy.demo.release import GIVEN, apply_release, prepare_namespace, written_release
from deploy.local import ClusterOptions, LocalCluster, install
from deploy.local.cluster import stop_cluster
from deploy.local.state import ClusterState
from tests.e2e.demo.demo_process import is_up, run_demo, start_demo

# One after the other: each brings up a control plane of its own.
pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300), pytest.mark.xdist_group("demo")]

PROGRAMS = Path(sys.prefix) / "bin"


@pytest.fixture
def name() -> Iterator[str]:
    """A cluster name of this test's own; whatever happens, no such cluster is left."""
    name = f"demo-{os.getpid()}"
    yield name
    stop_cluster(ClusterState(name))


def test_auto_runs_the_release_to_its_end_and_keep_leaves_it_up(name: str, tmp_path: Path) -> None:
    """All ends as the examples say, decided by who may; kept, the cluster answers until it is taken down."""
    picture = tmp_path / "images" / "demo.svg"

    code, printed = run_demo("--auto", "--keep", f"--name={name}", f"--picture={picture}")

    assert code == 0, printed
    assert "todoworkflow.todo.myapp.dev/release-2-4 created" in printed
    assert 'user "developer" may not complete todo "release-2-4.approve-rollout"' in printed
    assert "todo.todo.myapp.dev/release-2-4.approve-rollout completed" in printed
    assert "no pods run here" in printed
    assert "13 steps have ended: 10 Succeeded, 2 Skipped, 1 Failed" in printed
    assert "approve-rollout was completed by oncall" in printed
    assert "sign-off was approved by oncall, release-lead" in printed
    assert re.search(r"todos created, their status \d+ \(\d\.\d each\), the run's status \d+, decisions 3", printed)
    assert "the chat was told: customers: release of 2.4 to prod: Succeeded" in printed
    assert "what it did as deployer: 2 x patch deployments" in printed
    assert "approve-rollout" in picture.read_text()
    assert "@font-face" not in picture.read_text()
    _check_ended_release(LocalCluster.attach(name))
    operators = _operators_of(name)
    assert len(operators) == 1
    assert f"-m deploy.local down --name {name}" in printed
    subprocess.run([sys.executable, "-m", "deploy.local", "down", "--name", name], check=True, timeout=60)
    assert _until(lambda: not operators[0].is_running()), "the operator outlives its cluster"
    assert not is_up(name)


def test_existing_cluster_is_used_and_left_alone(name: str) -> None:
    """It says what it installs, replaces an earlier release, impersonates people, and ends its operator alone."""
    with LocalCluster.start(ClusterOptions(name=name)) as cluster:
        install(cluster)
        prepare_namespace(cluster)
        apply_release(cluster, written_release())
        assert start_release(cluster, GIVEN).succeeded

        code, printed = run_demo("--auto", f"--kubeconfig={cluster.kubeconfig()}")

        assert code == 0, printed
        assert "installing there: myapp's CRDs, cluster roles and policies" in printed
        assert "approve-rollout was completed by oncall" in printed
        assert "announce" in cluster.kubectl("get", "todos", "-n", "shop").stdout
        [advice] = [line.split() for line in printed.splitlines() if line.strip().startswith("kubectl delete")]
        cluster.kubectl(*advice[1:])
        assert "todo.myapp.dev" not in cluster.kubectl("get", "customresourcedefinitions", "-o", "name").stdout


def test_operator_that_cannot_start_is_shown_with_its_log(name: str) -> None:
    """The exit code is not 0, the reason is on the screen, and the cluster is taken down."""
    code, printed = run_demo("--auto", f"--name={name}", MYAPP_WORKERS="many")

    assert code == 1
    assert "MYAPP_WORKERS" in printed
    assert "error: the operator ended with exit code" in printed
    assert not is_up(name)


def test_interrupted_demo_leaves_nothing_behind(name: str) -> None:
    """Ctrl-C in the middle of the release ends operator and cluster."""
    with start_demo("--auto", f"--name={name}") as demo:
        assert demo.stdout is not None
        for line in demo.stdout:
            if "build.0" in line:
                break
        operators = _operators_of(name)
        demo.send_signal(signal.SIGINT)
        printed, _ = demo.communicate(timeout=90)

    assert (demo.returncode, len(operators)) == (130, 1), printed
    assert "interrupted" in printed
    assert not operators[0].is_running()
    assert not is_up(name)


def test_killed_demo_takes_its_cluster_and_its_operator_along(name: str) -> None:
    """Not even kill -9 leaves an orphan."""
    with start_demo("--auto", f"--name={name}") as demo:
        assert demo.stdout is not None
        for line in demo.stdout:
            if "build.0" in line:
                break
        operators = _operators_of(name)
        demo.kill()
        demo.communicate(timeout=90)

    assert len(operators) == 1
    assert _until(lambda: not operators[0].is_running() and not is_up(name)), "operator or cluster outlive the demo"


def _check_ended_release(cluster: LocalCluster) -> None:
    """What a user types next: the list, and a decision that comes too late."""

    def kubectl_todo(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["kubectl", "todo", *arguments, "-n", "shop"],
            executable=PROGRAMS / "kubectl",
            env={
                **os.environ,
                "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
                "KUBECONFIG": str(cluster.kubeconfig("oncall")),
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    late = kubectl_todo("complete", "release-2-4.approve-rollout")
    assert (late.returncode, late.stderr) == (
        1,
        'error: todo "release-2-4.approve-rollout" has ended already: Succeeded (Completed)\n',
    )
    [line] = [line for line in kubectl_todo("list", "-o", "wide").stdout.splitlines() if ".approve-rollout" in line]
    assert re.search(r"Succeeded\s+Completed.*oncall\s+completed by oncall", line)
    rows = cluster.kubectl("get", "todos", "-n", "shop", "-o", "wide").stdout.splitlines()
    [failed] = [row for row in rows if row.startswith("release-2-4.tell-partners ")]
    assert re.search(r"Failed\s+RequestRefused\s.*answers 404 Not Found: there is no channel partners$", failed)


def _operators_of(name: str) -> list[psutil.Process]:
    """The operators that work with the kubeconfig of that cluster."""
    kubeconfig = str(ClusterState(name).path)
    found = []
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        guardian = "deploy.demo.operator_guardian" in command
        if command[-3:] != ["-m", "myapp", "run"] or guardian:
            continue
        with suppress(psutil.Error):  # somebody else's, or it has just ended
            if process.environ().get("KUBECONFIG", "").startswith(kubeconfig):
                found.append(process)
    return found


def _until(reached: Callable[[], bool], seconds: float = 60.0) -> bool:
    give_up = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.2)
    return True
