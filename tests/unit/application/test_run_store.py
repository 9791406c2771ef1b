"""Where a run is read from, and what of its status is still to be written."""

from dataclasses import replace

from myapp.application.run_registry import RunRegistry
from myapp.application.run_snapshot import RunSnapshot
from myapp.application.run_store import RunStore
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.run_status import RunStatus
from tests.fakes.clock import FakeClock
from tests.fakes.cluster import FakeCluster
from tests.fakes.run_cluster import FakeRunCluster
from tests.unit.application.run_process import key
from tests.unit.domain.workflow.builders import step

ACTIVE = RunStatus(phase=Phase.ACTIVE)
DRAFT = RunStatus(phase=Phase.ACTIVE, message="further")


class _Parts:
    def __init__(self, capacity: int = 10) -> None:
        self.cluster = FakeRunCluster(FakeCluster(), FakeClock())
        self.registry = RunRegistry()
        self.store = RunStore(registry=self.registry, reader=self.cluster, capacity=capacity)

    def seen(self, name: str = "r", status: RunStatus = ACTIVE) -> RunSnapshot:
        snapshot = replace(self.cluster.apply(name, steps=[step("a")]), status=status)
        self.cluster.runs[snapshot.key] = snapshot
        self.registry.observe(snapshot)
        self.store.keep(snapshot)
        return snapshot


async def test_the_latest_is_read_from_memory_and_an_outdated_one_is_not() -> None:
    parts = _Parts()
    snapshot = parts.seen()
    assert await parts.store.read(key("r")) is snapshot
    newer = parts.cluster.apply("r", steps=[step("a")], suspend=True)
    parts.registry.observe(newer)
    assert await parts.store.read(key("r")) == newer
    parts.store.drop(key("r"))
    assert await parts.store.read(key("nobody")) is None
    assert await parts.store.read(key("")) is None


async def test_memory_is_bounded() -> None:
    parts = _Parts(capacity=1)
    first = parts.seen("first")
    parts.store.draft(first, DRAFT)
    parts.seen("second")
    del parts.cluster.runs[first.key]
    assert await parts.store.read(first.key) is None
    assert parts.store.status_of(first) == ACTIVE


def test_a_draft_holds_until_somebody_writes_another_status() -> None:
    parts = _Parts()
    snapshot = parts.seen()
    parts.store.draft(snapshot, DRAFT)
    assert parts.store.status_of(snapshot) == DRAFT
    edited = replace(snapshot, version="999", status=replace(ACTIVE))
    assert parts.store.status_of(edited) == DRAFT
    foreign = replace(snapshot, status=RunStatus(phase=Phase.FAILED))
    assert parts.store.status_of(foreign) == foreign.status
    assert parts.store.status_of(snapshot) == ACTIVE


def test_a_write_ends_a_draft() -> None:
    parts = _Parts()
    snapshot = parts.seen()
    parts.store.draft(snapshot, DRAFT)
    parts.store.written(snapshot.uid)
    assert parts.store.status_of(snapshot) == ACTIVE


def test_what_is_gone_is_forgotten() -> None:
    parts = _Parts()
    snapshot = parts.seen()
    parts.store.draft(snapshot, DRAFT)
    parts.store.forget(snapshot.key, snapshot.uid)
    assert parts.store.status_of(snapshot) == ACTIVE
