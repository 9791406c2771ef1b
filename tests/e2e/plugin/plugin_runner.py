"""`kubectl todo` as a person types it: the real kubectl finds the plug-in on the PATH and starts it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local import LocalCluster
from tests.api_server import ApiServer
from tests.manifests import todos_path

PROGRAMS = Path(sys.prefix) / "bin"


@dataclass(frozen=True)
class Plugin:
    """The plug-in in one namespace of one cluster."""

    cluster: LocalCluster
    namespace: str

    def environment(self, user: str) -> dict[str, str]:
        """A shell of this user, with a kubectl cache that no other test's cluster has filled."""
        return {
            **os.environ,
            "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
            "KUBECONFIG": str(self.cluster.kubeconfig(user)),
            "KUBECACHEDIR": str(self.cluster.state_dir / "plugin-test-cache"),
        }

    def todo(self, *arguments: str, user: str = "oncall", stdin: int = subprocess.DEVNULL) -> tuple[int, str, str]:
        """Exit code, stdout, stderr of `kubectl todo ARGUMENTS -n NAMESPACE`."""
        return self.run("todo", *arguments, "-n", self.namespace, user=user, stdin=stdin)

    def run(self, *arguments: str, user: str = "oncall", stdin: int = subprocess.DEVNULL) -> tuple[int, str, str]:
        """The same of `kubectl ARGUMENTS`, whatever they are."""
        done = subprocess.run(
            ["kubectl", *arguments],
            executable=PROGRAMS / "kubectl",
            env=self.environment(user),
            stdin=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    def create_todo(self, name: str, **spec: object) -> str:
        """Creates a Todo as the GitOps pipeline does, and returns its uid."""
        manifest = {
            "apiVersion": "todo.myapp.dev/v1alpha1",
            "kind": "Todo",
            "metadata": {"name": name, "namespace": self.namespace},
            "spec": {"content": f"Do {name}", **spec},
        }
        stdin = json.dumps(manifest)
        created = self.cluster.kubectl("create", "--filename=-", "--output=json", user="pipeline", stdin=stdin)
        return str(json.loads(created.stdout)["metadata"]["uid"])

    def end_todo(self, name: str) -> None:
        """Writes the status of a Todo that a person has completed; as the operator, who alone may."""
        status = {
            "phase": "Succeeded",
            "reason": "Completed",
            "message": "completed by ada",
            "decisions": [
                {"uid": "1", "action": "Complete", "username": "ada", "time": "2026-12-01T08:00:00Z", "message": "ok"}
            ],
        }
        operator = ApiServer(self.cluster.kubeconfig("operator"))
        assert operator.patch(f"{todos_path(self.namespace)}/{name}/status", {"status": status}).accepted
        operator.close()

    def decisions(self) -> list[dict[str, Any]]:
        """What has been decided in the namespace."""
        listed = self.cluster.kubectl("get", "tododecisions", "--namespace", self.namespace, "--output=json")
        return list(json.loads(listed.stdout)["items"])
