"""The node of one cluster, as its supervisor sees it: prepares the namespaces, starts the programs, removes all."""

import http.client
from dataclasses import dataclass
from pathlib import Path

from deploy.local.api_probe import ApiProbe
from deploy.local.components import AUTHORITY, Component
from deploy.local.control_plane import ControlPlane, Surroundings
from deploy.local.errors import ImageError, StartError
from deploy.local.node import components
from deploy.local.node.cgroups import create_group, group_name, remove_group
from deploy.local.node.components import NodeFiles
from deploy.local.node.configuration import (
    COREDNS_READY_PORT,
    KUBE_PROXY_HEALTH_PORT,
    NODE_NAME,
    PAUSE_IMAGE,
    render_containerd,
    render_corefile,
    render_kube_proxy,
    render_kubelet,
    render_network,
)
from deploy.local.node.image_archive import write_program_image
from deploy.local.node.images import ImageStore
from deploy.local.node.mounts import prepare_mounts
from deploy.local.node.namespaces import NamespaceHolder, Namespaces
from deploy.local.node.network import NodeAddresses, connect, disconnect
from deploy.local.node.packages import DebianPackages
from deploy.local.node.record import NodeRecord, find_start
from deploy.local.node.snapshots import choose_snapshotter

PROBE_TIMEOUT = 2.0
UMASK = 0o022
"""Containers of other users read what the kubelet and containerd write."""


@dataclass(frozen=True, slots=True)
class _Opened:
    namespaces: Namespaces
    addresses: NodeAddresses


class Node:
    """One node; every method is for the supervisor's main thread."""

    def __init__(self, folder: Path, packages: DebianPackages, pause: Path) -> None:
        """`folder` is the cluster's, `pause` the program that holds namespaces open."""
        self._folder = folder
        self._files = NodeFiles.of(folder)
        self._packages = packages
        self._pause = pause
        # Looked up now: at the end the packages may have been deleted from the cache.
        self._ip = packages.program("ip")
        self._group = group_name(folder)
        self._holder = NamespaceHolder(pause, folder / "logs" / "namespaces.log")
        self._opened: _Opened | None = None
        self.last_answer = "no answer yet"

    def open(self) -> NodeAddresses:
        """Create the node's namespaces, network and places for files. Raises StartError."""
        self._files.create()
        namespaces = self._holder.create()
        NodeRecord(namespaces.init, find_start(namespaces.init) or 0, str(self._packages.root)).write(self._folder)
        create_group(self._group)
        prepare_mounts(namespaces, self._files.folder)
        addresses = connect(namespaces, self._ip)
        self._opened = _Opened(namespaces, addresses)
        return addresses

    @property
    def network(self) -> Surroundings:
        """Where the API server runs: with the machine's files, in the node's network."""
        return Surroundings(self._require_opened().namespaces.network_launcher)

    def start_runtime(self, plane: ControlPlane) -> Component:
        """Start containerd, which needs no API server; returns it."""
        self._write_configuration()
        component = components.containerd(self._files)
        plane.start(component, self._inside())
        return component

    def runtime_answers(self) -> bool:
        """Whether containerd is up; then it is given the image that every pod needs."""
        try:
            self._images().names()
        except ImageError as error:
            self.last_answer = str(error)
            return False
        archive = self._files.folder / "pause.tar"
        write_program_image(archive, self._pause, PAUSE_IMAGE)
        self._images().load(archive)
        return True

    def start_programs(self, plane: ControlPlane) -> Component:
        """Start what talks to the API server; returns the kubelet."""
        kubelet = components.kubelet(self._files, self._require_opened().addresses.node)
        plane.start(components.kube_scheduler(self._files))
        for component in (kubelet, components.kube_proxy(self._files), components.coredns(self._files)):
            plane.start(component, self._inside())
        return kubelet

    def is_ready(self, probe: ApiProbe) -> bool:
        """Whether pods can be run, Services reached and names looked up."""
        address = self._require_opened().addresses.node
        node = probe.read(f"/api/v1/nodes/{NODE_NAME}")
        conditions = node["status"].get("conditions", ()) if node else ()
        ready = next((condition for condition in conditions if condition["type"] == "Ready"), None)
        if ready is None or ready["status"] != "True":
            self.last_answer = f"kubelet: {ready['message']}" if ready else probe.last_answer
            return False
        return self._is_well("kube-proxy", address, KUBE_PROXY_HEALTH_PORT, "/healthz") and self._is_well(
            "coredns", address, COREDNS_READY_PORT, "/ready"
        )

    def close(self) -> None:
        """Kill everything on the node and remove what is not a file; a node that is closed already is no error."""
        if self._opened:
            disconnect(self._opened.addresses, self._ip)
            self._opened = None
        self._holder.end()
        remove_group(self._group)

    def _write_configuration(self) -> None:
        files, address = self._files, self._require_opened().addresses.node
        networks = files.configuration("networks")
        networks.mkdir()
        containerd = render_containerd(
            snapshotter=choose_snapshotter(self._folder),
            runc=self._packages.program("runc"),
            plugins=self._packages.cni_plugins(),
            networks=networks,
        )
        for path, content in (
            (files.configuration("containerd.toml"), containerd),
            (networks / "10-pods.conflist", render_network()),
            (files.configuration("kubelet.yaml"), self._render_kubelet(address)),
            (files.configuration("kube-proxy.yaml"), render_kube_proxy(address, files.kubeconfig("kube-proxy"))),
            (files.configuration("Corefile"), render_corefile(address, files.kubeconfig("coredns"))),
            # Pods that ask for the node's own name service get the cluster's: there is no other.
            (files.configuration("resolv.conf"), f"nameserver {address}\n"),
        ):
            path.write_text(content)

    def _render_kubelet(self, address: str) -> str:
        return render_kubelet(
            address=address,
            authority=self._folder / AUTHORITY,
            certificate=self._files.serving_certificate,
            key=self._files.serving_key,
            resolver=self._files.configuration("resolv.conf"),
            group=self._group,
        )

    def _is_well(self, name: str, address: str, port: int, path: str) -> bool:
        connection = http.client.HTTPConnection(address, port, timeout=PROBE_TIMEOUT)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException) as error:
            self.last_answer = f"{name}: GET {path}: {error}"
            return False
        finally:
            connection.close()
        self.last_answer = f"{name}: GET {path}: {response.status} {response.reason}"
        return response.status == http.HTTPStatus.OK

    def _images(self) -> ImageStore:
        launcher = self._require_opened().namespaces.launcher
        environment, snapshotter = self._packages.environment(), choose_snapshotter(self._folder)
        return ImageStore(launcher, self._packages.program("ctr"), environment, snapshotter)

    def _inside(self) -> Surroundings:
        environment = self._packages.environment()
        return Surroundings(self._require_opened().namespaces.launcher, environment, UMASK)

    def _require_opened(self) -> _Opened:
        if self._opened is None:
            raise StartError("the node is not open")
        return self._opened
