"""When objects of each kind are ready, under way or failed, as Kubernetes' own controllers write their statuses."""

from typing import Any

import pytest

from myapp.infrastructure.kube.object_standing import State
from myapp.infrastructure.kube.readiness import standing_of

READY, UNDERWAY, FAILED = State.READY, State.UNDERWAY, State.FAILED
Fields = dict[str, Any]


def true(kind: str, **more: object) -> Fields:
    """A condition that holds."""
    return {"type": kind, "status": "True", **more}


def false(kind: str, **more: object) -> Fields:
    """A condition that does not hold."""
    return {"type": kind, "status": "False", **more}


def an(
    api_version: str, kind: str, spec: Fields | None = None, status: Fields | None = None, **metadata: object
) -> Fields:
    """An object of generation 2."""
    made: Fields = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "a", "generation": 2, **metadata}}
    return made | ({"spec": spec} if spec is not None else {}) | ({"status": status} if status is not None else {})


def deployment(wanted: int = 3, *conditions: Fields, observed: int = 2, **counts: int) -> Fields:
    """As its controller writes it."""
    status = {"observedGeneration": observed, "conditions": list(conditions), **counts}
    return an("apps/v1", "Deployment", {"replicas": wanted}, status)


def counts(there: int, updated: int, ready: int, available: int) -> dict[str, int]:
    """Of a Deployment's status."""
    return {"replicas": there, "updatedReplicas": updated, "readyReplicas": ready, "availableReplicas": available}


AVAILABLE = true("Available", reason="MinimumReplicasAvailable")
STUCK = false("Progressing", reason="ProgressDeadlineExceeded", message="ReplicaSet has timed out progressing.")


def stateful_set(spec: Fields, **status: object) -> Fields:
    """With three replicas."""
    return an("apps/v1", "StatefulSet", {"replicas": 3, **spec}, {"observedGeneration": 2, **status})


def rolling(partition: int) -> Fields:
    """A rolling update down to a partition."""
    return {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": partition}}}


def daemon_set(status: dict[str, int], strategy: str = "RollingUpdate") -> Fields:
    """On two nodes."""
    spec = {"updateStrategy": {"type": strategy}}
    return an("apps/v1", "DaemonSet", spec, {"observedGeneration": 2, "desiredNumberScheduled": 2, **status})


NODES = {"currentNumberScheduled": 2, "numberReady": 2, "numberAvailable": 2, "updatedNumberScheduled": 2}


def pod(phase: str, *conditions: Fields, containers: tuple[Fields, ...] = (), **status: object) -> Fields:
    """As the kubelet writes it."""
    return an(
        "v1",
        "Pod",
        {},
        {"phase": phase, "conditions": list(conditions), "containerStatuses": list(containers), **status},
    )


def waiting(reason: str) -> Fields:
    """A container that does not run."""
    return {"name": "main", "state": {"waiting": {"reason": reason}}}


def custom(*conditions: Fields, **status: object) -> Fields:
    """A kind that nobody knows."""
    return an("example.dev/v1", "Thing", {}, {"conditions": list(conditions), **status})


CASES: dict[str, tuple[Fields, State, str]] = {
    "deployment unseen": (an("apps/v1", "Deployment", {"replicas": 1}, {}), UNDERWAY, "not seen it yet"),
    "deployment of an older generation": (
        deployment(3, AVAILABLE, observed=1, **counts(3, 3, 3, 3)),
        UNDERWAY,
        "generation 1 of 2",
    ),
    "deployment with too few": (deployment(3, **counts(2, 2, 0, 0)), UNDERWAY, "2 of 3 replicas are there"),
    "deployment not updated": (deployment(3, AVAILABLE, **counts(3, 1, 3, 3)), UNDERWAY, "1 of 3 replicas are updated"),
    "deployment with old ones left": (deployment(3, AVAILABLE, **counts(4, 3, 4, 4)), UNDERWAY, "1 replicas too many"),
    "deployment not available": (deployment(3, **counts(3, 3, 3, 2)), UNDERWAY, "2 of 3 replicas are available"),
    "deployment without the condition": (deployment(3, **counts(3, 3, 3, 3)), UNDERWAY, "not Available yet"),
    "deployment done": (deployment(3, AVAILABLE, **counts(3, 3, 3, 3)), READY, "3 of 3 replicas"),
    "deployment of none": (deployment(0, AVAILABLE), READY, "0 of 0 replicas"),
    "deployment stuck": (deployment(3, STUCK, **counts(3, 1, 2, 2)), FAILED, "ProgressDeadlineExceeded"),
    "replica set refused": (
        an(
            "apps/v1",
            "ReplicaSet",
            {"replicas": 1},
            {
                "observedGeneration": 2,
                "conditions": [true("ReplicaFailure", reason="FailedCreate", message="exceeded quota")],
            },
        ),
        UNDERWAY,
        "exceeded quota",
    ),
    "replica set done": (
        an(
            "apps/v1",
            "ReplicaSet",
            {"replicas": 1},
            {"observedGeneration": 2, "replicas": 1, "readyReplicas": 1, "availableReplicas": 1},
        ),
        READY,
        "1 of 1",
    ),
    "stateful set starting": (
        stateful_set(rolling(0), replicas=1, readyReplicas=0),
        UNDERWAY,
        "1 of 3 replicas are there",
    ),
    "stateful set not ready": (
        stateful_set(rolling(0), replicas=3, readyReplicas=2),
        UNDERWAY,
        "2 of 3 replicas are ready",
    ),
    "stateful set rolling": (
        stateful_set(rolling(0), replicas=3, readyReplicas=3, updatedReplicas=1),
        UNDERWAY,
        "1 of 3 replicas are updated",
    ),
    "stateful set with a partition": (
        stateful_set(rolling(2), replicas=3, readyReplicas=3, updatedReplicas=1),
        READY,
        "3 of 3",
    ),
    "stateful set updated by hand": (
        stateful_set({"updateStrategy": {"type": "OnDelete"}}, replicas=3, readyReplicas=3, updatedReplicas=0),
        READY,
        "3 of 3",
    ),
    "daemon set unseen": (an("apps/v1", "DaemonSet", {}, {}), UNDERWAY, "not counted"),
    "daemon set rolling": (
        daemon_set({**NODES, "updatedNumberScheduled": 1}),
        UNDERWAY,
        "1 of 2 replicas are updated",
    ),
    "daemon set updated by hand": (
        daemon_set({**NODES, "updatedNumberScheduled": 0}, "OnDelete"),
        READY,
        "2 of 2",
    ),
    "daemon set not available": (
        daemon_set({**NODES, "numberAvailable": 1}),
        UNDERWAY,
        "1 of 2 replicas are available",
    ),
    "daemon set done": (daemon_set(NODES), READY, "2 of 2 nodes"),
    "job running": (an("batch/v1", "Job", {"completions": 2}, {"succeeded": 1}), UNDERWAY, "1 of 2 completions"),
    "job suspended": (an("batch/v1", "Job", {}, {"conditions": [true("Suspended")]}), UNDERWAY, "suspended"),
    "job complete": (
        an("batch/v1", "Job", {}, {"conditions": [true("SuccessCriteriaMet"), true("Complete")]}),
        READY,
        "complete",
    ),
    "job failed": (
        an("batch/v1", "Job", {}, {"conditions": [true("Failed", reason="BackoffLimitExceeded")]}),
        FAILED,
        "BackoffLimitExceeded",
    ),
    "pod without a node": (
        pod("Pending", false("PodScheduled", reason="Unschedulable", message="0/3 nodes")),
        UNDERWAY,
        "0/3 nodes",
    ),
    "pod pulling": (
        pod("Pending", true("PodScheduled"), containers=(waiting("ImagePullBackOff"),)),
        UNDERWAY,
        "ImagePullBackOff",
    ),
    "pod being made": (
        pod("Pending", true("PodScheduled"), containers=(waiting("ContainerCreating"),)),
        UNDERWAY,
        "not ready yet",
    ),
    "pod crashing": (
        pod("Running", false("Ready"), containers=(waiting("CrashLoopBackOff"),)),
        FAILED,
        "container main crashes",
    ),
    "pod not ready": (pod("Running", false("Ready")), UNDERWAY, "not ready yet"),
    "pod ready": (pod("Running", true("Ready")), READY, "ready"),
    "pod succeeded": (pod("Succeeded", false("Ready", reason="PodCompleted")), READY, "succeeded"),
    "pod evicted": (pod("Failed", reason="Evicted", message="low on memory"), FAILED, "Evicted: low on memory"),
    "claim pending": (an("v1", "PersistentVolumeClaim", {}, {"phase": "Pending"}), UNDERWAY, "not bound"),
    "claim bound": (an("v1", "PersistentVolumeClaim", {}, {"phase": "Bound"}), READY, "bound"),
    "claim lost": (an("v1", "PersistentVolumeClaim", {}, {"phase": "Lost"}), FAILED, "lost"),
    "service": (an("v1", "Service", {"type": "ClusterIP"}, {"loadBalancer": {}}), READY, "exists"),
    "load balancer without address": (
        an("v1", "Service", {"type": "LoadBalancer"}, {"loadBalancer": {}}),
        UNDERWAY,
        "no address",
    ),
    "load balancer": (
        an("v1", "Service", {"type": "LoadBalancer"}, {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}),
        READY,
        "has an address",
    ),
    "definition": (
        an(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            {},
            {"conditions": [true("NamesAccepted"), true("Established")]},
        ),
        READY,
        "served",
    ),
    "definition being installed": (
        an(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            {},
            {"conditions": [true("NamesAccepted"), false("Established")]},
        ),
        UNDERWAY,
        "not served yet",
    ),
    "definition with a taken name": (
        an(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            {},
            {"conditions": [false("NamesAccepted", reason="Conflict")]},
        ),
        FAILED,
        "Conflict",
    ),
    "namespace": (an("v1", "Namespace", {}, {"phase": "Active"}), READY, "active"),
    "config map": (an("v1", "ConfigMap"), READY, "exists"),
    "custom without a status": (an("example.dev/v1", "Thing", {}), READY, "exists"),
    "custom ready": (custom(true("Ready")), READY, "Ready is True"),
    "custom not ready": (custom(false("Ready", reason="Creating", message="wait")), UNDERWAY, "Creating: wait"),
    "custom unknown": (custom({"type": "Ready", "status": "Unknown"}), UNDERWAY, "Ready is Unknown"),
    "custom stalled": (custom(false("Ready"), true("Stalled", reason="BadSpec")), FAILED, "BadSpec"),
    "custom reconciling": (custom(true("Ready"), true("Reconciling", reason="Progressing")), UNDERWAY, "Reconciling"),
    "custom of an older generation": (custom(true("Ready"), observedGeneration=1), UNDERWAY, "generation 1 of 2"),
    "custom with an older condition": (
        custom(true("Ready", observedGeneration=1)),
        UNDERWAY,
        "about generation 1 of 2",
    ),
    "our own before it is seen": (custom(observedGeneration=-1), UNDERWAY, "generation -1 of 2"),
    "anything that is going": (
        an("v1", "ConfigMap", deletionTimestamp="2026-01-01T00:00:00Z"),
        UNDERWAY,
        "being deleted",
    ),
    "nonsense": ({"apiVersion": 3, "kind": "Deployment", "metadata": None, "status": [1]}, READY, "exists"),
    "a deployment of nonsense": (
        an("apps/v1", "Deployment", {"replicas": "x"}, {"conditions": "x", "observedGeneration": "y"}),
        UNDERWAY,
        "0 of 1",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_how_an_object_stands(case: str) -> None:
    """By kstatus' rules."""
    raw, state, words = CASES[case]

    standing = standing_of(raw)

    assert (standing.state, words in standing.message) == (state, True), standing
