"""The Job of an attempt, made from the template that the todo's author wrote.

What the author says stays. What they leave open gets defaults that stand in the Job for everybody to see: no retries of
its own (the todo has its ``retry``), deletion a day after its end, and what Pod Security ``restricted`` asks of pods.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from myapp.domain.actions.job import Job
from myapp.domain.effect import EffectId
from myapp.domain.effect_name import effect_name
from myapp.domain.todo_entry import TodoEntry
from myapp.infrastructure.kube.resource_paths import API_VERSION

#: On Jobs and their pods: which todo they work for (its uid), and on which attempt.
TODO_LABEL = "todo.myapp.dev/todo-uid"
ATTEMPT_LABEL = "todo.myapp.dev/attempt"
#: Long enough for an operator that was away over night, or a person who wants to look.
KEPT_AFTER_END_SECONDS = 24 * 60 * 60
_UNSAFE_CAPABILITY = "SYS_ADMIN"


def job_manifest(todo: TodoEntry, action: Job, effect_id: EffectId, account: str) -> dict[str, Any]:
    """The object to create. Nothing of the todo's own labels or annotations goes into it."""
    template = deepcopy(dict(action.template))
    labels = job_labels(effect_id)
    spec = template["spec"]
    spec.setdefault("ttlSecondsAfterFinished", KEPT_AFTER_END_SECONDS)
    if "backoffLimitPerIndex" not in spec:
        spec.setdefault("backoffLimit", 0)
    pod = spec["template"]
    pod["metadata"] = _metadata(pod.get("metadata"), labels)
    pod["spec"] = _restricted({"restartPolicy": "Never", "serviceAccountName": account, **pod["spec"]})
    owner = {"apiVersion": API_VERSION, "kind": "Todo", "name": todo.key.name, "uid": todo.id, "controller": True}
    metadata = {
        **_metadata(template.get("metadata"), labels),
        "name": effect_name(todo.key.name, effect_id),
        "namespace": todo.key.namespace,
        "ownerReferences": [owner],
    }
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}


def job_labels(effect_id: EffectId) -> dict[str, str]:
    """What tells the Jobs and pods of an attempt from all others."""
    return {TODO_LABEL: effect_id.todo_id, ATTEMPT_LABEL: str(effect_id.attempt)}


def _metadata(written: Mapping[str, Any] | None, labels: Mapping[str, str]) -> dict[str, Any]:
    written = written or {}
    metadata: dict[str, Any] = {"labels": {**(written.get("labels") or {}), **labels}}
    if written.get("annotations"):
        metadata["annotations"] = dict(written["annotations"])
    return metadata


def _restricted(pod: dict[str, Any]) -> dict[str, Any]:
    """The pod with the defaults of Pod Security ``restricted``; Windows pods know none of them but runAsNonRoot."""
    windows = (pod.get("os") or {}).get("name") == "windows"
    context = dict(pod.get("securityContext") or {})
    context.setdefault("runAsNonRoot", True)
    if not windows:
        context.setdefault("seccompProfile", {"type": "RuntimeDefault"})
        for kind in ("initContainers", "containers"):
            if pod.get(kind):
                pod[kind] = [_restricted_container(container) for container in pod[kind]]
    return {**pod, "securityContext": context}


def _restricted_container(container: Mapping[str, Any]) -> dict[str, Any]:
    context = dict(container.get("securityContext") or {})
    capabilities = dict(context.get("capabilities") or {})
    capabilities.setdefault("drop", ["ALL"])
    context["capabilities"] = capabilities
    added = {str(name).removeprefix("CAP_") for name in capabilities.get("add") or ()}
    if not context.get("privileged") and _UNSAFE_CAPABILITY not in added:  # the API server refuses the two together
        context.setdefault("allowPrivilegeEscalation", False)
    return {**container, "securityContext": context}
