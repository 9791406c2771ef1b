"""What Jobs of a real cluster mean for the attempt that they were made for."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from myapp.domain.effect import Accomplished, FailureKind, Unsuccessful
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.kube.job_facts import ContainerFacts, PodFacts
from myapp.infrastructure.kube.job_report import ended, failed_container, references, underway
from tests.unit.infrastructure.jobs.recorded import facts

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)

UNDERWAY = {
    "runs": (Reason.RUNNING, "Job runs runs"),
    "suspended": (Reason.JOB_SUSPENDED, "is suspended by its own spec"),
    "no-image": (
        Reason.IMAGE_PULL_FAILED,
        "Job no-image: image localhost/absent:1 of container main cannot be pulled: failed to pull and unpack image",
    ),
    "unschedulable": (Reason.UNSCHEDULABLE, "no node takes its pod: 0/1 nodes are available"),
    "no-configmap": (Reason.POD_NOT_STARTED, 'CreateContainerConfigError: configmap "absent" not found'),
    "as-root": (Reason.POD_NOT_STARTED, "container has runAsNonRoot and image will run as root"),
    "no-volume": (Reason.RUNNING, "runs"),
    "no-account": (Reason.RUNNING, "runs"),
    "quota": (Reason.RUNNING, "runs"),
}

BADLY = {
    "exits": (FailureKind.FAILURE, Reason.JOB_FAILED, "Job exits: container main ended with exit code 3"),
    "log-fallback": (FailureKind.FAILURE, Reason.JOB_FAILED, "container main ended with exit code 4"),
    "retries": (FailureKind.FAILURE, Reason.JOB_FAILED, "container main ended with exit code 1"),
    "policy": (FailureKind.FAILURE, Reason.JOB_FAILED, "container main ended with exit code 42"),
    "indexed": (FailureKind.FAILURE, Reason.JOB_FAILED, "container main ended with exit code 1, FailedIndexes"),
    "deadline": (FailureKind.ERROR, Reason.DEADLINE_EXCEEDED, "took longer than its activeDeadlineSeconds"),
    "deleted-pod": (FailureKind.ERROR, Reason.POD_LOST, "has failed (BackoffLimitExceeded): its pod is gone"),
    "evicted": (FailureKind.ERROR, Reason.POD_LOST, "was ended, EvictionByEvictionAPI: Eviction API: evicting"),
    "no-such-command": (FailureKind.ERROR, Reason.POD_NOT_STARTED, 'container main could not be started: .*"/absent"'),
}


@pytest.mark.parametrize("name", UNDERWAY)
def test_underway(name: str) -> None:
    """Trouble is told by its own reason, with the cluster's words; the references name the very Job."""
    job, pods = facts(name)
    assert not job.end
    report = underway(job, pods)
    reason, words = UNDERWAY[name]
    assert report.reason is reason
    assert words in report.message
    assert "\n" not in report.message
    assert report.references == references(job) == {"kind": "Job", "name": name, "uid": job.uid}


@pytest.mark.parametrize(("name", "reason"), [("quota", Reason.POD_REFUSED), ("no-volume", Reason.POD_NOT_STARTED)])
def test_warning_of_an_event(name: str, reason: Reason) -> None:
    """What only an Event tells counts while no pod has started: about the Job without pods, else about its pods."""
    job, pods = facts(name)
    report = underway(job, pods, "FailedCreate: exceeded quota")
    assert (report.reason, report.message) == (reason, f"Job {name}: FailedCreate: exceeded quota")


def test_warning_is_over_once_a_pod_has_started() -> None:
    """An Event stays for an hour; the trouble may be over."""
    job, pods = facts("runs")
    assert underway(job, pods, "FailedMount: no such secret").reason is Reason.RUNNING


def test_image_trouble_reads_the_same_between_two_tries() -> None:
    """The kubelet's words change with each try; the message, which costs a write, does not."""
    job, (pod,) = facts("no-image")
    trying = replace(pod, containers=tuple(_tries_again(container) for container in pod.containers))
    assert pod != trying
    assert underway(job, [pod]) == underway(job, [trying])


def _tries_again(container: ContainerFacts) -> ContainerFacts:
    return replace(container, waiting="ErrImagePull", message=container.message.partition("ErrImagePull: ")[2])


@pytest.mark.parametrize("name", BADLY)
def test_ended_badly(name: str) -> None:
    """An exit code is a Failure; what the cluster did is an Error. Only the first is the program's own."""
    job, pods = facts(name)
    assert job.end == "Failed"
    end = ended(job, pods, NOW)
    assert isinstance(end, Unsuccessful)
    kind, reason, words = BADLY[name]
    assert (end.kind, end.reason) == (kind, reason)
    assert all(word in end.message for word in words.split(".*"))
    assert "\n" not in end.message
    assert not end.final
    assert end.at == job.ended_at


def test_success_has_outputs() -> None:
    """The termination message becomes the outputs; the end is the Job's, not the moment at which it was seen."""
    job, pods = facts("succeeds")
    end = ended(job, pods, NOW)
    assert isinstance(end, Accomplished)
    assert end.outputs == {"digest": "sha256:abc", "size": "12"}
    assert end.at == datetime(2026, 11, 24, 12, 6, 31, tzinfo=UTC)


def test_clock_behind_the_clusters() -> None:
    """An end does not lie in the future."""
    job, pods = facts("succeeds")
    early = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert ended(job, pods, early).at == early


def test_unreadable_outputs_are_a_failure() -> None:
    """The work was done, so it is not tried again by default; but nobody goes on without the outputs."""
    job, (pod,) = facts("succeeds")
    broken = replace(pod, containers=tuple(replace(each, message='{"digest": ') for each in pod.containers))
    end = ended(job, [broken], NOW)
    assert isinstance(end, Unsuccessful)
    assert (end.kind, end.reason) == (FailureKind.FAILURE, Reason.INVALID_OUTPUTS)
    assert "begins as a JSON object and is none" in end.message


def test_more_outputs_than_a_status_holds() -> None:
    """All pods of a Job together have one set of outputs, which is bounded."""
    job, (pod,) = facts("succeeds")
    pods = [
        replace(pod, uid=str(number), containers=tuple(replace(c, message=_lines(number)) for c in pod.containers))
        for number in range(3)
    ]
    assert isinstance(ended(job, pods[:2], NOW), Accomplished)
    end = ended(job, pods, NOW)
    assert isinstance(end, Unsuccessful)
    assert "found 33 outputs in all, allowed are 32" in end.message


def _lines(number: int) -> str:
    return "\n".join(f"n{number}_{line}=x" for line in range(11))


def test_later_pod_wins() -> None:
    """Of two pods that say the same name, the one that ended later counts, in whatever order they are known."""
    job, (pod,) = facts("succeeds")

    def said(value: str, at: str) -> PodFacts:
        containers = tuple(replace(container, message=f"v={value}") for container in pod.containers)
        return replace(pod, uid=value, name=value, ended_at=at, containers=containers)

    pods = [said("second", "2026-11-24T12:00:02Z"), said("first", "2026-11-24T12:00:01Z")]
    end = ended(job, pods, NOW)
    assert isinstance(end, Accomplished)
    assert end.outputs == {"v": "second"}


@pytest.mark.parametrize(
    "change",
    [{"terminating": True}, {"disrupted": "TaintManager"}, {"reason": "Evicted", "message": "low on memory"}],
    ids=["deleted", "disrupted", "evicted"],
)
def test_exit_code_of_a_pod_that_was_ended_is_not_its_own(change: dict[str, object]) -> None:
    """Whoever is killed has an exit code too."""
    job, (pod,) = facts("exits")
    killed = replace(pod, **change)  # type: ignore[arg-type] # fields by name
    assert failed_container([killed]) is None
    end = ended(job, [killed], NOW)
    assert isinstance(end, Unsuccessful)
    assert (end.kind, end.reason) == (FailureKind.ERROR, Reason.POD_LOST)


def test_program_that_is_started_again_is_known_by_its_earlier_end() -> None:
    """With restartPolicy OnFailure the Job deletes the pod at its limit; the last try is what the program did."""
    _, (pod,) = facts("exits")
    again = tuple(replace(container, waiting="CrashLoopBackOff") for container in pod.containers)
    failed = failed_container([replace(pod, phase="Running", terminating=True, containers=again)])
    assert failed is not None
    assert failed.container.exit_code == 3


def test_deadline_names_what_kept_the_job() -> None:
    """A Job that never got its image dies of its deadline, and says of what."""
    job, _ = facts("deadline")
    _, pods = facts("no-image")
    end = ended(job, pods, NOW)
    assert "activeDeadlineSeconds: image localhost/absent:1 of container main cannot be pulled" in end.message
