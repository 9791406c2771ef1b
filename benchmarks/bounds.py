"""Which figures are bounded, and whether a run kept the bounds. Ratios to the yardstick of the same run come first:

absolute figures depend on the machine and on what else it does, ratios much less.
"""

from collections.abc import Iterator

from benchmarks.figures import ActionFigures, ControllerFigures, DecisionFigures, Figures
from benchmarks.verdict import Bound, Verdict
from benchmarks.workflow_bounds import of_containers, of_workflows

THROUGHPUT_RATIO = Bound(0.7, at_least=True)
CPU_RATIO = Bound(3.5)
RSS_RATIO = Bound(1.2)
RESTART_SECONDS = Bound(12.0)
RESTART_WRITES = Bound(0.0)
WAKE_P95_MS = Bound(100.0)
DECISION_P95_MS = Bound(250.0)
TAKEOVER_SECONDS = Bound(20.0)
HANDOVER_SECONDS = Bound(3.0)
INBOX_SECONDS = Bound(2.0)
LIST_SECONDS = Bound(0.5)
WRITES_PER_INDEPENDENT_TODO = Bound(1.0)
WRITES_PER_CHAINED_TODO = Bound(2.0)
WRITES_PER_MACHINE_TODO = Bound(2.0)
REQUESTS_WHILE_IDLE = Bound(0.0)


def evaluate(figures: Figures) -> list[Verdict]:
    """The verdicts on everything that was measured, ratios first."""
    verdicts: list[Verdict] = []
    if figures.independent is not None and figures.yardstick is not None:
        verdicts += _ratios(figures.independent, figures.yardstick)
    verdicts += _absolutes(figures)
    verdicts += _of_machines(figures)
    if figures.workflows is not None:
        verdicts += of_workflows(figures.workflows)
    if figures.containers is not None:
        verdicts.append(of_containers(figures.containers))
    return verdicts


def _ratios(operator: ControllerFigures, yardstick: ControllerFigures) -> Iterator[Verdict]:
    yield Verdict(
        "Todos/s, operator / yardstick",
        operator.todos_per_second / yardstick.todos_per_second,
        "x",
        THROUGHPUT_RATIO,
        f"{operator.todos_per_second:.0f}/s against {yardstick.todos_per_second:.0f}/s",
    )
    yield Verdict(
        "CPU per Todo, operator / yardstick",
        operator.cpu_ms_per_todo / yardstick.cpu_ms_per_todo,
        "x",
        CPU_RATIO,
        f"{operator.cpu_ms_per_todo:.2f} ms against {yardstick.cpu_ms_per_todo:.2f} ms",
    )
    yield Verdict(
        "peak RSS, operator / yardstick",
        operator.peak_rss_mib / yardstick.peak_rss_mib,
        "x",
        RSS_RATIO,
        f"{operator.peak_rss_mib:.0f} MiB against {yardstick.peak_rss_mib:.0f} MiB",
    )


def _absolutes(figures: Figures) -> Iterator[Verdict]:
    if figures.independent is not None:
        yield _writes("writes per independent Todo", figures.independent, WRITES_PER_INDEPENDENT_TODO)
    if figures.chains is not None:
        yield _writes("writes per Todo in a chain", figures.chains, WRITES_PER_CHAINED_TODO)
    if figures.restart is not None:
        restart = figures.restart
        yield Verdict(
            "restart until ready and idle",
            restart.seconds,
            "s",
            RESTART_SECONDS,
            f"ready after {restart.ready_seconds:.1f} s, {restart.cpu_seconds:.1f} s of CPU, "
            f"peak {restart.peak_rss_mib:.0f} MiB, {restart.todos} Todos",
        )
        writes = sum(restart.writes.values())
        yield Verdict("writes at restart", writes, "", RESTART_WRITES, ", ".join(restart.writes) or "none")
    if figures.latency is not None:
        latency = figures.latency
        yield Verdict(
            "p95 from a dependency's end to its dependent's",
            latency.p95_ms,
            "ms",
            WAKE_P95_MS,
            f"p50 {latency.p50_ms:.0f} ms, max {latency.max_ms:.0f} ms, {latency.wakes} wakes "
            f"at {latency.todos_per_second:.0f} Todos/s",
        )
    if figures.decision is not None:
        yield _decision(figures.decision)
    if figures.takeover is not None:
        told = "until a new Todo was done by the other replica; leases of 15 s"
        yield Verdict("takeover after SIGKILL", figures.takeover.killed_seconds, "s", TAKEOVER_SECONDS, told)
        yield Verdict("takeover after SIGSTOP", figures.takeover.frozen_seconds, "s", TAKEOVER_SECONDS, told)
        yield Verdict("takeover after SIGTERM", figures.takeover.ended_seconds, "s", HANDOVER_SECONDS, told)
    if figures.plugin is not None:
        plugin = figures.plugin
        yield Verdict(
            "kubectl todo inbox",
            plugin.inbox_seconds,
            "s",
            INBOX_SECONDS,
            f"over {plugin.todos} Todos that wait for people; kubectl get --raw of them: {plugin.raw_seconds:.2f} s",
        )
        told = f"start-up counts: the namespace has few Todos; kubectl get todos: {plugin.get_seconds:.2f} s"
        yield Verdict("kubectl todo list", plugin.list_seconds, "s", LIST_SECONDS, told)


def _of_machines(figures: Figures) -> Iterator[Verdict]:
    if figures.resource is not None:
        yield _status_writes("status writes per Todo that applies an object", figures.resource)
    if figures.http is not None:
        yield _status_writes("status writes per Todo that sends a request", figures.http)
    if figures.idle is not None:
        idle = figures.idle
        yield Verdict(
            "requests while all wait",
            sum(idle.requests.values()),
            "",
            REQUESTS_WHILE_IDLE,
            f"but watches, in {idle.seconds:.0f} s with {idle.todos} Todos, {idle.cpu_percent:.1f} % of a core; "
            f"for the policies: {sum(idle.own_requests.values())}",
        )


def _decision(measured: DecisionFigures) -> Verdict:
    return Verdict(
        "p95 from sending a decision to its dependent Active",
        measured.from_sending.p95_ms,
        "ms",
        DECISION_P95_MS,
        f"p50 {measured.from_sending.p50_ms:.0f} ms, max {measured.from_sending.max_ms:.0f} ms; "
        f"{measured.decisions} decisions at {measured.decisions_per_second:.0f}/s, {measured.live_todos} live Todos; "
        f"without a controller p95 {measured.bare_creation.p95_ms:.0f} ms to create one, "
        f"{measured.bare_patch.p95_ms:.0f} ms from a status patch to its event",
    )


def _status_writes(name: str, measured: ActionFigures) -> Verdict:
    return Verdict(
        name,
        measured.status_writes_per_todo,
        "",
        WRITES_PER_MACHINE_TODO,
        f"{measured.todos_per_second:.0f} Todos/s with {measured.cpu_ms_per_todo:.1f} ms of CPU each; "
        f"bare status patches {measured.bare_patches_per_second:.0f}/s",
    )


def _writes(name: str, measured: ControllerFigures, bound: Bound) -> Verdict:
    kinds = ", ".join(f"{count} {kind}" for kind, count in measured.writes.items())
    return Verdict(name, measured.writes_per_todo, "", bound, kinds)
