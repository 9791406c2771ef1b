"""`python -m deploy.demo` as continuous integration would run it: a process of its own, without a terminal."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.local.layout import PROJECT_ROOT
from deploy.local.state import ClusterState

LONGEST = 240.0


def run_demo(*arguments: str, longest: float = LONGEST, **environment: str) -> tuple[int, str]:
    """Exit code and everything that was printed; `longest` is in seconds."""
    with start_demo(*arguments, **environment) as demo:
        printed, _ = demo.communicate(timeout=longest)
        return demo.returncode, printed


@contextmanager
def start_demo(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """The running demo; a test that fails meanwhile does not leave it behind."""
    demo = subprocess.Popen(
        [sys.executable, "-m", "deploy.demo", *arguments],
        cwd=PROJECT_ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield demo
    finally:
        if demo.poll() is None:
            demo.send_signal(signal.SIGTERM)
            demo.communicate(timeout=LONGEST)


def is_up(name: str) -> bool:
    """Whether a cluster of that name lives, or has left anything behind."""
    return ClusterState(name).path.exists()
