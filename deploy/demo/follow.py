"""Follows the release to its end, and lets the people act when it is their turn and nobody is at the terminal."""

import time
from collections.abc import Callable, Sequence

from deploy.demo.errors import DemoError
from deploy.demo.narrator import Narrator
from deploy.demo.people import SCRIPT, Act, perform
from deploy.demo.release import APPROVAL, SIGN_OFF, read_release
from deploy.demo.release_todo import ReleaseTodo
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
    to_come = list(SCRIPT) if auto else []
    while True:
        todos = read_release(cluster)
        narrator.show(todos)
        if todos and all(todo.ended for todo in todos):
            return todos
        operator.check()
        asked = {todo.todo for todo in todos if todo.awaits_person and todo.todo in (APPROVAL, SIGN_OFF)}
        if to_come and to_come[0].todo in asked:
            _perform(cluster, narrator, to_come.pop(0))
        elif watch.seconds_still(todos) > _STANDSTILL and (auto or not asked):
            raise DemoError(f"nothing has moved for {_STANDSTILL:.0f} s", operator.end_of_log())
        time.sleep(_LOOK_EVERY)


def _perform(cluster: ClusterAccess, narrator: Narrator, act: Act) -> None:
    said = perform(cluster, act)
    narrator.quote(said)
    if said.succeeded and not act.allowed:
        raise DemoError(f"{act.user} could {act.command} {act.todo}, without the verb that it takes")
    if act.allowed and not said.succeeded:
        raise DemoError(f"{act.user} could not {act.command} {act.todo}: {said.answer}")


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
