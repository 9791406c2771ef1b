"""What people are shown of a run."""

from io import StringIO

from rich.console import Console

from benchmarks.figures import DecisionFigures, Figures, Spread
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
