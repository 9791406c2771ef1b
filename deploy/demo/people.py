"""What the demo's people do when nobody is at the terminal: exactly what a person would type, as that person."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.demo.release import APPROVAL, NAMESPACE
from deploy.local import ClusterAccess

ONCALL = "oncall"
DEVELOPER = "developer"
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


def complete_approval(cluster: ClusterAccess, user: str, message: str) -> Said:
    """`kubectl todo complete` as this user."""
    arguments = ["kubectl", "todo", "complete", APPROVAL, f"--namespace={NAMESPACE}", f"--message={message}"]
    done = subprocess.run(
        arguments,
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
    command = f'kubectl todo complete {APPROVAL} -n {NAMESPACE} -m "{message}"'
    return Said(user, command, (done.stdout + done.stderr).strip(), done.returncode == 0)


def commands_to_type(cluster: ClusterAccess) -> list[str]:
    """What the user may type in another terminal, ready to be pasted."""
    return [
        f"export PATH={PROGRAMS}:$PATH",
        f"export KUBECONFIG={cluster.kubeconfig(ONCALL)}",
        f"kubectl get todos -n {NAMESPACE} --watch",
        f'kubectl todo complete {APPROVAL} -n {NAMESPACE} -m "error rate is flat"',
        f"KUBECONFIG={cluster.kubeconfig(DEVELOPER)} kubectl todo complete {APPROVAL} -n {NAMESPACE}  # is refused",
    ]
