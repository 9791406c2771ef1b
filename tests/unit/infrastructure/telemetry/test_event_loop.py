"""A blocked event loop is seen: by a kubelet that gets no answer, in the log while it lasts, in the metrics later."""

import asyncio
import logging
import threading
import time
import urllib.error
import urllib.request

import pytest
from prometheus_client import CollectorRegistry

from myapp.infrastructure.telemetry.event_loop import EventLoopMonitor
from myapp.infrastructure.telemetry.http_server import serve_probes
from tests.running_operator.operator_process import free_port


def _block_the_loop(seconds: float) -> None:
    time.sleep(seconds)


def _answers(port: int, within: float) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=within) as answer:
            return bool(answer.status == 200)
    except (TimeoutError, urllib.error.URLError):
        return False


async def test_a_loop_that_runs_has_next_to_no_lag() -> None:
    """And the log is silent."""
    lags: list[float] = []
    async with EventLoopMonitor(lags.append, tick=0.01):
        while len(lags) < 5:  # noqa: ASYNC110 - a test may poll
            await asyncio.sleep(0.01)
    assert min(lags) < 0.5


async def test_a_blocked_loop_answers_no_probe_and_says_where_it_stands(caplog: pytest.LogCaptureFixture) -> None:
    """The log names the function that blocks while it blocks; the lag is as long as the block was."""
    lags: list[float] = []
    seen: dict[str, bool] = {}
    port, told = free_port(), threading.Event()

    def kubelet() -> None:
        seen["while blocked"] = _answers(port, within=0.5)
        told.set()

    with caplog.at_level(logging.WARNING):
        async with (
            serve_probes("127.0.0.1", port, CollectorRegistry(), lambda: ""),
            EventLoopMonitor(lags.append, tick=0.02, stuck_after=0.5),
        ):
            assert await asyncio.to_thread(_answers, port, 10.0)
            probe = threading.Thread(target=kubelet)
            probe.start()
            _block_the_loop(2.0)
            assert told.wait(10)
            assert await asyncio.to_thread(_answers, port, 10.0), "it recovers by itself"
    assert seen == {"while blocked": False}
    assert max(lags) > 1.5
    stuck = [entry for entry in caplog.records if entry.levelno == logging.ERROR]
    assert len(stuck) == 1, "told once"
    assert "_block_the_loop" in stuck[0].__dict__["stack"]
    assert stuck[0].created < time.time() - 0.1
