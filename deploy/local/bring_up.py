"""Brings one control plane up: keys and kubeconfigs, components, readiness, identities.

Runs inside the supervisor; it never cleans up, its caller does, whatever happens here.
"""

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from deploy.local import components
from deploy.local.api_probe import ApiProbe
from deploy.local.certificates import CertificateAuthority, create_token_signing_key
from deploy.local.components import ApiListener
from deploy.local.control_plane import ON_THE_MACHINE, ControlPlane, Surroundings
from deploy.local.errors import StartError
from deploy.local.identities import ADMIN, CONTROLLER_MANAGER, MACHINES, PEOPLE, PIPELINE, Person
from deploy.local.kubeconfig import (
    Endpoint,
    certificate_credential,
    render_kubeconfig,
    token_credential,
    write_private,
)
from deploy.local.kubectl import run_kubectl
from deploy.local.layout import (
    AUDIT_POLICY_SOURCE,
    admin_credential_path,
    kubeconfig_path,
    kubectl_cache_path,
    startup_manifests,
)
from deploy.local.machine_tokens import request_token
from deploy.local.node.credentials import MANIFEST as NODE_RIGHTS
from deploy.local.node.credentials import write_credentials
from deploy.local.node.host import Node

READY_TIMEOUT = 60.0
POLL_INTERVAL = 0.05
KUBECTL_TIMEOUT = 30.0
DEFAULT_SERVICE_ACCOUNT = "/api/v1/namespaces/default/serviceaccounts/default"


class Answering(Protocol):
    """Something that is asked whether it works, and remembers what was answered."""

    last_answer: str


class StartInterruptedError(Exception):
    """Somebody no longer wants the cluster; not an error of the cluster."""


@dataclass(frozen=True, slots=True)
class ReadyCluster:
    """What is known only when a cluster is up."""

    server: str
    version: str


class BringUp:
    """One start of one cluster, in the folder that the supervisor holds."""

    def __init__(
        self,
        *,
        name: str,
        folder: Path,
        listener: ApiListener,
        plane: ControlPlane,
        node: Node | None,
        stop: threading.Event,
        report: Callable[[str], None],
        log_lines: int,
    ) -> None:
        self._folder = folder
        self._listener = listener
        self._plane = plane
        self._node = node
        self._stop = stop
        self._report = report
        self._log_lines = log_lines
        self._authority = CertificateAuthority()
        self._endpoint = Endpoint(name, listener.url, self._authority.certificate)
        self._timeout = READY_TIMEOUT * (2 if node else 1)
        self._deadline = time.monotonic() + self._timeout

    def run(self) -> ReadyCluster:
        """Start everything and wait until it works.

        Raises StartError with the end of the failing component's log, StartInterruptedError when `stop` is set.
        """
        self._report("making keys and certificates")
        self._write_keys()
        etcd, api_server, controller_manager = components.control_plane(self._listener)
        self._start(etcd)
        self._start(api_server, self._node.network if self._node else ON_THE_MACHINE)
        probe = ApiProbe(self._listener, self._folder / components.AUTHORITY, admin_credential_path(self._folder))
        if self._node:
            self._prepare_node(self._node)
        self._report("waiting for kube-apiserver to be ready")
        self._wait_for(probe.is_ready, "kube-apiserver is not ready", api_server, probe)
        # It gives up after 10 s without its rights, which a busy API server grants later than that: so not before.
        self._start(controller_manager)
        kubelet = self._node.start_programs(self._plane) if self._node else None
        self._report("creating identities")
        self._create_identities()
        self._report("waiting for kube-controller-manager to work")
        self._wait_for(
            lambda: probe.exists(DEFAULT_SERVICE_ACCOUNT),
            "kube-controller-manager created no service account",
            controller_manager,
            probe,
        )
        if self._node and kubelet:
            node = self._node
            self._report("waiting for the node to be ready")
            self._wait_for(lambda: node.is_ready(probe), "the node is not ready", kubelet, node)
        return ReadyCluster(self._endpoint.server, probe.version())

    def _start(self, component: components.Component, surroundings: Surroundings = ON_THE_MACHINE) -> None:
        self._report(f"starting {component.name}")
        self._plane.start(component, surroundings)

    def _prepare_node(self, node: Node) -> None:
        write_credentials(self._folder, self._authority, self._endpoint, self._listener.address)
        self._report("starting containerd")
        containerd = node.start_runtime(self._plane)
        self._wait_for(node.runtime_answers, "containerd does not answer", containerd, node)

    def _write_keys(self) -> None:
        (self._folder / "pki").mkdir(mode=0o700)
        (self._folder / "kubeconfigs").mkdir(mode=0o700)
        serving = self._authority.issue_server((self._listener.address, components.SERVICE_ADDRESS))
        private, public = create_token_signing_key()
        admin = self._authority.issue_client(ADMIN)
        for path, content in (
            (components.AUTHORITY, self._authority.certificate),
            (components.SERVER_CERTIFICATE, serving.certificate),
            (components.SERVER_KEY, serving.key),
            (components.TOKEN_PRIVATE_KEY, private),
            (components.TOKEN_PUBLIC_KEY, public),
            (admin_credential_path(self._folder), admin.certificate + admin.key),
            (components.CONTROLLER_MANAGER_KUBECONFIG, self._render_for(CONTROLLER_MANAGER)),
        ):
            write_private(self._folder / path, content)
        for person in PEOPLE:
            write_private(kubeconfig_path(self._folder, person.name), self._render_for(person))
        shutil.copyfile(AUDIT_POLICY_SOURCE, self._folder / components.AUDIT_POLICY)

    def _render_for(self, person: Person) -> str:
        credential = certificate_credential(self._authority.issue_client(person))
        return render_kubeconfig(self._endpoint, person.name, credential)

    def _create_identities(self) -> None:
        admin = kubeconfig_path(self._folder, ADMIN.name)
        cache = kubectl_cache_path(self._folder)
        files = [argument for manifest in self._manifests() for argument in ("-f", str(manifest))]
        run_kubectl(admin, "apply", *files, cache=cache, timeout=KUBECTL_TIMEOUT)
        for machine in (PIPELINE,) if self._node else MACHINES:
            self._check_stop()
            token = request_token(admin, machine, cache)
            rendered = render_kubeconfig(self._endpoint, machine.name, token_credential(token))
            write_private(kubeconfig_path(self._folder, machine.name), rendered)

    def _manifests(self) -> list[Path]:
        return [*startup_manifests(operator_outside=False), NODE_RIGHTS] if self._node else startup_manifests()

    def _wait_for(
        self, is_done: Callable[[], bool], complaint: str, component: components.Component, probe: Answering
    ) -> None:
        while not is_done():
            self._check_stop()
            if ended := self._plane.find_ended():
                raise StartError(
                    f"{ended}; the end of its log:\n{self._plane.last_log_lines(ended.component, self._log_lines)}"
                )
            if time.monotonic() > self._deadline:
                raise StartError(
                    f"{complaint} after {self._timeout:.0f} s (last: {probe.last_answer}); the end of its log:\n"
                    f"{self._plane.last_log_lines(component, self._log_lines)}"
                )
            self._stop.wait(POLL_INTERVAL)

    def _check_stop(self) -> None:
        if self._stop.is_set():
            raise StartInterruptedError
