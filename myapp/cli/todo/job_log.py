"""The use case behind `kubectl todo logs`: find the pod of the attempt, let kubectl print its log, say how it ended.

What the pods print goes to stdout, by kubectl itself; what is said about it goes to stderr.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from myapp.cli.todo.cluster import Cluster
from myapp.cli.todo.errors import PluginError
from myapp.cli.todo.pod_view import PodView, pods_of_attempt
from myapp.cli.todo.todo_view import TodoView

PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class LogRequest:
    """Which log: of one attempt, or (None) of the latest; `flags` are for kubectl logs, unread."""

    name: str
    attempt: int | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Teller:
    """How a person is told something on stderr, and how time passes; injected so that tests need neither."""

    say: Callable[[str], None]
    sleep: Callable[[float], None]


def print_log(request: LogRequest, *, cluster: Cluster, teller: Teller) -> None:
    """Prints what there is. Raises PluginError where there is no log, and says why."""
    todo = _with_job(cluster, request.name)
    pods = cluster.pods_of(todo)
    chosen = pods_of_attempt(pods, request.attempt)
    if not chosen or not chosen[-1].begun:
        raise PluginError(_no_log(todo, pods, chosen, request.attempt))
    teller.say(_heading(chosen, pods))
    cluster.print_log(chosen[-1], request.flags, follow=False)
    for line in _ending(todo, chosen[-1], pods):
        teller.say(line)


def follow_log(request: LogRequest, *, cluster: Cluster, teller: Teller) -> None:
    """Prints the log as it grows, waiting for a pod that has not started, and for the attempts that follow.

    Ends with the Todo, or with the one attempt that was asked for; what holds it up meanwhile is told when it changes.
    """
    printed, told = dict[str, PodView](), ""
    while True:
        todo = _with_job(cluster, request.name)
        pods = cluster.pods_of(todo)
        chosen = pods_of_attempt(pods, request.attempt)
        new = [pod for pod in chosen if pod.begun and pod.name not in printed]
        printed |= {pod.name: pod for pod in chosen if pod.begun}
        if new:
            teller.say(_heading(new, pods))
            cluster.print_log(new[-1], request.flags, follow=True)
            continue
        if todo.ended or (request.attempt is not None and chosen and chosen[-1].ended):
            break
        if todo.state != told:
            told = todo.state
            teller.say(f"{todo.name} is {told}")
        teller.sleep(PAUSE)
    if not printed:
        raise PluginError(_no_log(todo, pods, chosen, request.attempt))
    for line in _ending(todo, list(printed.values())[-1], pods):
        teller.say(line)


def _with_job(cluster: Cluster, name: str) -> TodoView:
    todo = cluster.todo(name)
    if todo.action != "job":
        raise PluginError(f'todo "{name}" has no log: its action is {todo.action!r}, only a job has one')
    return todo


def _heading(chosen: Sequence[PodView], pods: Sequence[PodView]) -> str:
    """Which pod it is, and whose logs are not shown."""
    pod, attempts = chosen[-1], sorted({each.attempt for each in pods})
    others = [str(attempt) for attempt in attempts if attempt != pod.attempt]
    return (
        f"Attempt {pod.attempt}, pod/{pod.name}"
        + (f" (of {len(chosen)} pods the newest)" if len(chosen) > 1 else "")
        + (f"; --attempt shows {', '.join(others)}" if others else "")
    )


def _ending(todo: TodoView, pod: PodView, pods: Sequence[PodView]) -> list[str]:
    """How the containers fare, and what became of the Todo where the log is that of its latest attempt."""
    lines = [f"container {name} {fares}" for name, fares in pod.containers.items()]
    latest = all(each.attempt <= pod.attempt for each in pods)
    return [*lines, *([f"{todo.name} is {todo.state}"] if latest else [])]


def _no_log(todo: TodoView, pods: Sequence[PodView], chosen: Sequence[PodView], attempt: int | None) -> str:
    what = f'todo "{todo.name}" has no log' + (f" of attempt {attempt}" if attempt is not None else "")
    if chosen:
        waits = "; ".join(f"container {name} {fares}" for name, fares in chosen[-1].containers.items())
        return f"{what} yet: pod/{chosen[-1].name} has not started{f' ({waits})' if waits else ''}. It is {todo.state}"
    if pods:
        return f"{what}: there are pods of attempt {', '.join(sorted({str(pod.attempt) for pod in pods}))}"
    if todo.ended:
        return f"{what} any more: its pods are gone, or it never had one. It is {todo.state}"
    return f"{what} yet: it has no pod. It is {todo.state}"
