"""A person completes a Todo: how long until the one that depends on it is Active, while 1,000 others wait for people?

Decisions are made one after another, so slowly that nothing queues, by a user with credentials of their own: admission
looks at each as it does in any cluster. What the API server itself needs is measured in the same run.
"""

import time
from contextlib import ExitStack

from benchmarks.active_watch import watch_active
from benchmarks.bench_cluster import BenchCluster
from benchmarks.decision_objects import todos_path
from benchmarks.decision_times import Clients, DecisionCourse
from benchmarks.figures import DecisionFigures, Spread
from benchmarks.load import Progress
from benchmarks.wake_latency import percentile
from deploy.local.identities import ADMIN, OPERATOR

NAMESPACE = "bench-0"
PERSON = "oncall"
STANDING = 1000
DECISIONS = 300
DECISIONS_PER_SECOND = 5.0


def measure_decisions(bench: BenchCluster, progress: Progress) -> DecisionFigures:
    """The operator under `DECISIONS` decisions; then as many bare requests, when it has ended."""
    kubeconfig = bench.cluster.kubeconfig
    with ExitStack() as stack:
        active = stack.enter_context(watch_active(kubeconfig(ADMIN.name), todos_path(NAMESPACE)))
        clients = Clients(*(stack.enter_context(bench.client(user)) for user in (ADMIN.name, PERSON, OPERATOR.name)))
        course = DecisionCourse(clients, NAMESPACE, PERSON, active)
        with bench.operator() as operator:
            operator.wait_until_ready()
            operator.wait_until(operator.guard_is_good)
            course.prepare(standing=STANDING, pairs=DECISIONS)
            operator.wait_until_idle()
            writes = bench.bookmark_writes()
            begin, cpu = time.monotonic(), operator.cpu_seconds()
            decided = course.decide(per_second=DECISIONS_PER_SECOND, progress=progress)
            seconds = time.monotonic() - begin
            operator.wait_until_idle()
            cpu = operator.cpu_seconds() - cpu
            written = writes.writes_since()
        bare = course.bare(DECISIONS)
    return DecisionFigures(
        live_todos=STANDING,
        decisions=len(decided),
        decisions_per_second=len(decided) / seconds,
        from_sending=_spread([times.from_sending for times in decided]),
        from_answer=_spread([times.from_answer for times in decided]),
        creation=_spread([times.creation for times in decided]),
        bare_creation=_spread([times.creation for times in bare]),
        bare_patch=_spread([times.patch for times in bare]),
        cpu_ms_per_decision=cpu / len(decided) * 1000,
        writes=dict(written),
    )


def _spread(seconds: list[float]) -> Spread:
    milliseconds = [each * 1000 for each in seconds]
    return Spread(percentile(milliseconds, 50), percentile(milliseconds, 95), max(milliseconds))
