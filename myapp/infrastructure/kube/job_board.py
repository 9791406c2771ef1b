"""What is known of the Jobs that somebody waits for, fed by one watch of Jobs and one of pods for all of them.

It keeps facts of nothing else: of other Jobs it only tells that they have not ended, so that what an attempt has left
behind can be found.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from myapp.application.errors import ApiUnavailableError
from myapp.domain.effect import EffectId
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.kube.job_facts import JobFacts, PodFacts, job_facts, job_of_pod, pod_facts
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.resource_paths import jobs_path, pods_path

_JOB_NAME = "batch.kubernetes.io/job-name"
#: Pods that a Job had and lost say why it failed; of one that loses them all the time the latest will do.
_MOST_PODS = 100


@dataclass(slots=True)
class FollowedJob:
    """The Job of an attempt. ``missing`` says that it may be gone: to be asked of the API server.

    ``uid`` is empty until the API server itself has said which Job it is; then no other object of that name is taken
    for it. What a watch tells before is kept and not acted on: it may be late, and tell of a Job that was there before.
    """

    key: TodoKey
    effect_id: EffectId
    uid: str = ""
    missing: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _seen: JobFacts | None = None
    _pods: dict[str, PodFacts] = field(default_factory=dict)

    @property
    def job(self) -> JobFacts | None:
        """The Job in its latest version; None where none is known to be the attempt's own."""
        return self._seen if self._seen is not None and self._seen.uid == self.uid else None

    @property
    def pods(self) -> tuple[PodFacts, ...]:
        """The pods of the Job, those that it has lost included."""
        return tuple(pod for pod in self._pods.values() if pod.job_uid == self.uid)

    def owns(self, facts: JobFacts) -> bool:
        """Whether that Job was made by this very attempt."""
        return (facts.todo_id, facts.attempt) == (self.effect_id.todo_id, str(self.effect_id.attempt))

    def hold(self, facts: JobFacts) -> None:
        """The API server has answered that this is the Job of that name; another's is none of ours."""
        if self.owns(facts) and self.uid in ("", facts.uid):
            self.uid = facts.uid
            self.take_job(facts)

    def take_job(self, facts: JobFacts) -> None:
        """A watch tells of this version; an older one is no news, and another Job is none of ours."""
        if not self.owns(facts) or self.uid not in ("", facts.uid):
            return
        known = self._seen
        if known is None or known.uid != facts.uid or known.version <= facts.version:
            self._seen, self.missing = facts, False
            self.changed.set()

    def take_pod(self, facts: PodFacts) -> None:
        """A pod exists, or existed, in this version; an older one is no news."""
        known = self._pods.get(facts.uid)
        if known is None or known.version <= facts.version:
            self._pods[facts.uid] = facts
            while len(self._pods) > _MOST_PODS:
                del self._pods[next(iter(self._pods))]
            self.changed.set()

    def lose(self, uid: str) -> None:
        """The watch has told that the Job of this uid is gone."""
        if self._seen is not None and self._seen.uid == uid:
            self.missing = True
            self.changed.set()

    def miss(self, told: Set[str]) -> None:
        """A listing told these uids and no others."""
        if self._seen is not None and self._seen.uid not in told:
            self.lose(self._seen.uid)

    def forget(self) -> None:
        """Another Job will take its place."""
        self.uid, self._seen, self.missing = "", None, False
        self._pods.clear()


class JobBoard:
    """Knows the Jobs that are followed."""

    def __init__(self, client: KubeClient) -> None:
        self._client = client
        self._stray: Callable[[JobFacts], None] = lambda _: None
        self._followed: dict[TodoKey, FollowedJob] = {}
        self.jobs = JobListener(self)
        self.pods = PodListener(self)

    def tell_of_strays(self, stray: Callable[[JobFacts], None]) -> None:
        """Have ``stray`` told of Jobs that have not ended and that nobody follows."""
        self._stray = stray

    @contextmanager
    def follow(self, key: TodoKey, effect_id: EffectId, uid: str) -> Iterator[FollowedJob]:
        """Keep what is seen of the attempt's Job while the context is open; ``uid`` is empty where it is not known."""
        followed = FollowedJob(key, effect_id, uid)
        self._followed[key] = followed
        try:
            yield followed
        finally:
            if self._followed.get(key) is followed:
                del self._followed[key]

    def follows(self, key: TodoKey) -> bool:
        """Whether somebody waits for the Job of that name."""
        return key in self._followed

    def seen_job(self, raw: Mapping[str, Any]) -> None:
        """A Job exists in this version."""
        facts = job_facts(raw)
        if (followed := self._followed.get(facts.key)) is not None:
            followed.take_job(facts)
        elif not facts.end and not facts.terminating:
            self._stray(facts)

    def seen_pod(self, raw: Mapping[str, Any]) -> None:
        """A pod exists, or existed, in this version."""
        key = job_of_pod(raw)
        if key is not None and (followed := self._followed.get(key)) is not None:
            followed.take_pod(pod_facts(raw))

    def gone_job(self, raw: Mapping[str, Any]) -> None:
        """A Job exists no more; its last version may say how it ended."""
        facts = job_facts(raw)
        followed = self._followed.get(facts.key)
        if followed is not None:
            followed.take_job(facts)
            followed.lose(facts.uid)

    def missing_jobs(self, namespace: str, told: Set[str]) -> None:
        """A listing of the namespace, or of all where it is empty, told these uids and no others."""
        for followed in self._followed.values():
            if namespace in ("", followed.key.namespace):
                followed.miss(told)

    async def read(self, followed: FollowedJob) -> JobFacts | None:
        """Ask the API server itself for the holder of the name, whosever it is. Raises ApiError."""
        answer = await self._client.request("GET", jobs_path(followed.key.namespace, followed.key.name))
        return None if answer.missing else job_facts(answer.body)

    async def read_pods(self, followed: FollowedJob) -> None:
        """Ask the API server itself for the Job's pods. Raises ApiError."""
        params = {"labelSelector": f"{_JOB_NAME}={followed.key.name}", "limit": str(_MOST_PODS)}
        answer = await self._client.request("GET", pods_path(followed.key.namespace), params=params)
        if "items" not in answer.body:
            raise ApiUnavailableError(f"GET {pods_path(followed.key.namespace)}: {answer.code}")
        for item in answer.body["items"]:
            followed.take_pod(pod_facts(item))


class JobListener:
    """WatchListener of Jobs."""

    def __init__(self, board: JobBoard) -> None:
        self._board = board

    def seen(self, raw: Mapping[str, Any]) -> None:
        """Pass it on."""
        self._board.seen_job(raw)

    def gone(self, raw: Mapping[str, Any]) -> None:
        """Pass it on."""
        self._board.gone_job(raw)

    def listed(self, namespace: str, uids: Set[str]) -> None:
        """Whatever the listing did not hold may be gone."""
        self._board.missing_jobs(namespace, uids)


class PodListener:
    """WatchListener of pods."""

    def __init__(self, board: JobBoard) -> None:
        self._board = board

    def seen(self, raw: Mapping[str, Any]) -> None:
        """Pass it on."""
        self._board.seen_pod(raw)

    def gone(self, raw: Mapping[str, Any]) -> None:
        """Its last version says why it is gone."""
        self._board.seen_pod(raw)

    def listed(self, namespace: str, uids: Set[str]) -> None:
        """A pod that went unseen is not missed before its Job has ended."""
