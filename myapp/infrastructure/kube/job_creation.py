"""Creates the Job of an attempt as the todo's account, or finds the one that was created for it already.

What only time or others can change holds the effect and says why; it is asked for again.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from myapp.application.effect import Effect
from myapp.application.errors import ApiError, ApiUnavailableError
from myapp.application.ports import Clock
from myapp.domain.actions.job import Job
from myapp.domain.effect import EffectId, Held, Unsuccessful
from myapp.domain.moment import format_moment
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.kube.automation_bounds import AutomationBounds
from myapp.infrastructure.kube.job_board import FollowedJob, JobBoard
from myapp.infrastructure.kube.job_facts import JobFacts, job_facts
from myapp.infrastructure.kube.job_manifest import job_manifest
from myapp.infrastructure.kube.job_refusal import job_refused
from myapp.infrastructure.kube.job_report import result_lost
from myapp.infrastructure.kube.job_request import post_job
from myapp.infrastructure.kube.kube_client import ApiAnswer, KubeClient
from myapp.infrastructure.kube.resource_paths import jobs_path
from myapp.infrastructure.kube.service_account import account_of

#: For how long a holder of the name that is going away is waited for before it counts as a conflict.
_CLEANUP = timedelta(minutes=5)


class JobCreation:
    """Creates Jobs, each once."""

    def __init__(self, client: KubeClient, board: JobBoard, bounds: AutomationBounds, clock: Clock) -> None:
        self._client = client
        self._bounds = bounds
        self._board = board
        self._clock = clock
        self._sending: dict[EffectId, asyncio.Task[ApiAnswer]] = {}

    async def have(self, effect: Effect, action: Job, followed: FollowedJob) -> Held | Unsuccessful | None:
        """Have the Job exist and be taken by ``followed``; else why it does not, or never will. Raises ApiError."""
        await self.settled(effect.id)
        namespace, account = followed.key.namespace, account_of(effect.todo)
        if (never := await self._bounds.refusal(account)) is not None:
            return never
        manifest = job_manifest(effect.todo, action, effect.id, account.name)
        try:
            answer = await self._send(effect.id, namespace, manifest, account.username)
        except ApiError as error:
            refused = job_refused(error, account, self._clock.now())
            if refused is None:
                raise
            return refused
        if answer.conflict and answer.body.get("reason") == "AlreadyExists":
            return await self._adopt(action, followed)
        if answer.conflict or answer.missing:  # of the quota's own bookkeeping; of a namespace that is just gone
            raise ApiUnavailableError(f"POST {jobs_path(namespace)}: {answer.body.get('message', answer.code)}")
        followed.hold(job_facts(answer.body))
        return None

    async def settled(self, effect_id: EffectId) -> None:
        """Return when no request to create the attempt's Job is on its way: whoever deletes it looks after that."""
        if (sending := self._sending.get(effect_id)) is not None:
            await asyncio.wait((sending,))

    async def _send(self, effect_id: EffectId, namespace: str, manifest: Mapping[str, Any], username: str) -> ApiAnswer:
        """Send it to its end, also when nobody waits for the answer any more: it could take effect all the same."""
        sending = self._sending[effect_id] = asyncio.create_task(post_job(self._client, namespace, manifest, username))
        sending.add_done_callback(lambda sent: self._sent(effect_id, sent))
        return await asyncio.shield(sending)

    def _sent(self, effect_id: EffectId, sent: asyncio.Task[ApiAnswer]) -> None:
        del self._sending[effect_id]
        if not sent.cancelled():
            sent.exception()  # seen, also where whoever waited for it does not any more

    async def _adopt(self, action: Job, followed: FollowedJob) -> Held | Unsuccessful | None:
        """The name is taken: by ourselves, before a crash or by a request whose answer was lost, or by a stranger."""
        found = await self._board.read(followed)
        if found is None:
            return Held(Reason.WAITING_FOR_CLEANUP, f"a Job named {followed.key.name} has just been there")
        if followed.owns(found) and not found.terminating:
            followed.hold(found)
            await self._board.read_pods(followed)
            return None
        if followed.owns(found) and not action.idempotent:
            return result_lost(found.name, self._clock.now())
        return _taken(found, self._clock.now())


def _taken(found: JobFacts, now: datetime) -> Held:
    if found.deleted_at is not None and now < found.deleted_at + _CLEANUP:
        return Held(Reason.WAITING_FOR_CLEANUP, f"waits for the deletion of a Job named {found.name}")
    state = "exists" if found.deleted_at is None else f"has not gone since {format_moment(found.deleted_at)}"
    message = f"a Job named {found.name} {state} and does not belong to this Todo: delete or rename it"
    return Held(Reason.NAME_CONFLICT, message)
