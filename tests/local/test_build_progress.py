"""What the user sees of a build, on a terminal and without one."""

import io
import re
import time
from collections.abc import Callable

import pytest
from rich.console import Console

from deploy.local.build_progress import BuildProgress

_PATIENCE = 30.0  # seconds: on a loaded machine the printing thread may have to wait for its turn


def _wait_for(shown: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not shown() and time.monotonic() < deadline:
        time.sleep(0.02)


def test_without_a_terminal_lines_keep_coming() -> None:
    """Even when the compiler says nothing, a line with the state appears at every interval."""
    output = io.StringIO()
    with BuildProgress(Console(file=output, width=200), plain_interval=0.05) as progress:
        progress.begin("compiling etcd", total=4)
        progress.advance("example.com/one")
        _wait_for(lambda: output.getvalue().count("1 of 4 packages, 25 %") >= 2)
    lines = output.getvalue().splitlines()
    assert lines[0] == "compiling etcd: 0 of 4 packages, 0 % (0 s)"
    assert re.fullmatch(r"compiling etcd: 1 of 4 packages, 25 % \(\d+ s\)", lines[-1])
    assert len([line for line in lines if "1 of 4 packages" in line]) >= 2


def test_phase_of_unknown_length_names_what_it_does() -> None:
    """Downloads cannot be counted beforehand: the line says which module it is at."""
    output = io.StringIO()
    with BuildProgress(Console(file=output, width=200), plain_interval=0.05) as progress:
        progress.begin("reading Go modules")
        progress.advance("downloading k8s.io/api v0.36.3")
        _wait_for(lambda: "downloading" in output.getvalue())
    assert re.search(
        r"^reading Go modules: downloading k8s\.io/api v0\.36\.3 \(\d+ s\)$", output.getvalue(), re.MULTILINE
    )


@pytest.mark.parametrize("total", [4, None])
def test_terminal_gets_a_bar(total: int | None) -> None:
    """On a terminal the bar names the phase and the package; with a total it shows the share."""
    output = io.StringIO()
    console = Console(file=output, force_terminal=True, width=160)
    with BuildProgress(console) as progress:
        progress.begin("compiling etcd", total=total)
        progress.advance("example.com/one")
        progress.advance("example.com/two")
        _wait_for(lambda: "example.com/two" in output.getvalue())
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", output.getvalue())
    assert "compiling etcd" in shown
    assert "example.com/two" in shown
    assert ("50%" in shown) == (total is not None)
