"""What the facts of a Job and its pods mean for the attempt: pure, and the only place that says so.

A container that ends with an exit code of its own is a Failure. What the cluster did to it is an Error: a deadline, an
eviction, a pod that is gone, a program that could not even be started.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from myapp.domain.effect import Accomplished, FailureKind, Underway, Unsuccessful
from myapp.domain.form import Scalar
from myapp.domain.output_bounds import MOST_OUTPUTS
from myapp.domain.termination_message import UnreadableOutputsError, read_outputs
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.kube.job_facts import ContainerFacts, JobFacts, PodFacts

_IMAGE = frozenset(
    {"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError"}
    | {"RegistryUnavailable", "SignatureValidationFailed", "ErrRegistryUnavailable"}
)
_NO_TROUBLE = frozenset({"", "ContainerCreating", "PodInitializing"})
_NOT_STARTED = frozenset({"StartError", "ContainerCannotRun", "ContainerStatusUnknown"})


@dataclass(frozen=True, slots=True)
class FailedContainer:
    """The container that a failure is about, and where its log is."""

    pod: str
    container: ContainerFacts


def references(job: JobFacts) -> dict[str, str]:
    """What the todo's status records of a Job."""
    return {"kind": "Job", "name": job.name, "uid": job.uid}


def underway(job: JobFacts, pods: Sequence[PodFacts], warning: str = "") -> Underway:
    """How a Job that has not ended gets on; ``warning`` is what an Event says that no pod shows."""
    told = references(job)
    if job.suspended:
        return Underway(Reason.JOB_SUSPENDED, f"Job {job.name} is suspended by its own spec", told)
    for pod in pods:
        if pod.over or pod.terminating:
            continue
        if (trouble := _trouble(pod)) is not None:
            reason, what = trouble
            return Underway(reason, f"Job {job.name}: {what}", told)
    if warning and not any(pod.begun for pod in pods):
        reason = Reason.POD_NOT_STARTED if pods else Reason.POD_REFUSED
        return Underway(reason, f"Job {job.name}: {warning}", told)
    return Underway(Reason.RUNNING, f"Job {job.name} runs", told)


def _trouble(pod: PodFacts) -> tuple[Reason, str] | None:
    if pod.unschedulable:
        return Reason.UNSCHEDULABLE, f"no node takes its pod: {pod.unschedulable}"
    for container in pod.containers:
        if container.waiting in _IMAGE:
            what = f"image {container.image} of container {container.name} cannot be pulled"
            return Reason.IMAGE_PULL_FAILED, f"{what}: {_why(container.message, container.waiting)}"
        if container.waiting not in _NO_TROUBLE:
            what = f"container {container.name} does not start: {container.waiting}"
            return Reason.POD_NOT_STARTED, f"{what}: {container.message}" if container.message else what
    return None


def _why(message: str, waiting: str) -> str:
    """The cause without the announcement of a pause, which comes and goes while the cause stays."""
    cause = message.partition("ErrImagePull: ")[2] if message.startswith("Back-off") else message
    return cause or message or waiting


def ended(job: JobFacts, pods: Sequence[PodFacts], now: datetime) -> Accomplished | Unsuccessful:
    """What a Job that has ended means."""
    at = min(job.ended_at or now, now)
    if job.end == "Complete":
        return _succeeded(job, pods, at)
    failed = failed_container(pods)
    if job.reason == "DeadlineExceeded":
        cause = _cause(pods)
        message = f"Job {job.name} took longer than its activeDeadlineSeconds{f': {cause}' if cause else ''}"
        return Unsuccessful(at, FailureKind.ERROR, Reason.DEADLINE_EXCEEDED, message)
    if failed is None:
        return _lost_its_pod(job, pods, at)
    container = failed.container
    if container.reason in _NOT_STARTED:
        message = f"Job {job.name}: container {container.name} could not be started: {_line(container.message)}"
        return Unsuccessful(at, FailureKind.ERROR, Reason.POD_NOT_STARTED, message)
    return Unsuccessful(at, FailureKind.FAILURE, Reason.JOB_FAILED, _exit(job, container))


def failed_container(pods: Iterable[PodFacts]) -> FailedContainer | None:
    """The container that made the latest pod fail by itself; None where no pod failed by itself."""
    own = [pod for pod in pods if not _ended_from_outside(pod)]
    for pod in sorted(own, key=lambda pod: pod.ended_at, reverse=True):
        for container in pod.containers:
            if container.exit_code:
                return FailedContainer(pod.name, container)
    return None


def _ended_from_outside(pod: PodFacts) -> bool:
    """Deleted, evicted or lost with its node: the exit code says nothing about the program."""
    if pod.disrupted or pod.reason:
        return True
    return pod.terminating and not any(container.exit_code and container.waiting for container in pod.containers)


def _exit(job: JobFacts, container: ContainerFacts) -> str:
    why = "" if container.reason in ("", "Error", "Completed") else f" ({container.reason})"
    message = f"Job {job.name}: container {container.name} ended with exit code {container.exit_code}{why}"
    return message if job.reason in ("", "BackoffLimitExceeded", "PodFailurePolicy") else f"{message}, {job.reason}"


def _lost_its_pod(job: JobFacts, pods: Iterable[PodFacts], at: datetime) -> Unsuccessful:
    cause = _cause(pods) or "its pod is gone, evicted or deleted"
    message = f"Job {job.name} has failed ({job.reason}): {cause}"
    return Unsuccessful(at, FailureKind.ERROR, Reason.POD_LOST, message)


def _cause(pods: Iterable[PodFacts]) -> str:
    """What the cluster says about pods that it ended or never started."""
    for pod in pods:
        if pod.disrupted:
            return f"pod {pod.name} was ended, {_line(pod.disrupted)}"
        if pod.reason and pod.phase == "Failed":
            return f"pod {pod.name} was ended, {pod.reason}: {_line(pod.message)}"
        if not pod.begun and (trouble := _trouble(pod)) is not None:
            return trouble[1]
    return ""


def _succeeded(job: JobFacts, pods: Sequence[PodFacts], at: datetime) -> Accomplished | Unsuccessful:
    try:
        outputs = _outputs(pods)
    except UnreadableOutputsError as error:
        message = f"Job {job.name} has completed, but its termination message cannot be read as outputs: {error}"
        return Unsuccessful(at, FailureKind.FAILURE, Reason.INVALID_OUTPUTS, message)
    return Accomplished(at, f"Job {job.name} has completed", outputs)


def _outputs(pods: Iterable[PodFacts]) -> dict[str, Scalar]:
    """Of all pods that succeeded, in the order of their ends: of two that say the same name, the later one counts."""
    succeeded = sorted((pod for pod in pods if pod.phase == "Succeeded"), key=lambda pod: (pod.ended_at, pod.name))
    outputs: dict[str, Scalar] = {}
    for message in _messages(succeeded):
        outputs |= read_outputs(message)
    if len(outputs) > MOST_OUTPUTS:
        raise UnreadableOutputsError(f"found {len(outputs)} outputs in all, allowed are {MOST_OUTPUTS}")
    return outputs


def _messages(pods: Iterable[PodFacts]) -> Iterator[str]:
    for pod in pods:
        for container in pod.containers:
            if container.exit_code == 0 and container.message:
                yield container.message


def result_lost(name: str, now: datetime) -> Unsuccessful:
    """The Job is gone, and nobody has seen how it ended."""
    message = (
        f"Job {name} was deleted before its end was seen, so nobody knows whether it has done its work"
        " (job.idempotent: true would have it run again)"
    )
    return Unsuccessful(now, FailureKind.ERROR, Reason.RESULT_LOST, message, final=True)


def _line(text: str) -> str:
    """One line of it, for a message that kubectl shows in a table."""
    return " ".join(text.split())
