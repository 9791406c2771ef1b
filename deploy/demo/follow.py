"""Follows the release to its end, and lets the people act when it is their turn and nobody is at the terminal."""

import time
from collections.abc import Callable, Sequence

from deploy.demo.errors import DemoError
from deploy.demo.narrator import Narrator
from deploy.demo.people import DEVELOPER, ONCALL, complete_approval
from deploy.demo.release import APPROVAL, ReleaseTodo, read_release
from deploy.demo.running_operator import RunningOperator
from deploy.local import ClusterAccess

_LOOK_EVERY = 0.5
_STANDSTILL = 90.0
"""Seconds without any change, while nobody is waited for, after which something is wrong."""


def follow_release(
    cluster: ClusterAccess, operator: RunningOperator, narrator: Narrator, *, auto: bool
) -> tuple[ReleaseTodo, ...]:
    """Shows the todos until all have ended, and returns them.

    Raises DemoError when the operator ends, when nothing moves any more, or when a person was answered wrongly.
    """
    watch = _Standstill()
    decided = not auto
    while True:
        todos = read_release(cluster)
        narrator.show(todos)
        if todos and all(todo.ended for todo in todos):
            return todos
        operator.check()
        approval = next((todo for todo in todos if todo.name == APPROVAL), None)
        waiting = approval is not None and approval.awaits_person
        if waiting and not decided:
            decided = True
            _decide(cluster, narrator)
        elif watch.seconds_still(todos) > _STANDSTILL and not waiting:
            raise DemoError(f"nothing has moved for {_STANDSTILL:.0f} s", operator.end_of_log())
        time.sleep(_LOOK_EVERY)


def _decide(cluster: ClusterAccess, narrator: Narrator) -> None:
    """First somebody without the verb, then somebody with it."""
    refused = complete_approval(cluster, DEVELOPER, "looks good to me")
    narrator.quote(refused)
    if refused.succeeded:
        raise DemoError("developer has completed the approval, without the verb that it takes")
    allowed = complete_approval(cluster, ONCALL, "error rate is flat")
    narrator.quote(allowed)
    if not allowed.succeeded:
        raise DemoError(f"oncall could not complete the approval: {allowed.answer}")


class _Standstill:
    """How long nothing has changed."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: list[tuple[str, str]] = []
        self._since = clock()

    def seconds_still(self, todos: Sequence[ReleaseTodo]) -> float:
        state = [(todo.phase, todo.reason) for todo in todos]
        if state != self._seen:
            self._seen, self._since = state, self._clock()
        return self._clock() - self._since
