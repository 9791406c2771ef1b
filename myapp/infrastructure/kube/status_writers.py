"""Writes the status of each of our kinds: one merge patch each, fenced by the resourceVersion.

A stale resourceVersion is refused with 409; a wrong uid alone would not be, on a custom resource's status.
"""

from datetime import datetime
from typing import Any

from myapp.application.outcomes import Gone, Stale, WriteResult, Written
from myapp.application.run_snapshot import RunSight, TemplateSnapshot
from myapp.application.snapshot import Snapshot
from myapp.domain.decision import Answer, Decision, DecisionReason
from myapp.domain.todo_status import TodoStatus
from myapp.domain.workflow.run_status import RunStatus
from myapp.domain.workflow.template_status import TemplateStatus
from myapp.infrastructure.kube.kube_client import MERGE_PATCH, KubeClient
from myapp.infrastructure.kube.resource_paths import DECISIONS, TEMPLATES, TODOS, WORKFLOWS, object_path
from myapp.infrastructure.mapping.decision_mapper import answer_status, waiting_status
from myapp.infrastructure.mapping.run_mapper import run_status_patch
from myapp.infrastructure.mapping.template_mapper import template_status_patch
from myapp.infrastructure.mapping.todo_mapper import status_patch


async def _patch_status(client: KubeClient, path: str, version: str, status: dict[str, Any]) -> WriteResult:
    body = {"metadata": {"resourceVersion": version}, "status": status}
    answer = await client.request("PATCH", path, body=body, content_type=MERGE_PATCH)
    if answer.missing:
        return Gone()
    return Stale() if answer.conflict else Written(answer.version)


class KubeTodoStatusWriter:
    """TodoStatusWriter over the API."""

    def __init__(self, client: KubeClient) -> None:
        self._client = client

    async def write(self, snapshot: Snapshot, status: TodoStatus) -> WriteResult:
        """Write what differs from the snapshot's status."""
        patch = status_patch(snapshot.status or TodoStatus(), status)
        return await _patch_status(self._client, object_path(TODOS, snapshot.key, "status"), snapshot.version, patch)


class KubeRunStatusWriter:
    """RunStatusWriter over the API."""

    def __init__(self, client: KubeClient) -> None:
        self._client = client

    async def write(self, snapshot: RunSight, status: RunStatus) -> WriteResult:
        """Write what differs from the snapshot's status."""
        patch = run_status_patch(snapshot.status or RunStatus(), status)
        path = object_path(WORKFLOWS, snapshot.key, "status")
        return await _patch_status(self._client, path, snapshot.version, patch)


class KubeTemplateStatusWriter:
    """TemplateStatusWriter over the API."""

    def __init__(self, client: KubeClient) -> None:
        self._client = client

    async def write(self, snapshot: TemplateSnapshot, status: TemplateStatus) -> WriteResult:
        """Write what differs from the snapshot's status."""
        patch = template_status_patch(snapshot.status, status)
        path = object_path(TEMPLATES, snapshot.key, "status")
        return await _patch_status(self._client, path, snapshot.version, patch)


class KubeAnswerWriter:
    """AnswerWriter over the API."""

    def __init__(self, client: KubeClient) -> None:
        self._client = client

    async def write(self, answer: Answer, moment: datetime) -> WriteResult:
        """Write the outcome, its reason and its time."""
        return await self._patch(answer.decision, answer_status(answer, moment))

    async def postpone(self, decision: Decision, reason: DecisionReason, message: str) -> WriteResult:
        """Write the reason, and no outcome."""
        return await self._patch(decision, waiting_status(reason, message))

    async def _patch(self, decision: Decision, status: dict[str, Any]) -> WriteResult:
        path = object_path(DECISIONS, decision.key, "status")
        return await _patch_status(self._client, path, decision.version, status)
