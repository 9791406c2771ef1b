"""The cluster, and operators over it."""

from collections.abc import AsyncIterator, Callable

import pytest

from tests.fakes.cluster import FakeCluster
from tests.fakes.effects import World as Elsewhere
from tests.unit.application.effects.operator import Operator


@pytest.fixture
def cluster() -> FakeCluster:
    """Todos and their statuses."""
    return FakeCluster()


@pytest.fixture
async def start(cluster: FakeCluster) -> AsyncIterator[Callable[[], Operator]]:
    """Starts an operator; the elsewhere is the same for all."""
    elsewhere, started = Elsewhere(), list[Operator]()

    def begin() -> Operator:
        started.append(Operator(cluster, elsewhere))
        return started[-1]

    yield begin
    for operator in started:
        await operator.die()
