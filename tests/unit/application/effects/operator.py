"""An operator that carries out errands and may die, over a cluster and an elsewhere that outlive it."""

import asyncio

from myapp.domain.effect import Accomplished, FailureKind, Unsuccessful
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase, Reason
from tests.fakes.clock import START
from tests.fakes.cluster import NAMESPACE, FakeCluster
from tests.fakes.effects import Errand, FakePerformer
from tests.fakes.effects import World as Elsewhere
from tests.unit.application.conftest import World

KEY = TodoKey(NAMESPACE, "errand")
DONE = Accomplished(START, "done", {"answer": 42})
ERROR = Unsuccessful(START, FailureKind.ERROR, Reason.UNAVAILABLE, "no connection")


class Pauses:
    """Stands in for the passing of time between two tries of a performer."""

    def __init__(self) -> None:
        self.lengths: list[float] = []
        self._over = asyncio.Event()

    async def pause(self, seconds: float) -> None:
        """Wait until released."""
        self.lengths.append(seconds)
        self._over.clear()
        await self._over.wait()

    def release(self) -> None:
        """The time is over."""
        self._over.set()


class Operator:
    """One life of the process over a cluster, and an elsewhere, that outlive it."""

    def __init__(self, cluster: FakeCluster, elsewhere: Elsewhere) -> None:
        self.performer = FakePerformer(elsewhere)
        self.pauses = Pauses()
        self.world = World(cluster=cluster, performers={Errand: self.performer}, pause=self.pauses.pause)
        self.world.see_all()

    async def settle(self) -> None:
        """Reconcile until nothing more happens by itself."""
        for _ in range(20):
            await asyncio.sleep(0)
            await self.world.work_off()

    async def look(self, **later: float) -> None:
        """Look at the todo after so much time."""
        self.world.clock.advance(**later)
        self.world.queue.add(KEY)
        await self.settle()

    async def die(self) -> None:
        """The process is gone: of what it knew nothing is left."""
        await self.world.effects.stop()


def written(cluster: FakeCluster) -> list[tuple[Phase, Reason | None]]:
    """Every status that was written."""
    return [(status.phase, status.reason) for _, status in cluster.status_writes]
