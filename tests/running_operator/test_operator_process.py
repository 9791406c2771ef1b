"""The harness keeps its promise: no operator outlives the tests that started it."""

import subprocess
import sys
import time
from pathlib import Path

import psutil

_START_AND_DIE = """
import os, pathlib, signal, sys
from tests.running_operator.operator_process import OperatorProcess
operator = OperatorProcess(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), ["default"])
operator.start(ready=False)
print(operator.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""

_NOBODY_LISTENS = """
apiVersion: v1
kind: Config
clusters: [{name: none, cluster: {server: "http://127.0.0.1:9"}}]
users: [{name: none, user: {token: none}}]
contexts: [{name: none, context: {cluster: none, user: none}}]
current-context: none
"""


def test_the_operator_dies_with_tests_that_are_killed(tmp_path: Path) -> None:
    """SIGKILL of the process that started it ends the operator, which would otherwise wait for its API server."""
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(_NOBODY_LISTENS)
    killed = subprocess.run(
        [sys.executable, "-c", _START_AND_DIE, kubeconfig, tmp_path / "operator.log"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert killed.returncode < 0, killed.stderr
    give_up = time.monotonic() + 5
    while psutil.pid_exists(int(killed.stdout)) and psutil.Process(int(killed.stdout)).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < give_up, "the operator outlived its parent"
        time.sleep(0.05)
