"""``job``: has the Job of an attempt created, follows it to its end, and deletes it when it is not wanted any more.

One Job for each attempt, whatever breaks: its name follows from the attempt, so that whoever creates it a second time
finds the first, and its uid is recorded in the todo's status, so that one which is gone is not taken for one which was
never made.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from myapp.application.effect import Effect
from myapp.application.errors import ApiError
from myapp.application.ports import Clock
from myapp.domain.actions.job import Job
from myapp.domain.effect import Accomplished, Held, Underway, Unsuccessful
from myapp.domain.effect_name import effect_name
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.kube.job_board import FollowedJob, JobBoard
from myapp.infrastructure.kube.job_creation import JobCreation
from myapp.infrastructure.kube.job_facts import job_facts
from myapp.infrastructure.kube.job_report import ended, failed_container, result_lost, underway
from myapp.infrastructure.kube.job_witness import JobWitness, one_line
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.resource_paths import jobs_path
from myapp.infrastructure.kube.service_account import account_of

#: A Job whose pods have not started after so many seconds may have an Event that says why. Asked ever more rarely.
_FIRST_QUESTION = 4.0
_SLOWER = 1.6
_LONGEST_QUESTION = 120.0
#: However well the watch does, the Job itself is looked at once in so many seconds.
_LOOK_AGAIN = 600.0


class JobPerformer:
    """EffectPerformer of Jobs."""

    def __init__(
        self, *, client: KubeClient, board: JobBoard, creation: JobCreation, witness: JobWitness, clock: Clock
    ) -> None:
        self._client = client
        self._board = board
        self._creation = creation
        self._witness = witness
        self._clock = clock

    async def perform(
        self, effect: Effect, tell: Callable[[Underway | Held], None]
    ) -> Accomplished | Unsuccessful | Held:
        """Bring the attempt's Job to its end. Raises ApiError."""
        action = effect.todo.action
        if not isinstance(action, Job):
            raise TypeError(f"{type(action).__name__} is no Job")
        recorded = effect.references.get("uid", "")
        with self._board.follow(_key(effect), effect.id, recorded) as followed:
            if recorded and not await self._is_there(followed):
                if not action.idempotent:
                    return result_lost(followed.key.name, self._clock.now())
                followed.forget()
            if not recorded and await self._has_worked_and_gone(effect, action, followed):
                return result_lost(followed.key.name, self._clock.now())
            while True:
                if followed.job is None:
                    kept_from = await self._creation.have(effect, action, followed)
                    if kept_from is not None:
                        return kept_from
                end = await self._follow(effect, followed, tell)
                if end is not None:
                    return end
                if not action.idempotent:
                    return result_lost(followed.key.name, self._clock.now())
                followed.forget()

    async def withdraw(self, effect: Effect) -> None:
        """Delete the attempt's Job and its pods, unless it has ended by itself. Raises ApiError."""
        await self._creation.settled(effect.id)
        key = _key(effect)
        path = jobs_path(key.namespace, key.name)
        answer = await self._client.request("GET", path)
        if answer.missing:
            return
        found = job_facts(answer.body)
        attempt = FollowedJob(key, effect.id, effect.references.get("uid", ""))
        attempt.hold(found)
        if attempt.job is None or found.end or found.terminating:
            return
        options = {
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "propagationPolicy": "Background",
            "preconditions": {"uid": found.uid},
        }
        await self._client.request("DELETE", path, body=options, acting_as=account_of(effect.todo).username)

    async def _has_worked_and_gone(self, effect: Effect, action: Job, followed: FollowedJob) -> bool:
        """Whether a Job of which nobody could keep a record was deleted after it had pods: it is not made again.

        Without pods nothing was done, so that making it again is the first time. One that is still there is taken in.
        """
        if not effect.begun_before or action.idempotent:
            return False
        await self._creation.settled(effect.id)
        found = await self._board.read(followed)
        if found is None:
            return await self._witness.has_made_pods(followed.key)
        if not found.terminating:
            followed.hold(found)
        if followed.job is not None:
            await self._board.read_pods(followed)
        return False

    async def _is_there(self, followed: FollowedJob) -> bool:
        """Whether the recorded Job exists; what is there is taken in."""
        found = await self._board.read(followed)
        if found is None or not followed.owns(found) or found.uid != followed.uid:
            return False
        followed.hold(found)
        await self._board.read_pods(followed)
        return True

    async def _follow(
        self, effect: Effect, followed: FollowedJob, tell: Callable[[Underway | Held], None]
    ) -> Accomplished | Unsuccessful | None:
        """How the Job ended; None where it is gone without an end that anybody saw."""
        question = _Question()
        while True:
            followed.changed.clear()
            job = followed.job
            if job is None:
                return None
            if job.end:
                return await self._ended(effect, followed)
            if followed.missing and not await self._is_there(followed):
                return None
            begun = any(pod.begun or pod.over for pod in followed.pods)
            if not begun and question.due():
                question.answered(await self._witness.warning(job, followed.pods), bool(followed.pods))
            tell(underway(job, followed.pods, question.answer_about(bool(followed.pods))))
            wait = _LOOK_AGAIN if begun or job.suspended else question.in_seconds()
            try:
                async with asyncio.timeout(wait):
                    await followed.changed.wait()
            except TimeoutError:
                if wait == _LOOK_AGAIN and not await self._is_there(followed):
                    return None

    async def _ended(self, effect: Effect, followed: FollowedJob) -> Accomplished | Unsuccessful | None:
        job = followed.job
        if job is None:
            return None
        if sum(pod.over for pod in followed.pods) < job.ended:
            with suppress(ApiError):  # the Job's own end is known; of its pods whatever can be had
                await self._board.read_pods(followed)
        end = ended(job, followed.pods, self._clock.now())
        failed = failed_container(followed.pods)
        if isinstance(end, Accomplished) or end.reason is not Reason.JOB_FAILED or failed is None:
            return end
        said = one_line(failed.container.message) or await self._witness.last_lines(
            followed.key.namespace, failed, account_of(effect.todo).username
        )
        return replace(end, message=f"{end.message}: {said}") if said else end


def _key(effect: Effect) -> TodoKey:
    return TodoKey(effect.todo.key.namespace, effect_name(effect.todo.key.name, effect.id))


@dataclass(slots=True)
class _Question:
    """When to ask next why no pod has started, and what the last answer was: about the pods, or their absence."""

    _answer: str = ""
    _with_pods: bool = False
    _pause: float = _FIRST_QUESTION
    _next: float = field(default_factory=lambda: asyncio.get_running_loop().time() + _FIRST_QUESTION)

    def due(self) -> bool:
        """Whether it is time to ask."""
        return asyncio.get_running_loop().time() >= self._next

    def in_seconds(self) -> float:
        """How long until it is time to ask."""
        return max(self._next - asyncio.get_running_loop().time(), 0.05)

    def answer_about(self, with_pods: bool) -> str:
        """The last answer, if it is about the same."""
        return self._answer if self._with_pods is with_pods else ""

    def answered(self, answer: str, with_pods: bool) -> None:
        """Keep the answer; no answer does not take back an earlier one about the same."""
        self._answer, self._with_pods = answer or self.answer_about(with_pods), with_pods
        self._pause = min(self._pause * _SLOWER, _LONGEST_QUESTION)
        self._next = asyncio.get_running_loop().time() + self._pause
