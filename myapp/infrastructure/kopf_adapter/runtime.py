"""Runs kopf inside our event loop, and takes back what kopf takes over.

Three surprises of embedding (kopf 1.45): it replaces our signal handlers; when it ends it cancels every task that was
created after it started; and without a stop flag it kills the process ten minutes after a signal. So: tasks that must
outlive it are created before, and ``on_ready`` is where signal handlers are installed again.
"""

import asyncio
from collections.abc import Callable, Sequence

import kopf

from myapp.infrastructure.kopf_adapter.operator_settings import operator_settings


class WatchesFailedError(Exception):
    """kopf cannot go on: the process must be started anew, which is cheap."""


async def run_kopf(
    registry: kopf.OperatorRegistry, namespaces: Sequence[str], stop: asyncio.Event, on_ready: Callable[[], None]
) -> None:
    """Watch until ``stop`` is set. Raises WatchesFailedError when kopf gives up (an error other than 410)."""
    ready = asyncio.Event()
    waiter = asyncio.create_task(_call_when(ready, on_ready), name="kopf-ready")
    try:
        await kopf.operator(
            registry=registry,
            settings=operator_settings(),
            standalone=True,
            clusterwide=not namespaces,
            namespaces=namespaces,
            stop_flag=stop,
            ready_flag=ready,
        )
    except Exception as error:
        raise WatchesFailedError(f"the watches failed and the operator stops, to be started anew: {error}") from error
    finally:
        waiter.cancel()


async def _call_when(event: asyncio.Event, callback: Callable[[], None]) -> None:
    await event.wait()
    callback()
