"""A proxy between the operator and the API server that can break what passes through it.

The operator speaks plain HTTP to it, on 127.0.0.1; it speaks TLS to the API server, verifies that server's certificate
and passes the operator's own credentials on. It runs in a thread of its own, so that tests stay synchronous; all public
methods may be called from any thread.
"""

import asyncio
import base64
import ssl
import threading
import time
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp
import yaml
from aiohttp import web

from tests.reliability.faults import Answer, Fault, HangUp, Happening, ProxiedRequest

_LOOPBACK = "127.0.0.1"
_CALL_TIMEOUT = 10.0
#: Of one connection only, or written anew by this side.
_HOP_BY_HOP = frozenset({"host", "connection", "keep-alive", "transfer-encoding", "content-length"})
#: How many requests can be held at once.
_HOLDS = 64

#: How many streams an operator keeps open for its own kinds in one namespace.
WATCHES_OF_KINDS = 4

_T = TypeVar("_T")


class FaultProxy:
    """Stands in front of the server that a kubeconfig names, while the context is open."""

    def __init__(self, kubeconfig: Path) -> None:
        self._config = yaml.safe_load(kubeconfig.read_text(encoding="utf-8"))
        cluster = self._config["clusters"][0]["cluster"]
        self._server = str(cluster["server"])
        authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
        self._tls = ssl.create_default_context(cadata=authority)
        self._faults: list[Fault] = []
        self._watches: dict[web.StreamResponse, web.Request] = {}
        self._silent: set[web.StreamResponse] = set()
        self._port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault-proxy", daemon=True)
        self.requests: list[ProxiedRequest] = []
        """Every request that arrived, in order."""

    def write_kubeconfig(self, path: Path) -> Path:
        """The kubeconfig, with the same credentials, that leads through the proxy."""
        cluster = {"name": "proxied", "cluster": {"server": f"http://{_LOOPBACK}:{self._port}"}}
        context = {"cluster": "proxied", "user": self._config["users"][0]["name"]}
        contexts = [{"name": "proxied", "context": context}]
        changed = {"clusters": [cluster], "contexts": contexts, "current-context": "proxied"}
        path.touch(mode=0o600)
        path.write_text(yaml.safe_dump({**self._config, **changed}), encoding="utf-8")
        return path

    @property
    def open_watches(self) -> int:
        """How many streams are being forwarded."""
        return len(self._watches)

    def wait_for_watches(self, count: int, timeout: float = 30.0) -> None:
        """Return when at least so many streams are open; fails after `timeout` seconds."""
        give_up = time.monotonic() + timeout
        while self.open_watches < count:
            assert time.monotonic() < give_up, f"there are {self.open_watches} watches after {timeout:.0f} s"
            time.sleep(0.05)

    @contextmanager
    def fault(self, fault: Fault) -> Iterator[None]:
        """Have it happen while the context is open; of several faults the first that concerns a request acts."""
        self._faults.append(fault)
        try:
            yield
        finally:
            self._faults.remove(fault)

    def cut_watches(self) -> None:
        """Break every stream; the client may connect again."""
        self._call(self._cut())

    def silence_watches(self) -> None:
        """Lose all that the streams which are open now would say, without breaking them: dead on one side only."""
        self._silent.update(self._watches)

    def end_watches_with(self, line: bytes) -> None:
        """Write a line into every stream, and end it in good order."""
        self._call(self._end_with(line))

    def go_down(self) -> None:
        """Refuse connections and break those that are open."""
        self._call(self._close())

    def come_up(self) -> None:
        """Accept connections, at the same address."""
        self._call(self._open())

    def __enter__(self) -> Self:
        self._thread.start()
        self._call(self._connect())
        self.come_up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.go_down()
        self._call(self._session.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_CALL_TIMEOUT)

    def _call(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_CALL_TIMEOUT)

    async def _connect(self) -> None:
        self._loop.set_default_executor(ThreadPoolExecutor(_HOLDS))
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=self._tls, limit=0),
            timeout=aiohttp.ClientTimeout(total=None),  # the client's own limits are what is tested
            auto_decompress=False,
        )

    async def _open(self) -> None:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(application, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, _LOOPBACK, self._port, reuse_address=True).start()
        self._port = self._runner.addresses[0][1]

    async def _close(self) -> None:
        await self._cut()
        await self._runner.cleanup()

    async def _cut(self) -> None:
        for stream, incoming in tuple(self._watches.items()):
            del self._watches[stream]
            _hang_up(incoming)

    async def _end_with(self, line: bytes) -> None:
        for stream in tuple(self._watches):
            del self._watches[stream]
            await stream.write(line)
            await stream.write_eof()

    async def _handle(self, incoming: web.Request) -> web.StreamResponse:
        request = ProxiedRequest(
            incoming.method, incoming.path, dict(incoming.query), incoming.headers.get("User-Agent", "")
        )
        self.requests.append(request)
        fault = next((fault for fault in tuple(self._faults) if fault.concerns(request)), Fault(lambda _: False))
        instead = await _happens(fault.before_send, request)
        if instead is not None:
            return _given(instead, incoming)
        try:
            response = await self._forward(incoming, request, fault)
        except aiohttp.ClientError:
            return _given(HangUp(), incoming)  # as if the API server had hung up itself
        await _happens(fault.after_answer, request)
        return response

    async def _forward(self, incoming: web.Request, request: ProxiedRequest, fault: Fault) -> web.StreamResponse:
        url, body = self._server + incoming.raw_path, await incoming.read()
        headers = _end_to_end(incoming.headers)
        async with self._session.request(incoming.method, url, data=body or None, headers=headers) as answer:
            if request.is_watch and answer.status == web.HTTPOk.status_code:
                return await self._stream(incoming, answer)
            content = await answer.read()
        instead = await _happens(fault.before_answer, request)
        if instead is not None:
            return _given(instead, incoming)
        response = web.Response(status=answer.status, body=content, headers=_end_to_end(answer.headers))
        await response.prepare(incoming)
        await response.write_eof()
        return response

    async def _stream(self, incoming: web.Request, answer: aiohttp.ClientResponse) -> web.StreamResponse:
        stream = web.StreamResponse(headers=_end_to_end(answer.headers))
        stream.force_close()  # a client that used the connection again would wait for the end of the server's stream
        await stream.prepare(incoming)
        self._watches[stream] = incoming
        try:
            async for line in answer.content:
                if stream in self._watches and stream not in self._silent:
                    await stream.write(line)
        finally:
            self._watches.pop(stream, None)
            self._silent.discard(stream)
        with suppress(ConnectionError):
            await stream.write_eof()
        return stream


async def _happens(happening: Happening, request: ProxiedRequest) -> Answer | HangUp | None:
    return await asyncio.to_thread(happening, request)


def _end_to_end(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _HOP_BY_HOP}


def _given(instead: Answer | HangUp, incoming: web.Request) -> web.StreamResponse:
    if isinstance(instead, Answer):
        headers = {"Content-Type": "application/json", **instead.headers}
        return web.Response(status=instead.status, body=instead.body, headers=headers)
    _hang_up(incoming)
    return web.Response()


def _hang_up(incoming: web.Request) -> None:
    if incoming.transport is not None:
        incoming.transport.abort()
