"""A TCP proxy between the operator and Redis that can hold back what the server says, for as long as a test wants."""

import contextlib
import socket
import threading
import time
from types import TracebackType
from typing import Self

_LOOPBACK = "127.0.0.1"
_BLOCK = 65536


class RedisProxy:
    """Listens on a port of its own and passes everything on to ``port``; runs with the block."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server((_LOOPBACK, 0))
        self._sockets: list[socket.socket] = []
        self.delay = 0.0
        """Seconds that every answer is late, also on connections that are open already."""

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connected in self._sockets:
            with contextlib.suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)
            connected.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                try:
                    server = socket.create_connection((_LOOPBACK, self._target))
                except OSError:
                    client.close()
                    continue
                self._sockets += [client, server]
                threading.Thread(target=self._pass_on, args=(client, server, False), daemon=True).start()
                threading.Thread(target=self._pass_on, args=(server, client, True), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while block := source.recv(_BLOCK):
                if answers:
                    time.sleep(self.delay)
                sink.sendall(block)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
