"""What was measured, as plain values; units are in the names. None where a scenario was not part of the run."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ControllerFigures:
    """A controller that brings Todos to their end while they are created.

    `todos_per_second` counts from the first create request to the last end seen. `cpu_ms_per_todo` is user and system
    time from idle to idle, echoes of the controller's own writes included. `load_cpu_ms_per_todo` is what the load
    generator took of the same cores. `writes` counts the controller's requests by "verb resource code", `reads` from
    where the operator got Todos, by "level result".
    """

    todos: int
    todos_per_second: float
    creates_per_second: float
    writes_per_todo: float
    cpu_ms_per_todo: float
    peak_rss_mib: float
    load_cpu_ms_per_todo: float
    writes: Mapping[str, int] = field(default_factory=dict)
    reads: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WaitingFigures:
    """Todos that all wait, first with the operator that saw them come, then with one that starts over them.

    `rss_mib` is what the first holds when all is still. `reads` are those of the second, by "level result".
    """

    todos: int
    rss_mib: float
    seconds: float
    ready_seconds: float
    cpu_seconds: float
    peak_rss_mib: float
    reads: Mapping[str, int]
    writes: Mapping[str, int]
    redis_mib: float


@dataclass(frozen=True, slots=True)
class PatchFigures:
    """Status patches sent by a client that does nothing else."""

    todos: int
    patches_per_second: float


@dataclass(frozen=True, slots=True)
class RestartFigures:
    """A restart over Todos that have all ended.

    `seconds` is from the start of the process until it is both ready and idle; `ready_seconds` until /readyz says 200.
    """

    todos: int
    seconds: float
    ready_seconds: float
    cpu_seconds: float
    peak_rss_mib: float
    writes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LatencyFigures:
    """From the end of a dependency to the end of its dependent, both as a client's watch sees them, not saturated."""

    wakes: int
    todos_per_second: float
    p50_ms: float
    p95_ms: float
    max_ms: float
    writes_per_todo: float


@dataclass(frozen=True, slots=True)
class Spread:
    """How single times are spread."""

    p50_ms: float
    p95_ms: float
    max_ms: float


@dataclass(frozen=True, slots=True)
class DecisionFigures:
    """From a decision until the Todo that depends on the decided one is seen Active by a client's watch, not saturated.

    `from_sending` includes `creation`, `from_answer` begins after it. The `bare_` ones are of the same run, without a
    controller: the creation of a decision, and a status patch from sending until its watch event. `writes` counts the
    operator's requests by "verb resource code". `live_todos` all wait for people and are not decided on.
    """

    live_todos: int
    decisions: int
    decisions_per_second: float
    from_sending: Spread
    from_answer: Spread
    creation: Spread
    bare_creation: Spread
    bare_patch: Spread
    cpu_ms_per_decision: float
    writes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActionFigures:
    """Todos that a machine does, all created at once; see ControllerFigures for what the units count.

    `status_writes_per_todo` are writes on the Todo itself; in `writes` are those in the account's name too. `requests`
    and `keys` count what an HTTP server got. `bare_patches_per_second` is what the API server gives a client that only
    patches the same Todos afterwards.
    """

    todos: int
    todos_per_second: float
    creates_per_second: float
    status_writes_per_todo: float
    cpu_ms_per_todo: float
    peak_rss_mib: float
    load_cpu_ms_per_todo: float
    bare_patches_per_second: float
    requests: int
    keys: int
    writes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IdleFigures:
    """Todos that all wait for objects of the cluster while nothing happens for `seconds`.

    `requests` are those of the operator about anything of theirs, but for watches; `own_requests` are the operator's
    about its admission policies. Both by "verb resource".
    """

    todos: int
    seconds: float
    cpu_percent: float
    rss_mib: float
    requests: Mapping[str, int]
    own_requests: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RunFigures:
    """Runs of one shape, all created at once, until the last has ended; see ControllerFigures for what the units count.

    `steps` are those of one run. `seconds` is from the first create request to the last end seen. `writes` are all of
    the operator's, on runs, Todos and Events. `bare_patches_per_second` is what the API server gives right afterwards
    to a client that only patches the statuses of the same Todos.
    """

    runs: int
    steps: int
    seconds: float
    create_seconds: float
    writes_per_step: float
    cpu_ms_per_step: float
    rss_mib: float
    bare_patches_per_second: float
    writes: Mapping[str, int] = field(default_factory=dict)

    @property
    def runs_per_second(self) -> float:
        """From first to last."""
        return self.runs / self.seconds


@dataclass(frozen=True, slots=True)
class WorkflowFigures:
    """Workflows of several shapes: those that were chosen.

    `step_overhead` is from the end of a step to the end of the next one, which waits for nothing, in chains that are
    begun so slowly that nothing queues; None where that was not measured.
    """

    runs: Mapping[str, RunFigures] = field(default_factory=dict)
    """By the names of the plans in scenarios/workflows.py."""
    step_overhead: Spread | None = None


@dataclass(frozen=True, slots=True)
class ContainerFigures:
    """So many plain Jobs, then so many runs of one container step, on one node; from first creation to last end."""

    containers: int
    jobs_per_second: float
    runs_per_second: float


@dataclass(frozen=True, slots=True)
class TakeoverFigures:
    """From the signal to the leader until the other replica has brought a new Todo to its end.

    Killed: SIGKILL; frozen: SIGSTOP; ended: SIGTERM, after which the lease is released.
    """

    killed_seconds: float
    frozen_seconds: float
    ended_seconds: float


@dataclass(frozen=True, slots=True)
class PluginFigures:
    """`kubectl todo` as a person waits for it, beside kubectl alone; each the median of several runs.

    `inbox_seconds` is over `todos` Todos that wait for people, in all namespaces, `raw_seconds` for the same Todos by
    `kubectl get --raw`. `list_seconds` is for a namespace of a few Todos, `get_seconds` for the same by `kubectl get`.
    """

    todos: int
    inbox_seconds: float
    raw_seconds: float
    list_seconds: float
    get_seconds: float


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one run."""

    independent: ControllerFigures | None = None
    restart: RestartFigures | None = None
    yardstick: ControllerFigures | None = None
    status_patch: PatchFigures | None = None
    chains: ControllerFigures | None = None
    latency: LatencyFigures | None = None
    decision: DecisionFigures | None = None
    resource: ActionFigures | None = None
    http: ActionFigures | None = None
    idle: IdleFigures | None = None
    takeover: TakeoverFigures | None = None
    waiting: WaitingFigures | None = None
    plugin: PluginFigures | None = None
    workflows: WorkflowFigures | None = None
    containers: ContainerFigures | None = None
