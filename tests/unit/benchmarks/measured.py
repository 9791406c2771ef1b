"""Figures of a run that keeps all bounds, some of them just so."""

from dataclasses import replace

from benchmarks.figures import (
    ActionFigures,
    ControllerFigures,
    DecisionFigures,
    Figures,
    IdleFigures,
    LatencyFigures,
    PluginFigures,
    RestartFigures,
    Spread,
    TakeoverFigures,
)

YARDSTICK = ControllerFigures(
    todos=1000,
    todos_per_second=600.0,
    creates_per_second=650.0,
    writes_per_todo=1.0,
    cpu_ms_per_todo=0.4,
    peak_rss_mib=250.0,
    load_cpu_ms_per_todo=0.2,
    writes={"patch todos/status 200": 1000},
)
OPERATOR = replace(YARDSTICK, todos_per_second=420.0, cpu_ms_per_todo=1.2, peak_rss_mib=200.0)
RESTART = RestartFigures(todos=1000, seconds=8.0, ready_seconds=7.0, cpu_seconds=6.0, peak_rss_mib=150.0)
LATENCY = LatencyFigures(wakes=90, todos_per_second=40.0, p50_ms=5.0, p95_ms=20.0, max_ms=50.0, writes_per_todo=1.9)
DECISION = DecisionFigures(
    live_todos=1000,
    decisions=300,
    decisions_per_second=5.0,
    from_sending=Spread(40.0, 250.0, 300.0),
    from_answer=Spread(30.0, 240.0, 290.0),
    creation=Spread(5.0, 10.0, 20.0),
    bare_creation=Spread(4.0, 8.0, 15.0),
    bare_patch=Spread(3.0, 7.0, 12.0),
    cpu_ms_per_decision=9.0,
)
TAKEOVER = TakeoverFigures(killed_seconds=16.0, frozen_seconds=17.0, ended_seconds=2.0)
PLUGIN = PluginFigures(todos=1000, inbox_seconds=2.0, raw_seconds=0.5, list_seconds=0.5, get_seconds=0.1)
ACTION = ActionFigures(
    todos=1000,
    todos_per_second=60.0,
    creates_per_second=150.0,
    status_writes_per_todo=2.0,
    cpu_ms_per_todo=7.0,
    peak_rss_mib=150.0,
    load_cpu_ms_per_todo=0.5,
    bare_patches_per_second=230.0,
    requests=1000,
    keys=1000,
)
IDLE = IdleFigures(1000, 60.0, 0.1, 130.0, requests={}, own_requests={"get validatingadmissionpolicies": 8})
ALL = Figures(
    independent=OPERATOR,
    yardstick=YARDSTICK,
    restart=RESTART,
    chains=OPERATOR,
    latency=LATENCY,
    decision=DECISION,
    takeover=TAKEOVER,
    plugin=PLUGIN,
    resource=ACTION,
    http=ACTION,
    idle=IDLE,
)
