"""What is kept of the events of Jobs and pods, in whatever order and however often they come."""

from typing import Any

import pytest

from myapp.domain.effect import EffectId
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.kube.job_board import FollowedJob, JobBoard
from myapp.infrastructure.kube.job_facts import JobFacts, job_facts
from tests.unit.infrastructure.jobs.recorded import raw

ID = EffectId("todo-uid", 1)
KEY = TodoKey("rec", "exits")


class World:
    """A board, what it was told, and the strays that it tells of."""

    def __init__(self) -> None:
        self.strays: list[JobFacts] = []
        # The board asks its client nothing in these tests.
        self.board = JobBoard(None)  # type: ignore[arg-type]
        self.board.tell_of_strays(self.strays.append)

    def job(
        self, *, version: int = 500, owner: str = "todo-uid", uid: str | None = None, **status: object
    ) -> dict[str, Any]:
        """A Job of this attempt, not ended unless `status` says so."""
        found: dict[str, Any] = raw("exits")["job"]
        found["metadata"]["resourceVersion"] = str(version)
        found["metadata"]["labels"]["todo.myapp.dev/attempt"] = "1"
        found["metadata"]["ownerReferences"] = [{"kind": "Todo", "name": "a", "uid": owner}]
        if uid:
            found["metadata"]["uid"] = uid
        if status:
            found["status"] = status
        return found

    def held(self, followed: FollowedJob, *, version: int = 1, uid: str | None = None) -> FollowedJob:
        """Followed, after the API server has answered that this is the attempt's Job, which runs."""
        followed.hold(job_facts(self.job(version=version, uid=uid, active=1)))
        return followed


@pytest.fixture
def world() -> World:
    """A board of the test's own."""
    return World()


def test_follows_its_job_and_pods(world: World) -> None:
    """Whoever waits is woken by either."""
    with world.board.follow(KEY, ID, "") as followed:
        world.held(followed).changed.clear()
        world.board.jobs.seen(world.job())
        assert followed.job is not None
        assert followed.job.end == "Failed"
        assert followed.changed.is_set()
        followed.changed.clear()
        world.board.pods.seen(raw("exits")["pods"][0])
        assert followed.changed.is_set()
        assert [pod.phase for pod in followed.pods] == ["Failed"]
    assert not world.board.follows(KEY)


def test_older_version_is_no_news(world: World) -> None:
    """A watch that begins anew may tell the past (R4)."""
    with world.board.follow(KEY, ID, "") as followed:
        world.held(followed, version=500)
        world.board.jobs.seen(world.job(version=500))
        world.board.jobs.seen(world.job(version=499, active=1))
        assert followed.job is not None
        assert followed.job.end == "Failed"


def test_stranger_of_the_same_name_is_not_taken(world: World) -> None:
    """Neither one of another todo nor another Job in the place of the recorded one (R5, R22)."""
    with world.board.follow(KEY, ID, "") as followed:
        world.board.jobs.seen(world.job(owner="another"))
        followed.hold(job_facts(world.job(owner="another")))
        assert followed.job is None
    with world.board.follow(KEY, ID, "recorded") as followed:
        world.board.jobs.seen(world.job(uid="another"))
        followed.hold(job_facts(world.job(uid="another")))
        assert followed.job is None


def test_job_that_was_there_before_is_not_taken(world: World) -> None:
    """A watch may be late, and tell of a Job that was deleted before this one was asked for."""
    with world.board.follow(KEY, ID, "") as followed:
        world.board.jobs.seen(world.job(version=500, uid="before", active=1))
        world.board.jobs.gone(world.job(version=501, uid="before"))
        assert (followed.job, followed.uid) == (None, "")
        world.held(followed, version=502, uid="new")
        world.board.jobs.gone(world.job(version=501, uid="before"))
        assert (followed.uid, followed.missing) == ("new", False)


def test_watch_may_be_faster_than_the_answer(world: World) -> None:
    """What it has told of the Job by then counts: it tells everything once."""
    with world.board.follow(KEY, ID, "") as followed:
        world.board.jobs.seen(world.job(version=500))
        world.held(followed, version=499)
        assert followed.job is not None
        assert followed.job.end == "Failed"
    with world.board.follow(KEY, ID, "") as followed:
        world.board.jobs.gone(world.job(version=500, active=1))
        assert world.held(followed, version=499).missing


def test_pods_of_another_job_are_not_its_own(world: World) -> None:
    """A pod is told apart by the uid of its owner, not by a label."""
    with world.board.follow(KEY, ID, "") as followed:
        world.held(followed, uid="another")
        world.board.pods.seen(raw("exits")["pods"][0])
        assert followed.pods == ()


def test_pod_that_is_gone_is_remembered(world: World) -> None:
    """Its last version says why the Job failed, and nobody else does."""
    evicted = raw("evicted")["pods"][0]
    with world.board.follow(
        TodoKey("rec", "evicted"), ID, evicted["metadata"]["ownerReferences"][0]["uid"]
    ) as followed:
        world.board.pods.gone(evicted)
        assert [pod.disrupted for pod in followed.pods] == ["EvictionByEvictionAPI: Eviction API: evicting"]


def test_deletion_is_missed_not_believed(world: World) -> None:
    """It is to be asked of the API server; how the Job had ended is kept."""
    with world.board.follow(KEY, ID, "") as followed:
        world.held(followed)
        world.board.jobs.gone(world.job(version=501))
        assert followed.missing
        assert followed.job is not None
        assert followed.job.end == "Failed"


def test_listing_misses_what_it_does_not_hold(world: World) -> None:
    """After a gap a Job that is gone is in no event (R8); one of another namespace is not looked for."""
    with world.board.follow(KEY, ID, "") as followed:
        world.held(followed)

        def missed(namespace: str, *told: str) -> bool:
            world.board.jobs.listed(namespace, set(told))
            return followed.missing

        assert not missed("elsewhere")
        assert not missed("rec", followed.uid)
        assert missed("", "others")
        world.board.jobs.seen(world.job(active=1))
        assert not missed("rec", followed.uid)


def test_stray_is_told(world: World) -> None:
    """A Job that runs and that nobody follows; not one that has ended."""
    world.board.jobs.seen(world.job(active=1))
    assert [stray.todo_id for stray in world.strays] == ["todo-uid"]
    world.board.jobs.seen(world.job())
    with world.board.follow(KEY, ID, ""):
        world.board.jobs.seen(world.job(active=1))
    assert len(world.strays) == 1


def test_pods_are_bounded() -> None:
    """A Job that loses pods all the time does not fill the memory."""
    followed = FollowedJob(KEY, ID, "077e7274-ab77-4ef1-bd54-307980cc4f01")
    board = JobBoard(None)  # type: ignore[arg-type] # asks its client nothing
    with board.follow(KEY, ID, followed.uid) as followed:
        for number in range(150):
            pod = raw("exits")["pods"][0]
            pod["metadata"]["uid"] = f"pod-{number}"
            board.pods.seen(pod)
        assert len(followed.pods) == 100
        assert followed.pods[-1].uid == "pod-149"
