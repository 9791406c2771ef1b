"""`kubectl todo logs`: which pod's log, what is said about it, and why there is none."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from myapp.cli.todo.complete import main as complete
from myapp.cli.todo.job_log import LogRequest, Teller, follow_log
from myapp.cli.todo.main import main
from myapp.cli.todo.pod_view import PodView, pod_view
from myapp.cli.todo.todo_view import TodoView
from tests.unit.cli.todo.fake_cluster import FakeCluster, todo

Captured = pytest.CaptureFixture[str]
TEMPLATE = {"spec": {"template": {"spec": {"initContainers": [{"name": "fetch"}], "containers": [{"name": "main"}]}}}}
ENDED = {"terminated": {"exitCode": 3, "reason": "Error"}}
RUNNING: dict[str, Any] = {"running": {}}
PULLING = {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}


def build(phase: str = "Failed", reason: str = "JobFailed", message: str = "exit code 3") -> TodoView:
    """A Todo with a Job."""
    return todo("build", spec={"job": {"template": TEMPLATE}}, phase=phase, reason=reason, message=message)


def pod(name: str, attempt: int, state: dict[str, Any] = ENDED, last: dict[str, Any] | None = None) -> PodView:
    """A pod of the Job of an attempt, with one container."""
    phase = "Failed" if state is ENDED else "Running" if state is RUNNING else "Pending"
    metadata = {
        "name": name,
        "namespace": "shop",
        "creationTimestamp": f"2026-12-01T08:00:0{attempt}Z",
        "labels": {"todo.myapp.dev/attempt": str(attempt)},
    }
    containers = [{"name": "main", "state": state, "lastState": last or {}}]
    return pod_view({"metadata": metadata, "status": {"phase": phase, "containerStatuses": containers}})


def test_log_of_the_latest_attempt_with_its_exit_code(capsys: Captured) -> None:
    """The log is kubectl's, with the flags that were given; all else goes to stderr."""
    cluster = FakeCluster([build()], pods=[[pod("b", 2), pod("a", 1)]])

    code = main(["logs", "todo/build", "-c", "main", "--tail", "5", "--since", "1h", "--timestamps"], cluster)

    out, err = capsys.readouterr()
    assert (code, out) == (0, "")
    assert cluster.printed == ["log of b ['--container=main', '--tail=5', '--since=1h', '--timestamps'] False"]
    assert err.splitlines() == [
        "Attempt 2, pod/b; --attempt shows 1",
        "container main ended with exit code 3 (Error)",
        "build is Failed (JobFailed): exit code 3",
    ]


def test_log_of_an_earlier_attempt_says_nothing_of_what_came_later(capsys: Captured) -> None:
    """Its own exit code alone."""
    cluster = FakeCluster([build()], pods=[[pod("b", 2), pod("a", 1)]])

    assert main(["logs", "build", "--attempt=1"], cluster) == 0

    assert cluster.printed == ["log of a [] False"]
    assert "build is" not in capsys.readouterr().err


def test_newest_of_several_pods_is_taken_and_said(capsys: Captured) -> None:
    """As kubectl does for a Job with more pods than one."""
    older, newer = pod("older", 1), replace(pod("newer", 1), created="2026-12-01T09:00:00Z")
    cluster = FakeCluster([build()], pods=[[newer, older]])

    assert main(["logs", "build"], cluster) == 0

    assert cluster.printed == ["log of newer [] False"]
    assert "pod/newer (of 2 pods the newest)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("stored", "pods", "arguments", "expected"),
    [
        (todo("build", spec={"wait": {}}), [], [], "has no log: its action is 'wait', only a job has one"),
        (build("Active", "QuotaExceeded", "no cpu"), [], [], "has no log yet: it has no pod. It is Active (QuotaExc"),
        (build(), [], [], "has no log any more: its pods are gone, or it never had one. It is Failed (JobFailed)"),
        (build(), [pod("a", 1)], ["--attempt", "7"], "has no log of attempt 7: there are pods of attempt 1"),
        (
            build("Active", "ImagePullFailed", "cannot be pulled"),
            [pod("a", 1, PULLING)],
            [],
            "has no log yet: pod/a has not started (container main has not started: ImagePullBackOff: no such image)",
        ),
        (build(), [pod("a", 1)], ["-c", "x", "--all-containers"], "--container and --all-containers exclude each"),
    ],
)
def test_why_there_is_no_log(
    stored: TodoView, pods: list[PodView], arguments: list[str], expected: str, capsys: Captured
) -> None:
    """One sentence with the cause; nothing is asked of kubectl."""
    cluster = FakeCluster([stored], pods=[pods])

    assert main(["logs", "build", *arguments], cluster) == 1

    out, err = capsys.readouterr()
    assert (out, cluster.printed) == ("", [])
    assert expected in err


def test_container_that_is_started_again_is_told_by_its_end() -> None:
    """Its log is that of the try before."""
    again = pod("a", 1, {"waiting": {"reason": "CrashLoopBackOff"}}, last=ENDED)

    assert again.begun
    assert again.containers == {"main": "ended with exit code 3 (Error)"}


class LiveCluster(FakeCluster):
    """A cluster in which the Todo, too, is another each time that it is read."""

    def __init__(self, todos: Iterator[TodoView], **rest: Any) -> None:  # noqa: ANN401 - the fake's own fields
        super().__init__(**rest)
        self._todos = todos

    def todo(self, name: str) -> TodoView:
        del name
        return next(self._todos)


def test_following_goes_through_all_attempts() -> None:
    """It waits for a pod to start, says what holds it up, once, and ends with the Todo."""
    pulling, running = build("Active", "ImagePullFailed", "bad image"), build("Active", "Running", "runs")
    backing_off = build("Active", "BackingOff", "attempt 2 in 10s")
    pods = [
        [pod("a", 1, PULLING)],
        [pod("a", 1, PULLING)],
        [pod("a", 1, RUNNING)],
        [pod("a", 1)],
        [pod("b", 2, RUNNING), pod("a", 1)],
        [pod("b", 2), pod("a", 1)],
    ]
    cluster = LiveCluster(iter([pulling, pulling, running, backing_off, running, build()]), pods=pods)
    told: list[str] = []
    pauses: list[float] = []

    follow_log(LogRequest("build", None, ()), cluster=cluster, teller=Teller(told.append, pauses.append))

    assert cluster.printed == ["log of a [] True", "log of b [] True"]
    assert len(pauses) == 3
    assert told == [
        "build is Active (ImagePullFailed): bad image",
        "Attempt 1, pod/a",
        "build is Active (BackingOff): attempt 2 in 10s",
        "Attempt 2, pod/b; --attempt shows 1",
        "container main ended with exit code 3 (Error)",
        "build is Failed (JobFailed): exit code 3",
    ]


def test_following_one_attempt_ends_with_it() -> None:
    """Whatever comes after it."""
    active = build("Active", "BackingOff", "attempt 2 in 10s")
    cluster = FakeCluster([active], pods=[[pod("a", 1, RUNNING)], [pod("a", 1)]])
    told: list[str] = []

    follow_log(LogRequest("build", 1, ()), cluster=cluster, teller=Teller(told.append, lambda _: None))

    assert cluster.printed == ["log of a [] True"]
    assert "container main ended with exit code 3 (Error)" in told


def test_following_what_never_had_a_pod_says_so(capsys: Captured) -> None:
    """It has ended, so nothing will come."""
    assert main(["logs", "build", "--follow=true"], FakeCluster([build()])) == 1
    assert "has no log any more" in capsys.readouterr().err


def test_completion_offers_todos_with_a_job_and_their_containers(capsys: Captured) -> None:
    """Those that initialise first."""
    cluster = FakeCluster([build(), todo("other")])

    complete(["logs", ""], cluster)
    assert capsys.readouterr().out == "build\tFailed (JobFailed)\n:4\n"
    complete(["logs", "build", "-c", ""], cluster)
    assert capsys.readouterr().out == "fetch\nmain\n:4\n"
