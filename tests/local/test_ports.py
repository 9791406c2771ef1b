"""The port of the API server is ours from the moment it is chosen."""

import errno
import socket

import pytest

from deploy.local.ports import reserve_port


def test_reserved_port_is_given_to_nobody_else() -> None:
    """An ordinary server cannot take the port, and asking for any free port never yields it."""
    with reserve_port() as reservation:
        port = reservation.getsockname()[1]
        with socket.socket() as other, pytest.raises(OSError, match="in use") as raised:
            other.bind(("127.0.0.1", port))
        assert raised.value.errno == errno.EADDRINUSE
        others = [reserve_port() for _ in range(50)]
        assert port not in [other.getsockname()[1] for other in others]
        for other in others:
            other.close()


def test_server_that_shares_ports_gets_every_connection() -> None:
    """The reservation does not listen: all connections reach the server that binds beside it."""
    with reserve_port() as reservation, socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind(reservation.getsockname())
        server.listen(20)
        server.settimeout(2)
        for _ in range(20):
            with socket.create_connection(reservation.getsockname(), timeout=2):
                server.accept()[0].close()
