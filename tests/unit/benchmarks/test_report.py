"""What people are shown of a run."""

from io import StringIO

from rich.console import Console

from benchmarks.figures import ActionFigures, DecisionFigures, Figures, IdleFigures, Spread
from benchmarks.machine import Machine
from benchmarks.report import print_report

MACHINE = Machine("a processor", 2, 8, "Linux", "3.11", "0.1.0", "abc", 0.1)


def test_decisions_stand_beside_the_bare_requests() -> None:
    """Each time with its percentiles, and what the operator wrote for them."""
    decision = DecisionFigures(
        live_todos=1000,
        decisions=300,
        decisions_per_second=5.0,
        from_sending=Spread(41.0, 62.0, 83.0),
        from_answer=Spread(31.0, 52.0, 73.0),
        creation=Spread(5.0, 10.0, 20.0),
        bare_creation=Spread(4.0, 8.0, 15.0),
        bare_patch=Spread(3.0, 7.0, 12.0),
        cpu_ms_per_decision=9.0,
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
    row = ActionFigures(
        todos=1000,
        todos_per_second=61.0,
        creates_per_second=150.0,
        status_writes_per_todo=2.0,
        cpu_ms_per_todo=7.0,
        peak_rss_mib=150.0,
        load_cpu_ms_per_todo=0.5,
        bare_patches_per_second=230.0,
        requests=1000,
        keys=1000,
        writes={"patch todos/status 200": 2000},
    )
    idle = IdleFigures(1000, 60.0, 0.1, 130.0, requests={}, own_requests={"get validatingadmissionpolicies": 8})
    shown = StringIO()

    print_report(Console(file=shown, width=150), MACHINE, Figures(http=row, idle=idle), [])

    lines = [" ".join(line.replace("│", " ").split()) for line in shown.getvalue().splitlines()]
    assert "http 1000 61 2.000 7.00 ms 150 MiB 230/s 1000 (1000) 2000 patch todos/status 200" in lines
    assert "requests but watches: none; for the policies: 8 get validatingadmissionpolicies" in " ".join(lines)
