"""The operator's image at work: as an ordinary user, on a read-only root file system, against a real API server."""

import base64
import http.client
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from deploy.local import LocalCluster
from myapp import __version__
from myapp.infrastructure.crd.generate import render_crds
from myapp.infrastructure.crd.todo_resource import TODO_DEFINITION
from tests.e2e.image.container import STOP_TIMEOUT, Container
from tests.running_operator.fixtures import todos
from tests.running_operator.todos import Todos

__all__ = ["todos"]

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(900), pytest.mark.xdist_group("image")]

MakeContainer = Callable[..., Container]
READY_WITHIN = 60.0
ARBITRARY_USER = (1_000_770_000, 0)
"""What OpenShift gives to a pod: a user of no name, in the group root."""


@dataclass(frozen=True, slots=True)
class Pod:
    """How a container in a pod finds and is known to the API server."""

    environment: dict[str, str]
    files: dict[str, Path]


@pytest.fixture
def pod(cluster: LocalCluster, tmp_path: Path) -> Pod:
    """What the kubelet gives to a pod of the operator's service account: the API server's address, its CA and a token.

    A kubeconfig would need a folder for temporary files, which a pod does without.
    """
    config = yaml.safe_load(cluster.kubeconfig("operator").read_text(encoding="utf-8"))
    account = {
        "token": config["users"][0]["user"]["token"],
        "ca.crt": base64.b64decode(config["clusters"][0]["cluster"]["certificate-authority-data"]).decode(),
    }
    files = {}
    for name, content in account.items():
        files[f"/var/run/secrets/kubernetes.io/serviceaccount/{name}"] = tmp_path / name
        (tmp_path / name).write_text(content)
        (tmp_path / name).chmod(0o644)
    server = urlsplit(cluster.server)
    environment = {"KUBERNETES_SERVICE_HOST": str(server.hostname), "KUBERNETES_SERVICE_PORT": str(server.port)}
    return Pod(environment, files)


@pytest.mark.parametrize("user", [None, ARBITRARY_USER], ids=["its own user", "an arbitrary user"])
def test_version(container: MakeContainer, user: tuple[int, int] | None) -> None:
    """The command is found and starts."""
    ended = container(user=user).run("--version")

    assert (ended.returncode, ended.stdout) == (0, f"myapp, version {__version__}\n"), ended.stderr


def test_the_root_is_read_only(container: MakeContainer) -> None:
    """So that the other tests prove something: not even the user's own folder can be written."""
    write = "open('/home/nonroot/file', 'w')"

    ended = container().run("-c", write, entrypoint=["/usr/bin/python3.11"])

    assert ended.returncode == 1
    assert "Read-only file system" in ended.stderr


def test_every_module_can_be_imported(container: MakeContainer) -> None:
    """No library is missing that something needs only later: TLS, compression, name look-up, Redis, the event loop."""
    modules = (
        "ssl, zlib, bz2, lzma, ctypes, uuid, hashlib, zoneinfo, socket, redis.asyncio, uvloop, kopf, myapp.container, "
        "myapp.infrastructure.cel.cel_compiler"
    )
    check = f"import {modules}; zoneinfo.ZoneInfo('Europe/Berlin'); assert ssl.create_default_context().get_ca_certs()"

    ended = container().run("-c", check, entrypoint=["/usr/bin/python3.11"])

    assert ended.returncode == 0, ended.stderr


def test_expressions(container: MakeContainer) -> None:
    """Every library that is offered to expressions is there; those that are not offered were left out."""
    text = "math.greatest(size(base64.decode('YWI=')), x.?a.orValue(1)) == 2 && 'a-b'.split('-')[0] == 'a'"
    check = (
        "from myapp.infrastructure.cel.cel_compiler import CelCompiler; "
        f"print(CelCompiler().compile({text!r}, ['x']).evaluate({{'x': {{}}}}))"
    )

    ended = container().run("-c", check, entrypoint=["/usr/bin/python3.11"])

    assert ended.stdout == "Computed(value=True)\n", ended.stderr


def test_crds(container: MakeContainer) -> None:
    """The image brings the CRDs of its version along: the chart's upgrade hook needs nothing else."""
    ended = container().run("crds")

    assert ended.stdout == "---\n".join(render_crds().values()), ended.stderr


def test_crds_apply(container: MakeContainer, pod: Pod) -> None:
    """The command of the chart's upgrade hook, here with nothing to do."""
    ended = container(environment=pod.environment, files=pod.files).run("crds", "apply")

    assert ended.returncode == 0, ended.stderr
    assert f"{TODO_DEFINITION.name}: revision {TODO_DEFINITION.revision} is there already" in ended.stdout


def test_the_operator(container: MakeContainer, pod: Pod, namespace: str, todos: Todos) -> None:
    """It becomes ready, takes a Todo to its end, and ends on SIGTERM in good order."""
    port = _free_port()
    settings = {"MYAPP_NAMESPACES": namespace, "MYAPP_HTTP_HOST": "127.0.0.1", "MYAPP_HTTP_PORT": str(port)}
    process = container(environment=pod.environment | settings, files=pod.files).start()
    try:
        _wait_until_ready(process, port)
        todos.create("in-a-container", wait={"duration": "0s"})
        todos.wait("in-a-container", "Succeeded")
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=STOP_TIMEOUT)
    finally:
        process.kill()

    assert process.returncode == 0, log
    assert "Traceback" not in log
    assert "Read-only" not in log


def _wait_until_ready(process: "subprocess.Popen[str]", port: int) -> None:
    give_up = time.monotonic() + READY_WITHIN
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if (answer := connection.getresponse()).status == HTTPStatus.OK:
                return
            said = answer.read().decode()
        except OSError as error:
            said = str(error)
        finally:
            connection.close()
        if process.poll() is not None:
            pytest.fail(f"the container ended with {process.returncode}: {process.communicate()[1]}")
        if time.monotonic() > give_up:
            process.kill()
            pytest.fail(f"not ready after {READY_WITHIN:.0f} s: {said}; {process.communicate()[1]}")
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
