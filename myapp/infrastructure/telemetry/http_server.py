"""``/healthz``, ``/readyz`` and ``/metrics``.

``/healthz`` says that the event loop runs, which it does whenever it answers: never the backlog, the API server's state
or anything else that a restart would not cure. ``/readyz`` says that all todos were seen.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest


class PortTakenError(Exception):
    """The port to listen on cannot be had."""


@asynccontextmanager
async def serve_probes(
    host: str, port: int, registry: CollectorRegistry, unready_because: Callable[[], str]
) -> AsyncIterator[None]:
    """Serve while the context is open. ``unready_because`` gives a sentence, or nothing when all is ready.

    Raises PortTakenError.
    """

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_request: web.Request) -> web.Response:
        cause = unready_because()
        return web.Response(text=f"{cause or 'ok'}\n", status=503 if cause else 200)

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    application = web.Application()
    application.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise PortTakenError(
                f"cannot listen on {host}:{port} ({error.strerror}); set MYAPP_HTTP_PORT to a free port"
            ) from error
        yield
    finally:
        await runner.cleanup()
