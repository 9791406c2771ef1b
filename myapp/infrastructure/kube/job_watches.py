"""The operator's own look at Jobs and pods: two watches for all todos together, of what carries their label."""

import asyncio
from collections.abc import Callable, Sequence

from myapp.infrastructure.kube.job_board import JobBoard
from myapp.infrastructure.kube.job_manifest import TODO_LABEL
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.kube_streams import KubeStreams
from myapp.infrastructure.kube.object_watch import ObjectWatch
from myapp.infrastructure.kube.resource_paths import jobs_path, pods_path
from myapp.infrastructure.kube.stray_jobs import StrayJobs


class JobWatches:
    """Feeds the board. In the whole cluster, or in each of ``namespaces``."""

    def __init__(
        self,
        *,
        client: KubeClient,
        streams: KubeStreams,
        board: JobBoard,
        strays: StrayJobs,
        namespaces: Sequence[str],
        random: Callable[[], float],
    ) -> None:
        self._strays = strays
        self._watches = [
            ObjectWatch(
                client,
                streams,
                path=path(namespace),
                namespace=namespace,
                selector=TODO_LABEL,
                listener=listener,
                random=random,
            )
            for namespace in namespaces or ("",)
            for path, listener in ((jobs_path, board.jobs), (pods_path, board.pods))
        ]

    async def run(self, start: asyncio.Event) -> None:
        """Watch from ``start`` on until cancelled."""
        await start.wait()
        async with asyncio.TaskGroup() as group:
            for watch in self._watches:
                group.create_task(watch.run())
            group.create_task(self._strays.run())
