"""What is held for hours: how often it is tried, what that writes, and how it ends."""

from collections.abc import Callable
from itertools import accumulate, pairwise

import pytest

from myapp.application.errors import ApiRefusedError, ApiUnavailableError
from myapp.domain.effect import Held
from myapp.domain.todo_phase import Phase, Reason
from tests.fakes.cluster import FakeCluster
from tests.unit.application.effects.operator import DONE, Operator

TRIES = 20
SECRET = Held(Reason.SECRET_NOT_FOUND, "there is no Secret ci")


@pytest.mark.parametrize(
    "cause",
    [SECRET, ApiRefusedError("jobs is forbidden", 403), ApiUnavailableError("no answer"), RuntimeError("a defect")],
    ids=["held", "refused", "unavailable", "defect"],
)
async def test_a_cause_that_lasts_is_no_hot_loop(
    cluster: FakeCluster, start: Callable[[], Operator], cause: Held | Exception
) -> None:
    """At most one try a minute after ten minutes, one write for all of them, and no attempt used up at the end."""
    cluster.apply("errand", errand={})
    operator = start()
    operator.performer.answers += [*[cause] * TRIES, DONE]
    await operator.settle()
    for _ in range(TRIES):
        assert len(operator.performer.asked) == len(operator.pauses.lengths), "a look alone is no try"
        operator.pauses.release()
        await operator.look(seconds=operator.pauses.lengths[-1])

    tried_at = [0.0, *accumulate(operator.pauses.lengths)]
    late = [at for at in tried_at if at >= 600]
    assert tried_at[5] <= 31, "a cause that passes soon is found gone soon"
    assert len(late) > 5
    assert all(after - before >= 60 for before, after in pairwise(late))
    status = cluster.status_of("errand")
    assert (status.phase, status.attempt) == (Phase.SUCCEEDED, 1)
    assert len(cluster.status_writes) == 3, "that it begins, what it waits for, and its end"
