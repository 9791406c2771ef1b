"""Dry runs: a todo that waits says what its work will run into, takes it back, and pays nothing where all is well."""

import asyncio

import pytest

from myapp.application.errors import ApiUnavailableError
from myapp.domain.effect import FailureKind, Held, Unsuccessful
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase, Reason
from tests.fakes.clock import START
from tests.fakes.cluster import NAMESPACE, FakeCluster
from tests.fakes.effects import Errand, FakePerformer, FakeRehearser
from tests.unit.application.conftest import World

KEY = TodoKey(NAMESPACE, "errand")
NO_RIGHT = Held(Reason.FORBIDDEN, "no right to create Jobs")
INVALID = Unsuccessful(START, FailureKind.FAILURE, Reason.INVALID_TEMPLATE, "no such field", final=True)
WAITS = (Phase.PENDING, Reason.WAITING_FOR_DEPENDENCY)


class Operator:
    """One life of the process; pauses are counted and take no time."""

    def __init__(self, cluster: FakeCluster, *answers: Held | Unsuccessful | Exception | None) -> None:
        self.rehearser, self.pauses, self._pauses_left = FakeRehearser(list(answers)), list[float](), 0
        self.performer = FakePerformer()
        self.world = World(
            cluster=cluster,
            performers={Errand: self.performer},
            rehearsers={Errand: self.rehearser},
            pause=self._pause,
        )
        self.world.see_all()

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        if self._pauses_left == 0:
            await asyncio.Event().wait()
        self._pauses_left -= 1

    async def settle(self, pauses: int = 0) -> None:
        """Reconcile until nothing more happens by itself, while so many pauses are over at once."""
        self._pauses_left = pauses
        for _ in range(20):
            await asyncio.sleep(0)
            await self.world.work_off()

    async def die(self) -> None:
        """The process is gone."""
        await self.world.rehearsals.stop()
        await self.world.effects.stop()


@pytest.fixture
async def cluster() -> FakeCluster:
    """An errand that waits for a gate."""
    found = FakeCluster()
    found.apply("gate")
    found.apply("errand", errand={}, depends_on=[{"name": "gate"}])
    return found


def told(cluster: FakeCluster) -> list[tuple[Phase, Reason | None]]:
    """What was written of the errand."""
    return [(status.phase, status.reason) for key, status in cluster.status_writes if key == KEY]


async def test_where_all_is_well_nothing_is_written(cluster: FakeCluster) -> None:
    """It is tried once, after a moment in which the wait may end, and that is all."""
    operator = Operator(cluster, None)
    await operator.settle(pauses=9)
    assert told(cluster) == [WAITS]
    assert (len(operator.rehearser.asked), operator.pauses) == (1, [1.0])
    await operator.die()


async def test_what_is_found_is_told_and_taken_back(cluster: FakeCluster) -> None:
    """One write when it is found, none while it lasts, one when it is gone; tried ever more rarely."""
    operator = Operator(cluster, *[NO_RIGHT] * 12, None)
    await operator.settle(pauses=6)
    assert told(cluster) == [WAITS, (Phase.PENDING, Reason.FORBIDDEN)]
    message = cluster.status_of("errand").message
    assert message == "waits for gate; as things stand it could not begin: no right to create Jobs"
    await operator.die()

    operator = Operator(cluster, *[NO_RIGHT] * 12, None)
    await operator.settle(pauses=20)
    assert told(cluster) == [WAITS, (Phase.PENDING, Reason.FORBIDDEN), WAITS]
    assert operator.pauses == [1.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0, 300.0, 300.0]
    await operator.die()


async def test_a_restart_writes_nothing(cluster: FakeCluster) -> None:
    """As long as nothing is known, what the status says holds."""
    operator = Operator(cluster, INVALID)
    await operator.settle(pauses=1)
    await operator.die()
    before = list(cluster.status_writes)
    assert told(cluster)[-1] == (Phase.PENDING, Reason.INVALID_TEMPLATE)

    again = Operator(cluster, INVALID)
    await again.settle(pauses=3)
    assert (cluster.status_writes, len(again.rehearser.asked)) == (before, 3)
    await again.die()


async def test_an_edit_is_tried_at_once(cluster: FakeCluster) -> None:
    """What was said of the template before is said no more, and the new one is judged by itself."""
    operator = Operator(cluster, INVALID, None)
    await operator.settle(pauses=1)
    cluster.apply("errand", errand={}, depends_on=[{"name": "gate"}], content="better")
    operator.world.see_all()
    await operator.settle(pauses=1)
    assert told(cluster) == [WAITS, (Phase.PENDING, Reason.INVALID_TEMPLATE), WAITS]
    assert [todo.generation for todo in operator.rehearser.asked] == [1, 2]
    await operator.die()


@pytest.mark.parametrize(
    "answer",
    [
        Held(Reason.QUOTA_EXCEEDED, "full"),
        Held(Reason.OBJECT_NOT_FOUND, "not yet"),
        ApiUnavailableError("down"),
        RuntimeError("a defect"),
    ],
    ids=str,
)
async def test_what_passes_by_itself_is_not_told(cluster: FakeCluster, answer: Held | Exception) -> None:
    """Nobody has to mend it."""
    operator = Operator(cluster, answer)
    await operator.settle(pauses=3)
    assert told(cluster) == [WAITS]
    await operator.die()


async def test_the_work_is_begun_whatever_was_foreseen(cluster: FakeCluster) -> None:
    """What a dry run has said is no report on an attempt, and nothing of it is left in memory."""
    operator = Operator(cluster, NO_RIGHT)
    await operator.settle(pauses=1)
    cluster.decide("gate")
    operator.world.see_all()
    await operator.settle(pauses=5)
    assert told(cluster)[-1] == (Phase.ACTIVE, Reason.STARTING)
    assert (len(operator.performer.asked), len(operator.world.rehearsals)) == (1, 0)
    await operator.die()


@pytest.mark.parametrize("spec", [{}, {"wait": {"duration": "1h"}}, {"errand": {}, "suspend": True}])
async def test_nothing_is_tried_without_work_that_waits(spec: dict[str, object]) -> None:
    """People and time need no dry run, and what somebody holds is left alone."""
    cluster = FakeCluster()
    cluster.apply("gate")
    cluster.apply("errand", depends_on=[{"name": "gate"}], **spec)
    operator = Operator(cluster, INVALID)
    await operator.settle(pauses=3)
    assert operator.rehearser.asked == []
    await operator.die()
