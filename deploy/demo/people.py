"""What the demo's people do when nobody is at the terminal: exactly what a person would type, as that person."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.demo.release import APPROVAL, NAMESPACE, RUN, SIGN_OFF
from deploy.local import ClusterAccess

ONCALL = "oncall"
DEVELOPER = "developer"
RELEASE_LEAD = "release-lead"
PROGRAMS = Path(sys.prefix) / "bin"
"""Where this Python's kubectl and kubectl-todo are; kubectl finds the plug-in on the PATH."""
_LONGEST = 60.0


@dataclass(frozen=True, slots=True)
class Said:
    """One command and what it answered."""

    user: str
    command: str
    answer: str
    succeeded: bool


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does when a todo waits for people, and whether they may."""

    todo: str
    user: str
    command: str
    message: str
    allowed: bool = True


SCRIPT = (
    Act(APPROVAL, DEVELOPER, "complete", "looks good to me", allowed=False),
    Act(APPROVAL, ONCALL, "complete", "error rate is flat"),
    Act(SIGN_OFF, ONCALL, "approve", "the canary is fine"),
    Act(SIGN_OFF, RELEASE_LEAD, "approve", "change 4711 is reviewed"),
)


def perform(cluster: ClusterAccess, act: Act) -> Said:
    """What this user decides."""
    return _type(cluster, act.user, act.command, act.todo, "-n", NAMESPACE, "-m", act.message)


def start_release(cluster: ClusterAccess, params: Mapping[str, str]) -> Said:
    """A developer starts the run."""
    given = [word for name, value in params.items() for word in ("-p", f"{name}={value}")]
    return _type(cluster, DEVELOPER, "run", "release", "-n", NAMESPACE, "--name", RUN, *given)


def _type(cluster: ClusterAccess, user: str, *words: str) -> Said:
    """`kubectl todo` as this user."""
    done = subprocess.run(
        ["kubectl", "todo", *words],
        executable=PROGRAMS / "kubectl",
        env={
            **os.environ,
            "KUBECONFIG": str(cluster.kubeconfig(user)),
            "PATH": f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', '')}",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=_LONGEST,
    )
    typed = " ".join(f'"{word}"' if " " in word else word for word in words)
    return Said(user, f"kubectl todo {typed}", (done.stdout + done.stderr).strip(), done.returncode == 0)


def commands_to_type(cluster: ClusterAccess) -> list[str]:
    """What the user may type in another terminal, ready to be pasted."""
    return [
        f"export PATH={PROGRAMS}:$PATH",
        f"export KUBECONFIG={cluster.kubeconfig(ONCALL)}",
        f"kubectl get todos -n {NAMESPACE} -o wide --watch",
        f'kubectl todo complete {APPROVAL} -n {NAMESPACE} -m "error rate is flat"',
        f"KUBECONFIG={cluster.kubeconfig(DEVELOPER)} kubectl todo complete {APPROVAL} -n {NAMESPACE}  # is refused",
        f"kubectl todo approve {SIGN_OFF} -n {NAMESPACE}  # later, and then as a release manager too:",
        f"KUBECONFIG={cluster.kubeconfig(RELEASE_LEAD)} kubectl todo approve {SIGN_OFF} -n {NAMESPACE}",
    ]
