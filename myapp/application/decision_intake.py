"""Hands what people decide to those who judge it: decisions on todos to these, decisions on workflows to the others."""

from typing import Protocol

from myapp.application.decision_inbox import DecisionInbox
from myapp.domain.decision import Decision, TargetKind


class TakesDecisions(Protocol):
    """The intake of one kind of target."""

    def decision_seen(self, decision: Decision) -> None:
        """Somebody decided, and nobody has answered."""
        ...

    def decision_settled(self, decision_id: str, version: str | None = None) -> None:
        """A decision has its answer, or exists no more."""
        ...

    def decisions_may_be_judged(self) -> None:
        """What kept decisions waiting is over, or another cause."""
        ...


class DecisionIntake:
    """The one entrance of decisions. Its length is how many have no answer."""

    def __init__(
        self, *, todos: TakesDecisions, runs: TakesDecisions, inboxes: tuple[DecisionInbox, DecisionInbox]
    ) -> None:
        self._todos = todos
        self._runs = runs
        self._inboxes = inboxes

    def __len__(self) -> int:
        return sum(map(len, self._inboxes))

    def seen(self, decision: Decision) -> None:
        """Somebody decided, and nobody has answered."""
        target = self._runs if decision.target_kind is TargetKind.WORKFLOW else self._todos
        target.decision_seen(decision)

    def settled(self, decision_id: str) -> None:
        """A decision has its answer, or exists no more: what it was about is not told."""
        self._todos.decision_settled(decision_id)
        self._runs.decision_settled(decision_id)

    def may_be_judged(self) -> None:
        """Whoever has a decision looks again."""
        self._todos.decisions_may_be_judged()
        self._runs.decisions_may_be_judged()
