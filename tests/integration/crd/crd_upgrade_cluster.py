"""A cluster whose CRDs a test may delete and change, and `myapp crds apply` run against it with chosen rights."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from deploy.local import LocalCluster
from deploy.local.established import wait_until_established
from myapp.infrastructure.crd.definitions import DEFINITIONS
from myapp.infrastructure.crd.schema_revision import REVISION_ANNOTATION
from tests.api_server import JsonObject
from tests.crd_deletion import delete_crds

NAMES = [definition.name for definition in DEFINITIONS]
TODOS, DECISIONS = NAMES[:2]
ACCOUNT = "crd-upgrader"
RESOURCE = "customresourcedefinitions"
ALL_VERBS = ("get", "create", "update")
LONGEST_RUN = 60.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How one run of the command ended."""

    code: int
    stdout: str
    stderr: str


def installed_manifest(name: str) -> JsonObject:
    """The CRD of this version."""
    return next(definition.manifest() for definition in DEFINITIONS if definition.name == name)


def older_manifest(name: str) -> JsonObject:
    """A CRD from before revisions: without the annotation, with one column and without one field of today's."""
    crd = installed_manifest(name)
    del crd["metadata"]["annotations"]
    version = crd["spec"]["versions"][0]
    version["additionalPrinterColumns"] = version["additionalPrinterColumns"][:1]
    fields = version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
    fields.pop("tags", None)
    return crd


def newer_manifest(name: str) -> JsonObject:
    """A CRD of a later version, which shows one column only."""
    crd = installed_manifest(name)
    crd["metadata"]["annotations"][REVISION_ANNOTATION] = "7"
    crd["spec"]["versions"][0]["additionalPrinterColumns"] = []
    return crd


class CrdUpgradeCluster:
    """A cluster of the tests' own: the one of the whole run must keep its CRDs."""

    def __init__(self, cluster: LocalCluster, folder: Path) -> None:
        self.cluster = cluster
        self._folder = folder
        self.install(installed_manifest(TODOS))
        self.installed_spec = self.get(TODOS)["spec"]
        """The Todo's CRD of this version as the API server shows it, defaults included, when kubectl installs it."""
        self.cluster.kubectl("create", "serviceaccount", ACCOUNT, "--namespace=default")
        self.kubeconfig = self._write_kubeconfig()

    def reset(self) -> None:
        """No CRD is installed, and the account has the rights that the documentation names."""
        delete_crds(self.cluster, NAMES)
        self.grant(ALL_VERBS)

    def grant(self, verbs: Sequence[str], names: Sequence[str] = NAMES) -> None:
        """Give the account these rights on these CRDs and no others; create cannot be limited by name."""
        base = {"apiGroups": ["apiextensions.k8s.io"], "resources": [RESOURCE]}
        by_name = [verb for verb in verbs if verb != "create"]
        rules = [{**base, "verbs": ["create"]}] if "create" in verbs else []
        rules += [{**base, "verbs": by_name, "resourceNames": list(names)}] if by_name else []
        role = {"kind": "ClusterRole", "apiVersion": "rbac.authorization.k8s.io/v1", "metadata": {"name": ACCOUNT}}
        binding = {
            **role,
            "kind": "ClusterRoleBinding",
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": ACCOUNT},
            "subjects": [{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": "default"}],
        }
        for manifest in ({**role, "rules": rules}, binding):
            self.cluster.kubectl("apply", "--filename=-", stdin=json.dumps(manifest))

    def install(self, crd: JsonObject) -> None:
        """Create or replace a CRD, as admin, and wait until it is established."""
        self.cluster.kubectl("apply", "--server-side", "--force-conflicts", "--filename=-", stdin=json.dumps(crd))
        name = crd["metadata"]["name"]
        wait_until_established(self.cluster, f"crd/{name}")

    def get(self, name: str) -> JsonObject:
        """The CRD as it is now."""
        found: JsonObject = json.loads(self.cluster.kubectl("get", "crd", name, "--output=json").stdout)
        return found

    def apply(self, *arguments: str, kubeconfig: Path | None = None) -> Ended:
        """Run `myapp crds apply` with the account's rights to its end."""
        process = self.begin(*arguments, kubeconfig=kubeconfig)
        try:
            stdout, stderr = process.communicate(timeout=LONGEST_RUN)
        finally:
            process.kill()
        return Ended(process.returncode, stdout, stderr)

    def begin(self, *arguments: str, kubeconfig: Path | None = None) -> "subprocess.Popen[str]":
        """Start `myapp crds apply` with the account's rights."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("MYAPP_")}
        return subprocess.Popen(
            [sys.executable, "-m", "myapp", "crds", "apply", *arguments],
            env={**inherited, "KUBECONFIG": str(kubeconfig or self.kubeconfig), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _write_kubeconfig(self) -> Path:
        config = yaml.safe_load(self.cluster.kubeconfig().read_text(encoding="utf-8"))
        token = self.cluster.kubectl("create", "token", ACCOUNT, "--namespace=default").stdout.strip()
        config["users"] = [{"name": config["users"][0]["name"], "user": {"token": token}}]
        path = self._folder / "kubeconfig"
        path.touch(mode=0o600)
        path.write_text(yaml.safe_dump(config), encoding="utf-8")
        return path
