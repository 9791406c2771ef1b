"""The decisions that nobody has judged yet, by their target. An entry leaves when its answer is written."""

from myapp.domain.decision import Decision
from myapp.domain.todo_key import TodoKey


class DecisionInbox:
    """Unjudged decisions."""

    def __init__(self) -> None:
        self._by_target: dict[TodoKey, dict[str, Decision]] = {}
        self._targets: dict[str, TodoKey] = {}

    def __len__(self) -> int:
        return len(self._targets)

    def add(self, decision: Decision) -> None:
        """A decision was seen that has no answer."""
        self._by_target.setdefault(decision.target, {})[decision.id] = decision
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
            del self._by_target[target]

    def on(self, target: TodoKey) -> tuple[Decision, ...]:
        """What was decided about a todo, in no particular order."""
        return tuple(self._by_target.get(target, {}).values())

    def targets(self) -> tuple[TodoKey, ...]:
        """The todos about which somebody decided."""
        return tuple(self._by_target)
