"""`python -m deploy.local` as a user types it."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from deploy.local.layout import PROJECT_ROOT
from tests.local.conftest import wait_until_nothing_is_left


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "deploy.local", *arguments],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.mark.cluster
def test_up_status_kubeconfig_down(state_folder: Path) -> None:
    """A cluster survives the command that started it, shows up, hands out credentials, and goes without a trace."""
    up = run("up", "--name", "typed")
    assert up.returncode == 0, up.stderr
    assert "cluster typed is up after" in up.stdout

    status = run("status")
    assert status.returncode == 0
    assert status.stdout.split()[:3] == ["typed", "ready", "v1.36.3"]

    path = Path(run("kubeconfig", "--name", "typed", "--user", "oncall", "--path").stdout.strip())
    printed = run("kubeconfig", "--name", "typed", "--user", "oncall").stdout
    assert printed == path.read_text()
    assert yaml.safe_load(printed)["users"][0]["name"] == "oncall"

    again = run("up", "--name", "typed")
    assert again.returncode == 0
    assert "cluster typed is up already" in again.stdout

    down = run("down", "--all")
    assert down.stdout == "cluster typed is down\n"
    wait_until_nothing_is_left(state_folder, timeout=0.5)


@pytest.mark.usefixtures("state_folder")
def test_commands_without_a_cluster_say_so() -> None:
    """`kubeconfig` fails with the command that would help; `status` and `down` have nothing to do."""
    kubeconfig = run("kubeconfig", "--name", "absent")
    assert kubeconfig.returncode == 1
    assert kubeconfig.stderr == (
        "error: no cluster named 'absent' is up; start it with `python -m deploy.local up --name absent`\n"
    )
    assert run("status").stderr == "no cluster is up\n"
    assert run("down", "--name", "absent").stdout == "cluster absent was not up\n"


@pytest.mark.usefixtures("state_folder")
def test_unusable_name_is_refused() -> None:
    """A name that is no DNS label could leave the state folder; it is refused with the rule."""
    refused = run("down", "--name", "../elsewhere")
    assert refused.returncode == 1
    assert "cluster name '../elsewhere' is not allowed" in refused.stderr
