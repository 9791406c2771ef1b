"""The real kubectl as one user in one namespace."""

import json
from dataclasses import dataclass

import yaml

from deploy.local import CompletedKubectl, LocalCluster
from tests.api_server import JsonObject


@dataclass(frozen=True, slots=True)
class KubectlUser:
    """A user's shell, with the namespace chosen."""

    cluster: LocalCluster
    namespace: str
    user: str

    def run(self, *arguments: str, stdin: str | None = None, check: bool = True) -> CompletedKubectl:
        """`kubectl ARGUMENTS -n NAMESPACE`."""
        return self.cluster.kubectl(*arguments, "-n", self.namespace, user=self.user, stdin=stdin, check=check)

    def apply(self, *manifests: JsonObject, server_side: bool = False, check: bool = True) -> CompletedKubectl:
        """`kubectl apply -f -`, with --server-side if asked for."""
        flags = ["--server-side"] if server_side else []
        return self.run("apply", *flags, "-f", "-", stdin=yaml.safe_dump_all(manifests), check=check)

    def get(self, resource: str, name: str) -> JsonObject:
        """The object."""
        return dict(json.loads(self.run("get", resource, name, "-o", "json").stdout))
