"""A namespace of todos with the least that an application does around ``decide``; every reconcile checks what must
always hold.

It stores what plans say, as the API server would: statuses, answers, deletions. What it deliberately lacks is a queue:
who is reconciled when is the test's choice.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from random import Random

from myapp.domain.condition import Condition
from myapp.domain.decide import decide
from myapp.domain.decision import Answer, Decision, DecisionAction, DecisionOutcome
from myapp.domain.dependency_graph import DependencyGraph
from myapp.domain.moment import earliest
from myapp.domain.plan import Plan
from myapp.domain.situation import Related
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Phase, check_transition
from myapp.domain.todo_status import TodoStatus

MANY_ROUNDS = 50


class NamespaceModel:
    """Todos, their statuses, decisions that await an answer, and the time."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.todos: dict[str, TodoEntry] = {}
        self.statuses: dict[str, TodoStatus] = {}
        self.deleted: dict[str, TodoStatus] = {}
        self.answers: dict[str, Answer] = {}
        self._inbox: dict[str, list[Decision]] = {}
        self._look_again: dict[str, datetime | None] = {}
        self._graph = DependencyGraph()
        self._times_counted: dict[str, int] = {}

    def apply(self, todo: TodoEntry) -> None:
        """Create a todo, or edit its spec."""
        name = todo.key.name
        if name in self.todos:
            todo = replace(todo, generation=self.todos[name].generation + 1)
        else:
            self.statuses[name] = TodoStatus()
            self._inbox.setdefault(name, [])
        self.todos[name] = todo
        self._record_edges(name)

    def submit(self, decision: Decision) -> None:
        """A person decides."""
        if decision.target.name in self.todos:
            self._inbox[decision.target.name].append(decision)

    def reconcile(self, name: str, *, lose_answers: bool = False, lose_status: bool = False) -> bool:
        """Carry out one plan; whether anything changed by it.

        ``lose_status``: the write is refused (409), so nothing of the plan happens. ``lose_answers``: the process dies
        after the status was written.
        """
        todo, before = self.todos[name], self.statuses[name]
        plan = decide(todo, before, self._related(todo), self._inbox[name], self.now)
        _check_step(before, plan.status)
        if lose_status:
            return False
        self._count(before, plan.status)
        self.statuses[name] = plan.status
        self._look_again[name] = plan.look_again_at
        self._record_edges(name)
        answered = not lose_answers and self._answer(name, before, plan)
        if plan.delete and not lose_answers:
            self._delete(name)
            return True
        return plan.status != before or answered

    def settle(self, dice: Random) -> None:
        """Reconcile in any order, some several times, until nobody has anything to do at this moment."""
        for _ in range(MANY_ROUNDS):
            order = list(self.todos)
            dice.shuffle(order)
            again = order[: len(order) // 2]
            changes = sum(self.reconcile(name) for name in (*order, *again) if name in self.todos)
            if changes == 0:
                return
        raise AssertionError(f"no rest after {MANY_ROUNDS} rounds at {self.now}")

    def next_alarm(self) -> datetime | None:
        """When the first todo asked to be looked at again."""
        return earliest(*self._look_again.values())

    def unanswered(self) -> list[Decision]:
        """Decisions that nobody has judged."""
        return [decision for decisions in self._inbox.values() for decision in decisions]

    def _related(self, todo: TodoEntry) -> Related:
        name = todo.key.name
        states = {
            dependency.name: self.statuses[dependency.name].dependency_state()
            for dependency in todo.dependencies
            if dependency.name in self.todos
        }
        return Related(states, self._graph.loop_through(name), self._graph.has_dependents(name))

    def _record_edges(self, name: str) -> None:
        finished = self.statuses[name].phase.final
        dependencies = () if finished else [dependency.name for dependency in self.todos[name].dependencies]
        self._graph.set_dependencies(name, dependencies)

    def _answer(self, name: str, before: TodoStatus, plan: Plan) -> bool:
        judged, self._inbox[name] = self._inbox[name], []
        assert {answer.decision.id for answer in plan.answers} == {decision.id for decision in judged}
        if not before.phase.final:  # else what is refused may come before the one that starts it anew
            _check_order(plan)
        for answer in plan.answers:
            earlier = self.answers.setdefault(answer.decision.id, answer)
            assert earlier is answer, f"{answer.decision.id} was answered twice"
            in_status = answer.decision.id in {counted.id for counted in plan.status.decisions}
            assert in_status is (answer.outcome is DecisionOutcome.COUNTED)
        return bool(judged)

    def _count(self, before: TodoStatus, after: TodoStatus) -> None:
        known = {counted.id for counted in before.decisions}
        for counted in after.decisions:
            if counted.id not in known:
                self._times_counted[counted.id] = self._times_counted.get(counted.id, 0) + 1
                assert self._times_counted[counted.id] == 1, f"{counted.id} counted twice"

    def _delete(self, name: str) -> None:
        assert self.statuses[name].phase.final, "only a finished todo is deleted"
        assert not self._graph.has_dependents(name), "nobody may be waiting for it"
        self._graph.set_dependencies(name, ())
        self.deleted[name] = self.statuses.pop(name)
        del self.todos[name], self._look_again[name]


def _check_order(plan: Plan) -> None:
    """Of several decisions that are judged together and compete, the one that counts was made first.

    A Retry competes with none: on a todo that has not failed it is refused, whatever is decided after it.
    """
    competing = [answer for answer in plan.answers if answer.decision.action is not DecisionAction.RETRY]
    made_at = {
        outcome: [answer.decision.created_at for answer in competing if answer.outcome is outcome]
        for outcome in DecisionOutcome
    }
    if made_at[DecisionOutcome.COUNTED] and made_at[DecisionOutcome.REFUSED]:
        assert max(made_at[DecisionOutcome.COUNTED]) <= min(made_at[DecisionOutcome.REFUSED]), "out of order"


def _check_step(before: TodoStatus, after: TodoStatus) -> None:
    """What one reconcile may do to a status, whatever happened."""
    check_transition(before.phase, after.phase)
    assert after.decisions[: len(before.decisions)] == before.decisions, "what counted stays counted"
    assert before.start_time in (None, after.start_time), "a todo starts once"
    assert before.phase is not Phase.FAILED or after.phase in (Phase.FAILED, Phase.ACTIVE)
    assert after.attempt in (before.attempt, before.attempt + 1), "attempts are counted one by one"
    assert after.attempt > before.attempt or after.suspended_for >= before.suspended_for
    if before.phase.final and after.phase.final:
        assert _without_generations(after) == _without_generations(before), "an end is final"


def _without_generations(status: TodoStatus) -> TodoStatus:
    return replace(
        status,
        observed_generation=0,
        next_transition_time=None,
        conditions=tuple(_without_generation(status.conditions)),
    )


def _without_generation(conditions: Iterable[Condition]) -> Iterable[Condition]:
    return (replace(condition, observed_generation=0) for condition in conditions)
