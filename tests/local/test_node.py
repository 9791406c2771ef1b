"""A real node: pods run, are read, reach each other, the API server and the names of Services."""

import json
import subprocess
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from rich.console import Console

from deploy.local import LocalCluster
from deploy.local.build import Builder
from deploy.local.build_recipe import read_recipe
from deploy.local.cache import cache_folder
from deploy.local.cli import cli
from deploy.local.errors import ImageError, LocalClusterError
from deploy.local.go_modules import GoModule, Target
from deploy.local.kubectl import kubectl_path
from deploy.local.node.image_archive import write_program_image
from deploy.local.tools import node_binaries

pytestmark = [pytest.mark.cluster, pytest.mark.node, pytest.mark.xdist_group("node"), pytest.mark.timeout(300)]

PROGRAM = GoModule(
    folder=Path(__file__).with_name("pod_program"),
    title="pod-program",
    pinned=None,
    targets={"pod-program": Target("local-cluster/pod-program", "pod-program")},
)
IMAGE = "localhost/pod-program:test"
PATIENCE = "--timeout=90s"


@dataclass(frozen=True, slots=True)
class Pods:
    """Runs the test's program in one namespace of the cluster."""

    cluster: LocalCluster
    namespace: str

    def kubectl(self, *arguments: str, stdin: str | None = None) -> str:
        """What one kubectl command in the namespace printed."""
        return self.cluster.kubectl(f"--namespace={self.namespace}", *arguments, stdin=stdin).stdout

    def start(self, name: str, *arguments: str, user: int = 65532) -> None:
        """Start a pod that meets Pod Security `restricted`."""
        self.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(pod(name, *arguments, user=user)))

    def run(self, name: str, *arguments: str) -> str:
        """Run a pod to its end; returns its log."""
        self.start(name, *arguments)
        self.kubectl("wait", f"pod/{name}", "--for=jsonpath={.status.phase}=Succeeded", PATIENCE)
        return self.kubectl("logs", name).strip()


def pod(name: str, *arguments: str, user: int = 65532) -> dict[str, object]:
    """A pod of the test's program."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": pod_spec(*arguments, user=user),
    }


def pod_spec(*arguments: str, user: int = 65532) -> dict[str, object]:
    """What the pod runs."""
    return {
        "restartPolicy": "Never",
        "securityContext": {"runAsNonRoot": True, "runAsUser": user, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [
            {
                "name": "program",
                "image": IMAGE,
                "imagePullPolicy": "Never",
                "args": list(arguments),
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"]},
                },
                "resources": {"limits": {"memory": "64Mi", "cpu": "500m"}},
            }
        ],
    }


@pytest.fixture(scope="module")
def image(node_cluster: LocalCluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The test's program as an image, built without a registry and loaded into the node."""
    builder = Builder(read_recipe(PROGRAM), cache_folder(), Console(stderr=True))
    archive = tmp_path_factory.mktemp("image") / "program.tar"
    write_program_image(archive, builder.provide(["pod-program"])["pod-program"], IMAGE)
    assert node_cluster.node.load(archive) == [IMAGE]
    return IMAGE


@pytest.fixture
def pods(node_cluster: LocalCluster, node_namespace: str, image: str) -> Pods:
    """Pods in a namespace of the test's own."""
    assert image in node_cluster.node.images()
    node_cluster.kubectl("label", "namespace", node_namespace, "pod-security.kubernetes.io/enforce=restricted")
    return Pods(node_cluster, node_namespace)


def test_node_is_ready(node_cluster: LocalCluster) -> None:
    """One node of the cluster's version is Ready, without pressure."""
    node = json.loads(node_cluster.kubectl("get", "node", "node", "-o", "json").stdout)
    conditions = {condition["type"]: condition["status"] for condition in node["status"]["conditions"]}
    pressures = dict.fromkeys(("MemoryPressure", "DiskPressure", "PIDPressure"), "False")
    assert conditions == {**pressures, "Ready": "True"}
    assert node["status"]["nodeInfo"]["kubeletVersion"] == node_cluster.version


def test_job_runs_and_its_log_is_read(pods: Pods) -> None:
    """A Job is completed by the controller manager when its pod has ended; the log comes through the kubelet."""
    template = {"spec": pod_spec("say", "the job was here")}
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "once"}, "spec": {"template": template}}
    pods.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(job))
    pods.kubectl("wait", "job/once", "--for=condition=Complete", PATIENCE)
    assert pods.kubectl("logs", "job/once") == "the job was here\n"


def test_pods_reach_each_other_by_the_name_of_a_service(pods: Pods) -> None:
    """kube-proxy and the name service work: one pod reads from another by the Service's short and full name."""
    pods.start("web", "serve", "hello from web")
    pods.kubectl("expose", "pod", "web", "--port=80", "--target-port=8080")
    pods.kubectl("wait", "pod/web", "--for=condition=Ready", PATIENCE)
    assert pods.run("by-short-name", "get", "http://web/") == "hello from web"
    full = f"http://web.{pods.namespace}.svc.cluster.local/"
    assert pods.run("by-full-name", "get", full) == "hello from web"
    # Through the API server, which must find its way to a pod.
    path = f"/api/v1/namespaces/{pods.namespace}/services/web:80/proxy/"
    assert pods.kubectl("get", "--raw", path) == "hello from web"


def test_pod_reaches_itself_by_its_own_service(pods: Pods) -> None:
    """The way out and back in to the same pod works too."""
    pods.start("mirror", "serve", "hello, me")
    pods.kubectl("expose", "pod", "mirror", "--name=looking-glass", "--port=80", "--target-port=8080")
    pods.kubectl("wait", "pod/mirror", "--for=condition=Ready", PATIENCE)
    assert pods.kubectl("exec", "mirror", "--", "/pod-program", "get", "http://looking-glass/") == "hello, me\n"


def test_pod_reaches_the_api_server_with_its_account(pods: Pods) -> None:
    """In-cluster configuration: the `kubernetes` Service, the mounted token and authority are what a client needs."""
    answer = json.loads(pods.run("client", "version"))
    assert answer["gitVersion"] == pods.cluster.version


def test_port_of_a_pod_is_forwarded(pods: Pods) -> None:
    """`kubectl port-forward` brings a pod's port to this machine."""
    pods.start("far", "serve", "hello from far")
    pods.kubectl("wait", "pod/far", "--for=condition=Ready", PATIENCE)
    where = (f"--kubeconfig={pods.cluster.kubeconfig()}", f"--namespace={pods.namespace}")
    command = [str(kubectl_path()), *where, "port-forward", "pod/far", ":8080"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as forward:
        try:
            assert forward.stdout is not None
            port = forward.stdout.readline().split(" -> ")[0].rpartition(":")[2]
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
                assert answer.read() == b"hello from far"
        finally:
            forward.kill()


def test_users_proxy_is_not_asked_for_the_cluster(node_cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """The node's address is no loopback address: without care a client would look for it behind the user's proxy."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "example.com")
    assert node_cluster.kubectl("get", "namespace", "default", "-o", "name").stdout == "namespace/default\n"


def test_the_operators_account_comes_with_its_installation(node_cluster: LocalCluster) -> None:
    """A chart refuses to take over what exists: neither account nor roles are there, and the identity says why."""
    assert node_cluster.kubectl("get", "clusterrole", "myapp-editor", check=False).returncode != 0
    assert node_cluster.kubectl("get", "namespace", "myapp-system", check=False).returncode != 0
    assert node_cluster.kubectl("auth", "whoami", user="pipeline").returncode == 0
    with pytest.raises(LocalClusterError, match="there the operator runs in a pod"):
        node_cluster.kubeconfig("operator")


def test_command_loads_an_image(node_cluster: LocalCluster, tmp_path: Path) -> None:
    """`load` prints the names under which pods find the images."""
    archive = tmp_path / "loaded.tar"
    write_program_image(archive, node_binaries()["pause"], "localhost/loaded:test")
    loaded = CliRunner().invoke(cli, ["load", "--name", node_cluster.name, str(archive)])
    assert loaded.output == "localhost/loaded:test\n"


def test_load_of_what_is_no_image_says_what_is_wanted(node_cluster: LocalCluster, tmp_path: Path) -> None:
    """A file that is no archive, or is not there, is refused with the file's name and the way to make one."""
    nonsense = tmp_path / "nonsense.tar"
    nonsense.write_text("nonsense")
    with pytest.raises(ImageError, match=r"nonsense\.tar is not loaded: .*expected is a tar file.*docker-archive"):
        node_cluster.node.load(nonsense)
    with pytest.raises(ImageError, match=r"absent\.tar cannot be read: .*No such file"):
        node_cluster.node.load(tmp_path / "absent.tar")
