"""Runs the real Helm, and nobody's settings: repositories, plug-ins and caches of the user stay out of it."""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from deploy.local.errors import LocalClusterError
from deploy.local.layout import PROJECT_ROOT
from deploy.local.tools import helm_binary

CHART = PROJECT_ROOT
DEFAULT_TIMEOUT = 120.0


@dataclass(frozen=True, slots=True)
class CompletedHelm:
    """What one call of Helm left."""

    stdout: str
    stderr: str
    returncode: int


class HelmError(LocalClusterError):
    """Helm ended with an error, or did not end in time (returncode None)."""

    def __init__(self, command: str, stderr: str, returncode: int | None) -> None:
        ended = "did not end in time" if returncode is None else f"ended with {returncode}"
        super().__init__(f"`{command}` {ended}: {stderr.strip() or 'no message'}")
        self.stderr = stderr
        self.returncode = returncode


def run_helm(
    *arguments: str,
    values: Mapping[str, Any] | None = None,
    kubeconfig: Path | None = None,
    check: bool = True,
    timeout: float = DEFAULT_TIMEOUT,
) -> CompletedHelm:
    """Run Helm; `values` are passed as a file, `timeout` is in seconds. Without a kubeconfig it reaches no cluster.

    Raises HelmError when it does not end in time, and, with `check`, when it ends with an error.
    """
    shown = " ".join(("helm", *arguments))
    with tempfile.TemporaryDirectory(prefix="helm-") as home:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("HELM_", "KUBE"))},
            "HELM_CACHE_HOME": f"{home}/cache",
            "HELM_CONFIG_HOME": f"{home}/config",
            "HELM_DATA_HOME": f"{home}/data",
            "KUBECONFIG": str(kubeconfig) if kubeconfig else os.devnull,
        }
        given = yaml.safe_dump(dict(values)) if values is not None else None
        try:
            completed = subprocess.run(
                [helm_binary(), *arguments, *(("--values=-",) if given is not None else ())],
                env=environment,
                input=given,
                stdin=subprocess.DEVNULL if given is None else None,
                capture_output=True,
                text=True,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise HelmError(shown, f"waited {timeout:.0f} s", None) from error
    if check and completed.returncode != 0:
        raise HelmError(shown, completed.stderr, completed.returncode)
    return CompletedHelm(completed.stdout, completed.stderr, completed.returncode)


def render(
    *arguments: str, release: str, namespace: str, values: Mapping[str, Any] | None = None, chart: Path = CHART
) -> str:
    """The manifests of a release as text, made without a cluster. Raises HelmError."""
    return run_helm("template", release, str(chart), f"--namespace={namespace}", *arguments, values=values or {}).stdout
