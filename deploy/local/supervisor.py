"""The process that owns one cluster: `python -m deploy.local.supervisor NAME`, started by cluster.py, never by hand.

It claims the cluster's folder, brings the control plane up, then watches three things: a signal to end, the process
the cluster belongs to, and the components. However it ends, short of SIGKILL, the components are killed and the folder
is removed. After SIGKILL the kernel kills the components (Linux), and the next command removes the folder.
"""

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from deploy.local.bring_up import BringUp, StartInterruptedError
from deploy.local.components import LOOPBACK, ApiListener
from deploy.local.control_plane import ControlPlane
from deploy.local.errors import ClusterExistsError, LocalClusterError
from deploy.local.node.host import Node
from deploy.local.node.packages import DebianPackages
from deploy.local.ports import reserve_port
from deploy.local.state import ClusterRecord, ClusterState, Status
from deploy.local.supervisor_protocol import (
    KEEP,
    Failed,
    Message,
    Progress,
    Ready,
    StartRequest,
    message_to_line,
)

WATCH_INTERVAL = 0.2
NODE_API_PORT = 6443


class Supervisor:
    """Owns one cluster from its first file to its last."""

    def __init__(self, request: StartRequest) -> None:
        self._request = request
        self._state = ClusterState(request.name, Path(request.folder))
        self._plane = ControlPlane(self._state.path, {name: Path(path) for name, path in request.binaries.items()})
        self._node = self._make_node()
        self._stop = threading.Event()
        self._kept = threading.Event()
        # Looked up now, while the caller is certainly alive: later the id may be somebody else's.
        self._owner = _find_owner(request.owner)

    def run(self) -> int:
        """Start the cluster, live as long as it is wanted, remove it; returns the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stop.set())
        threading.Thread(target=self._listen_to_caller, daemon=True).start()
        try:
            lock = self._state.claim()
        except LocalClusterError as error:
            self._tell(Failed(str(error), exists=isinstance(error, ClusterExistsError)))
            return 1
        try:
            failure = self._start_and_watch()
        finally:
            try:
                self._end_all()
            finally:
                self._state.remove()
                os.close(lock)
        if failure:
            self._tell(failure)
        return 1 if failure else 0

    def _start_and_watch(self) -> Failed | None:
        began = time.monotonic()
        self._record("starting")
        self._redirect_errors()
        try:
            with self._choose_address() as listener:
                ready = BringUp(
                    name=self._request.name,
                    folder=self._state.path,
                    listener=listener,
                    plane=self._plane,
                    node=self._node,
                    stop=self._stop,
                    report=lambda text: self._tell(Progress(text)),
                    log_lines=self._request.log_lines,
                ).run()
                self._record("ready", ready.server, ready.version)
                self._tell(Ready(time.monotonic() - began))
                self._watch(ready.server, ready.version)
        except StartInterruptedError:
            return None
        except (LocalClusterError, OSError) as error:
            return Failed(str(error))
        except Exception:  # noqa: BLE001 - the log that would show the traceback is about to be deleted
            return Failed(traceback.format_exc())
        return None

    def _watch(self, server: str, version: str) -> None:
        while not self._stop.wait(WATCH_INTERVAL):
            if self._kept.is_set() and self._request.owner is not None and not _is_alive(self._owner):
                return
            if ended := self._plane.find_ended():
                # The folder stays for `status` and for whoever reads the logs, until `down` or the owner's end.
                message = f"{ended}; its log: {self._state.path / ended.component.log}"
                self._record("failed", server, version, message)
                self._end_all()

    def _make_node(self) -> Node | None:
        if self._request.packages is None:
            return None
        packages = DebianPackages(Path(self._request.packages))
        return Node(self._state.path, packages, Path(self._request.binaries["pause"]))

    @contextmanager
    def _choose_address(self) -> Iterator[ApiListener]:
        if self._node:
            self._tell(Progress("creating the node's namespaces"))
            # All ports of the node's network are free.
            port = self._request.port or NODE_API_PORT
            yield ApiListener(self._node.open().node, port, for_node=True, emulates=self._request.emulates)
        else:
            with reserve_port(self._request.port) as reservation:
                yield ApiListener(LOOPBACK, reservation.getsockname()[1], emulates=self._request.emulates)

    def _end_all(self) -> None:
        try:
            if self._node:
                self._node.close()
        finally:
            self._plane.kill()

    def _record(self, status: Status, server: str = "", version: str = "", message: str = "") -> None:
        self._state.write_record(ClusterRecord(self._request.name, os.getpid(), status, server, version, message))

    def _listen_to_caller(self) -> None:
        for line in sys.stdin:
            if line.strip() == KEEP:
                self._kept.set()
                return
        self._stop.set()

    def _redirect_errors(self) -> None:
        # The caller's terminal must not hear of a cluster that outlives it.
        path = self._state.path / "logs" / "supervisor.log"
        path.parent.mkdir(exist_ok=True)
        with path.open("ab") as log:
            os.dup2(log.fileno(), sys.stderr.fileno())

    def _tell(self, message: Message) -> None:
        with suppress(BrokenPipeError):
            os.write(sys.stdout.fileno(), message_to_line(message).encode())


def _find_owner(pid: int | None) -> psutil.Process | None:
    with suppress(psutil.NoSuchProcess):
        return None if pid is None else psutil.Process(pid)
    return None


def _is_alive(owner: psutil.Process | None) -> bool:
    with suppress(psutil.NoSuchProcess):
        return owner is not None and owner.is_running() and owner.status() != psutil.STATUS_ZOMBIE
    return False


def main() -> int:
    """Read the request from stdin and serve it."""
    line = sys.stdin.readline()
    if not line:
        return 1
    os.umask(0o077)
    for variable in [name for name in os.environ if name.upper().endswith("_PROXY")]:
        del os.environ[variable]  # a proxy could not find the cluster, which is all that is talked to from here
    return Supervisor(StartRequest.from_line(line)).run()


if __name__ == "__main__":
    sys.exit(main())
