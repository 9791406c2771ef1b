"""A port on the loopback interface that stays ours between choosing it and the API server's listening on it.

Asking the system for a free port, closing it and hoping is a race. Instead the supervisor keeps a socket bound to the
port with SO_REUSEPORT, which never listens; the API server (`--permit-port-sharing`) binds beside it. Linux lets only
processes of the same user share a port so.
"""

import errno
import socket
from contextlib import closing

from deploy.local.components import LOOPBACK
from deploy.local.errors import StartError


def reserve_port(port: int = 0) -> socket.socket:
    """Bind `port` (0: any free one) and return the socket; the port is held until it is closed.

    Raises StartError when the port is taken or not allowed.
    """
    if port:
        _check_free(port)
    reservation = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    reservation.bind((LOOPBACK, port))
    return reservation


def _check_free(port: int) -> None:
    # Without SO_REUSEPORT: another cluster's shared port must count as taken.
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                reason = "is taken by another process"
            elif error.errno == errno.EACCES:
                reason = "is reserved for root"
            else:
                reason = f"cannot be used ({error.strerror})"
            raise StartError(
                f"port {port} on {LOOPBACK} {reason}; leave out --port to get a free one, or name another"
            ) from error
