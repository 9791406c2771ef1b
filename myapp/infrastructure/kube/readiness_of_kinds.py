"""When objects of the built-in kinds are ready: what kstatus asks of each.

What may pass by itself (a pod that no node takes yet, an image that cannot be pulled yet) is under way and not failed.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from myapp.infrastructure.kube.object_fields import condition, integer, items, section, told
from myapp.infrastructure.kube.object_standing import Standing, State

Rule = Callable[[Mapping[str, Any]], Standing]

_CRASHING = "CrashLoopBackOff"


def _ready(message: str) -> Standing:
    return Standing(State.READY, message)


def _underway(message: str) -> Standing:
    return Standing(State.UNDERWAY, message)


def _failed(message: str) -> Standing:
    return Standing(State.FAILED, message)


def _true(raw: Mapping[str, Any], kind: str) -> bool:
    found = condition(raw, kind)
    return found is not None and found.get("status") == "True"


def _unseen(raw: Mapping[str, Any]) -> Standing | None:
    """These kinds say which generation their controller has seen, from the first on."""
    return None if "observedGeneration" in section(raw, "status") else _underway("its controller has not seen it yet")


def _too_few(wanted: int, counts: Mapping[str, int]) -> Standing | None:
    """The first of the counts that is not what is wanted yet."""
    for what, count in counts.items():
        if count < wanted:
            return _underway(f"{count} of {wanted} replicas are {what}")
    return None


def _too_many(wanted: int, status: Mapping[str, Any]) -> Standing | None:
    left = integer(status, "replicas") - wanted
    return _underway(f"{left} replicas too many are still to end") if left > 0 else None


def deployment(raw: Mapping[str, Any]) -> Standing:
    """All replicas are of the latest template and available, and no older one is left."""
    status, wanted = section(raw, "status"), integer(section(raw, "spec"), "replicas", 1)
    progressing = condition(raw, "Progressing") or {}
    if progressing.get("reason") == "ProgressDeadlineExceeded":
        return _failed(told(progressing))
    counts = {"there": integer(status, "replicas"), "updated": integer(status, "updatedReplicas")}
    ready = {"available": integer(status, "availableReplicas"), "ready": integer(status, "readyReplicas")}
    waits = _unseen(raw) or _too_few(wanted, counts) or _too_many(wanted, status) or _too_few(wanted, ready)
    if waits is not None:
        return waits
    if not _true(raw, "Available"):
        return _underway("it is not Available yet")
    return _ready(f"{wanted} of {wanted} replicas are available")


def replica_set(raw: Mapping[str, Any]) -> Standing:
    """All replicas are available, and none is left over."""
    status, wanted = section(raw, "status"), integer(section(raw, "spec"), "replicas", 1)
    failure = condition(raw, "ReplicaFailure")
    if failure is not None and failure.get("status") == "True":
        return _underway(told(failure))
    counts = {"there": "replicas", "available": "availableReplicas", "ready": "readyReplicas"}
    few = _too_few(wanted, {what: integer(status, name) for what, name in counts.items()})
    return _unseen(raw) or few or _too_many(wanted, status) or _ready(f"{wanted} of {wanted} replicas are available")


def stateful_set(raw: Mapping[str, Any]) -> Standing:
    """All replicas are ready and, from the partition on, of the latest revision."""
    spec, status = section(raw, "spec"), section(raw, "status")
    strategy, wanted = section(spec, "updateStrategy"), integer(spec, "replicas", 1)
    counts = {"there": integer(status, "replicas"), "ready": integer(status, "readyReplicas")}
    waits = _unseen(raw) or _too_few(wanted, counts) or _too_many(wanted, status)
    if waits is not None:
        return waits
    if strategy.get("type") != "OnDelete":
        to_update = max(wanted - integer(section(strategy, "rollingUpdate"), "partition"), 0)
        if (updated := integer(status, "updatedReplicas")) < to_update:
            return _underway(f"{updated} of {to_update} replicas are updated")
    return _ready(f"{wanted} of {wanted} replicas are ready")


def daemon_set(raw: Mapping[str, Any]) -> Standing:
    """Every node that should have a pod has one of the latest template, and it is available."""
    status = section(raw, "status")
    if _unseen(raw) is not None or "desiredNumberScheduled" not in status:
        return _underway("its controller has not counted its nodes yet")
    wanted = integer(status, "desiredNumberScheduled")
    counts = {"scheduled": "currentNumberScheduled", "available": "numberAvailable", "ready": "numberReady"}
    if section(raw, "spec", "updateStrategy").get("type") != "OnDelete":
        counts["updated"] = "updatedNumberScheduled"
    if (few := _too_few(wanted, {what: integer(status, name) for what, name in counts.items()})) is not None:
        return few
    return _ready(f"{wanted} of {wanted} nodes have an available pod")


def job(raw: Mapping[str, Any]) -> Standing:
    """It is complete: kstatus is content with a Job that runs, people who wait for one are not."""
    failed = condition(raw, "Failed")
    if failed is not None and failed.get("status") == "True":
        return _failed(told(failed))
    if _true(raw, "Complete"):
        return _ready("it is complete")
    if _true(raw, "Suspended"):
        return _underway("it is suspended")
    wanted, succeeded = section(raw, "spec").get("completions"), integer(section(raw, "status"), "succeeded")
    return _underway(f"{succeeded} of {wanted} completions" if isinstance(wanted, int) else "it is not complete yet")


def pod(raw: Mapping[str, Any]) -> Standing:
    """It runs and is ready, or has succeeded."""
    status = section(raw, "status")
    phase = status.get("phase")
    if phase == "Failed":
        why = ": ".join(str(word) for word in (status.get("reason"), status.get("message")) if word)
        return _failed(why or "its phase is Failed")
    if phase == "Succeeded" or _true(raw, "Ready"):
        return _ready("it has succeeded" if phase == "Succeeded" else "it is ready")
    for container in (*items(status, "initContainerStatuses"), *items(status, "containerStatuses")):
        waits = section(container, "state", "waiting").get("reason")
        if waits == _CRASHING:
            return _failed(f"container {container.get('name')} crashes again and again")
        if waits not in (None, "ContainerCreating", "PodInitializing"):
            return _underway(f"container {container.get('name')} waits, {waits}")
    scheduled = condition(raw, "PodScheduled") or {}
    unscheduled = scheduled.get("status") == "False"
    return _underway(f"no node takes it, {told(scheduled)}" if unscheduled else "it is not ready yet")


def claim(raw: Mapping[str, Any]) -> Standing:
    """It is bound to a volume."""
    phase = section(raw, "status").get("phase")
    if phase == "Bound":
        return _ready("it is bound")
    return _failed("its volume is lost") if phase == "Lost" else _underway("it is not bound to a volume yet")


def service(raw: Mapping[str, Any]) -> Standing:
    """A load balancer has its address; every other Service is ready at once."""
    spec = section(raw, "spec")
    if spec.get("type") != "LoadBalancer":
        return _ready("it exists")
    if not items(section(raw, "status", "loadBalancer"), "ingress") and not spec.get("externalIPs"):
        return _underway("its load balancer has no address yet")
    return _ready("its load balancer has an address")


def definition(raw: Mapping[str, Any]) -> Standing:
    """Its kind is served."""
    names = condition(raw, "NamesAccepted")
    if names is not None and names.get("status") == "False":
        return _failed(f"its names are not accepted, {told(names)}")
    return _ready("its kind is served") if _true(raw, "Established") else _underway("its kind is not served yet")


def namespace(raw: Mapping[str, Any]) -> Standing:
    """It takes objects."""
    phase = section(raw, "status").get("phase")
    return _ready("it is active") if phase == "Active" else _underway(f"its phase is {phase or 'not set'}")


RULES: Mapping[tuple[str, str], Rule] = MappingProxyType(
    {
        ("apps", "Deployment"): deployment,
        ("apps", "ReplicaSet"): replica_set,
        ("apps", "StatefulSet"): stateful_set,
        ("apps", "DaemonSet"): daemon_set,
        ("batch", "Job"): job,
        ("", "Pod"): pod,
        ("", "PersistentVolumeClaim"): claim,
        ("", "Service"): service,
        ("", "Namespace"): namespace,
        ("apiextensions.k8s.io", "CustomResourceDefinition"): definition,
    }
)
