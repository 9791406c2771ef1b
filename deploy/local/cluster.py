"""The local cluster as its users see it: start or find one by name, act in it as any identity, stop it.

The work is done by the supervisor process; this side only asks for it and reads its files.
"""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from deploy.local.components import AUDIT_LOG
from deploy.local.control_plane_binaries import provide_binaries
from deploy.local.errors import LocalClusterError, NoSuchClusterError, StartError
from deploy.local.identities import ADMIN, OPERATOR, require_user
from deploy.local.kubectl import DEFAULT_TIMEOUT, CompletedKubectl, run_kubectl
from deploy.local.layout import kubeconfig_path, kubectl_cache_path
from deploy.local.node.local_node import LocalNode
from deploy.local.node.programs import provide_node
from deploy.local.state import ClusterRecord, ClusterState
from deploy.local.supervisor_client import SupervisorClient
from deploy.local.supervisor_protocol import StartRequest

DEFAULT_NAME = "myapp"
STOP_TIMEOUT = 30.0
POLL_INTERVAL = 0.05


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    """How to start a cluster.

    `owner` is the process with which the cluster ends, however that process ends; None stands for the calling one.
    `detached` gives it no owner: it lives until `stop`. `port` 0 takes a free one. `log_lines` is how much of a failing
    component's log an error shows. `node` gives it a node, on which pods run. `emulates` has it serve what an older
    Kubernetes serves, such as 1.35.
    """

    name: str = DEFAULT_NAME
    port: int = 0
    owner: int | None = None
    detached: bool = False
    log_lines: int = 20
    node: bool = False
    emulates: str = ""


class LocalCluster:
    """A control plane on this machine that is up."""

    def __init__(self, state: ClusterState, record: ClusterRecord, supervisor: SupervisorClient | None) -> None:
        self._state = state
        self._supervisor = supervisor
        self.name = record.name
        self.server = record.server
        self.version = record.version
        self.state_dir = state.path
        self.audit_log = state.path / AUDIT_LOG

    @classmethod
    def start(cls, options: ClusterOptions | None = None, report: Callable[[str], None] | None = None) -> Self:
        """Start a cluster and wait until it works, seconds once the binaries are built.

        `report` hears of each step. Raises ClusterExistsError, BinariesError when there are no binaries and none can
        be built, NodeError when a node is wanted and cannot run here, StartError when a component fails.
        Whatever is raised, KeyboardInterrupt included, nothing is left.
        """
        options = options or ClusterOptions()
        state = ClusterState(options.name)
        # First, because it tells at once where no node can run; what is to be built takes minutes.
        packages, programs = provide_node() if options.node else (None, {})
        binaries = provide_binaries(with_node=options.node) | programs
        request = StartRequest(
            name=options.name,
            folder=str(state.path.parent),
            binaries={name: str(path) for name, path in binaries.items()},
            port=options.port,
            owner=None if options.detached else (options.owner or os.getpid()),
            log_lines=options.log_lines,
            packages=str(packages.root) if packages else None,
            emulates=options.emulates,
        )
        supervisor = SupervisorClient.start(request)
        try:
            supervisor.await_ready(report)
            record = _read_ready_record(state)
            supervisor.keep()
        except BaseException:
            supervisor.abandon()
            raise
        return cls(state, record, supervisor)

    @classmethod
    def attach(cls, name: str = DEFAULT_NAME) -> Self:
        """The cluster of that name, started by whomever. Raises NoSuchClusterError unless it is up and ready."""
        state = ClusterState(name)
        record = state.read_record() if state.is_held() else None
        if record is None:
            raise NoSuchClusterError(
                f"no cluster named {name!r} is up; start it with `python -m deploy.local up --name {name}`"
            )
        if record.status != "ready":
            raise NoSuchClusterError(f"cluster {name!r} is {record.status}: {record.message or 'try again shortly'}")
        return cls(state, record, None)

    @property
    def node(self) -> LocalNode:
        """The node on which pods run. Raises NodeError when the cluster was started without one."""
        return LocalNode(self.state_dir)

    def kubeconfig(self, user: str = ADMIN.name) -> Path:
        """The kubeconfig file of one identity. Raises LocalClusterError for a name that is none."""
        path = kubeconfig_path(self.state_dir, require_user(user))
        if user == OPERATOR.name and not path.exists():
            raise LocalClusterError(
                f"cluster {self.name!r} has a node: there the operator runs in a pod, with the account that its "
                "installation creates"
            )
        return path

    def kubectl(
        self,
        *arguments: str,
        user: str = ADMIN.name,
        stdin: str | None = None,
        check: bool = True,
        timeout: float = DEFAULT_TIMEOUT,
    ) -> CompletedKubectl:
        """Run the real kubectl as one identity; `timeout` in seconds. Raises KubectlError."""
        return run_kubectl(
            self.kubeconfig(user),
            *arguments,
            cache=kubectl_cache_path(self.state_dir),
            stdin=stdin,
            check=check,
            timeout=timeout,
            direct=urlsplit(self.server).hostname,
        )

    def stop(self) -> None:
        """End the cluster and remove its folder; a cluster that is gone already is no error."""
        stop_cluster(self._state)
        if self._supervisor is not None:
            self._supervisor.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def stop_cluster(state: ClusterState) -> bool:
    """End the cluster that lives in `state` and wait until nothing of it is left; False when there was none.

    Raises StartError when it cannot be ended.
    """
    deadline = time.monotonic() + STOP_TIMEOUT
    asked = False
    while state.is_held():
        record = state.read_record()
        # No record yet: its supervisor took the folder a moment ago.
        if record is not None and (not asked or time.monotonic() > deadline):
            _signal(record.supervisor, signal.SIGKILL if asked else signal.SIGTERM)
            asked = True
        if time.monotonic() > deadline + STOP_TIMEOUT:
            raise StartError(f"cluster {state.name!r} does not end; its supervisor is {record}")
        time.sleep(POLL_INTERVAL)
    return state.reap_if_dead() or asked


def _read_ready_record(state: ClusterState) -> ClusterRecord:
    record = state.read_record()
    if record is None:
        raise StartError(f"cluster {state.name!r} was stopped while it started")
    return record


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
