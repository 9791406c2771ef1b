"""Has the Job of a todo's first attempt created as a dry run, which stores nothing, to see what the API server says."""

from myapp.application.errors import ApiError
from myapp.application.ports import Clock
from myapp.domain.actions.job import Job
from myapp.domain.effect import EffectId, Held, Unsuccessful
from myapp.domain.todo_entry import TodoEntry
from myapp.infrastructure.kube.automation_bounds import AutomationBounds
from myapp.infrastructure.kube.creation_refusal import knows_no_dry_run
from myapp.infrastructure.kube.job_manifest import job_manifest
from myapp.infrastructure.kube.job_refusal import job_refused
from myapp.infrastructure.kube.job_request import post_job
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.service_account import account_of


class JobRehearsal:
    """Rehearser of Jobs."""

    def __init__(self, client: KubeClient, bounds: AutomationBounds, clock: Clock) -> None:
        self._client = client
        self._bounds = bounds
        self._clock = clock

    async def rehearse(self, todo: TodoEntry) -> Held | Unsuccessful | None:
        """What the creation would run into. Raises ApiError."""
        action, account = todo.action, account_of(todo)
        if not isinstance(action, Job):
            raise TypeError(f"{type(action).__name__} is no Job")
        if (never := await self._bounds.refusal(account)) is not None:
            return never
        manifest = job_manifest(todo, action, EffectId(todo.id, 1), account.name)
        try:
            await post_job(self._client, account.namespace, manifest, account.username, dry_run=True)
        except ApiError as error:
            if knows_no_dry_run(error):
                return None
            refused = job_refused(error, account, self._clock.now())
            if refused is None:
                raise
            return refused
        return None
