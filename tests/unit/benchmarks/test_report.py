"""What people are shown of a run."""

from dataclasses import replace
from io import StringIO

from rich.console import Console

from benchmarks.figures import Figures, Spread
from benchmarks.machine import Machine
from benchmarks.report import print_report
from tests.unit.benchmarks.measured import ACTION, DECISION, IDLE

MACHINE = Machine("a processor", 2, 8, "Linux", "3.11", "0.1.0", "abc", 0.1)


def test_decisions_stand_beside_the_bare_requests() -> None:
    """Each time with its percentiles, and what the operator wrote for them."""
    decision = replace(
        DECISION,
        from_sending=Spread(41.0, 62.0, 83.0),
        from_answer=Spread(31.0, 52.0, 73.0),
        writes={"patch todos/status 200": 600},
    )
    shown = StringIO()

    print_report(Console(file=shown, width=150), MACHINE, Figures(decision=decision), [])

    lines = [" ".join(line.replace("│", " ").split()) for line in shown.getvalue().splitlines()]
    assert "from sending it to its dependent Active 41.0 ms 62.0 ms 83.0 ms" in lines
    assert "from a status patch to its event without a controller 3.0 ms 7.0 ms 12.0 ms" in lines
    assert any("600 patch todos/status 200" in line for line in lines)


def test_what_machines_do_stands_beside_bare_patches() -> None:
    """A row for each action, and what is asked for while nothing happens."""
    row = replace(ACTION, todos_per_second=61.0, writes={"patch todos/status 200": 2000})
    shown = StringIO()

    print_report(Console(file=shown, width=150), MACHINE, Figures(http=row, idle=IDLE), [])

    lines = [" ".join(line.replace("│", " ").split()) for line in shown.getvalue().splitlines()]
    assert "http 1000 61 2.000 7.00 ms 150 MiB 230/s 1000 (1000) 2000 patch todos/status 200" in lines
    assert "requests but watches: none; for the policies: 8 get validatingadmissionpolicies" in " ".join(lines)
