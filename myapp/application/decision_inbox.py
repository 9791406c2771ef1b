"""The decisions that nobody has judged yet, by their target. An entry leaves when its answer is written.

However many there are about one todo, a look at the oldest of them costs no more than these: a person with a loop must
not slow down what others decide.
"""

import heapq
from datetime import datetime

from myapp.domain.decision import Decision
from myapp.domain.todo_key import TodoKey


class DecisionInbox:
    """Unjudged decisions."""

    def __init__(self) -> None:
        self._by_target: dict[TodoKey, dict[str, Decision]] = {}
        self._oldest: dict[TodoKey, list[tuple[datetime, str]]] = {}
        """Heaps in the order in which decisions are judged; what has left is taken out when it comes to the top."""
        self._targets: dict[str, TodoKey] = {}

    def __len__(self) -> int:
        return len(self._targets)

    def add(self, decision: Decision) -> None:
        """A decision was seen that has no answer."""
        waiting = self._by_target.setdefault(decision.target, {})
        if decision.id not in waiting:
            heapq.heappush(self._oldest.setdefault(decision.target, []), decision.order)
        waiting[decision.id] = decision
        self._targets[decision.id] = decision.target

    def remove(self, decision_id: str, version: str | None = None) -> None:
        """The decision has its answer, or is gone; with ``version``, provided that no newer one was seen meanwhile."""
        target = self._targets.get(decision_id)
        if target is None:
            return
        decisions = self._by_target[target]
        if version is not None and decisions[decision_id].version != version:
            return
        del decisions[decision_id], self._targets[decision_id]
        if not decisions:
            del self._by_target[target], self._oldest[target]

    def any_on(self, target: TodoKey) -> bool:
        """Whether somebody decided about a todo."""
        return target in self._by_target

    def on(self, target: TodoKey) -> tuple[Decision, ...]:
        """What was decided about a todo, in no particular order."""
        return tuple(self._by_target.get(target, {}).values())

    def oldest_on(self, target: TodoKey, count: int) -> tuple[Decision, ...]:
        """The first ``count`` of what was decided about a todo, in the order in which it was."""
        waiting, heap = self._by_target.get(target, {}), self._oldest.get(target, [])
        found: dict[tuple[datetime, str], Decision] = {}
        while heap and len(found) < count:
            order = heapq.heappop(heap)
            if order[1] in waiting:
                found[order] = waiting[order[1]]
        for order in found:
            heapq.heappush(heap, order)
        return tuple(found.values())

    def targets(self) -> tuple[TodoKey, ...]:
        """The todos about which somebody decided."""
        return tuple(self._by_target)
