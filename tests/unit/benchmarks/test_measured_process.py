"""When a process counts as idle, and what is said when it dies."""

import sys
from pathlib import Path

import pytest

from benchmarks.measured_process import IDLE_SHARE, IDLE_WINDOW, MeasuredProcess, MeasuredProcessError, idle_since

STEP = 0.1


def timeline(*stretches: tuple[float, float]) -> list[tuple[float, float]]:
    """Samples every `STEP` seconds from stretches of (seconds, share of a core used)."""
    samples = [(0.0, 0.0)]
    for seconds, share in stretches:
        for _ in range(round(seconds / STEP)):
            moment, used = samples[-1]
            samples.append((moment + STEP, used + share * STEP))
    return samples


def test_idle_begins_where_the_work_ends() -> None:
    """The moment is the end of the work, not the end of the window that proved it."""
    assert idle_since(timeline((3.0, 1.0), (2.0, 0.0))) == pytest.approx(3.0, abs=STEP)


def test_a_short_pause_is_not_idle() -> None:
    """Work that goes on within the window moves the beginning behind it."""
    pause = IDLE_WINDOW - 0.3

    assert idle_since(timeline((1.0, 1.0), (pause, 0.0), (1.0, 1.0))) is None
    assert idle_since(timeline((1.0, 1.0), (pause, 0.0), (1.0, 1.0), (2.0, 0.0))) == pytest.approx(
        2.0 + pause, abs=STEP
    )


def test_a_little_work_is_still_idle() -> None:
    """Timers and probes tick in every idle process."""
    assert idle_since(timeline((2.0, IDLE_SHARE / 2))) == 0.0


def test_nothing_is_known_before_the_window_is_over() -> None:
    """One sample, or few, prove nothing."""
    assert idle_since([]) is None
    assert idle_since(timeline((IDLE_WINDOW / 2, 0.0))) is None


def test_a_process_that_dies_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    """Nobody waits two minutes for a process that is gone."""
    command = [sys.executable, "-c", "print('no such cluster'); raise SystemExit(3)"]

    with (
        MeasuredProcess("the thing", command, log=tmp_path / "log", environment={}) as process,
        pytest.raises(MeasuredProcessError, match=r"(?s)the thing ended with 3.*no such cluster"),
    ):
        process.wait_until(lambda: False)


def test_cpu_and_memory_of_a_living_process_are_read(tmp_path: Path) -> None:
    """A process that allocated 64 MiB and computed has used both, and comes to rest."""
    code = "import time; block = bytearray(64 << 20); sum(range(3_000_000)); print('done', flush=True); time.sleep(60)"

    with MeasuredProcess("the thing", [sys.executable, "-c", code], log=tmp_path / "log", environment={}) as process:
        process.wait_until(lambda: process.log_contains("done"))
        process.wait_until_idle(timeout=30)

        assert process.cpu_seconds() > 0.02
        assert process.peak_rss_mib() > 64
