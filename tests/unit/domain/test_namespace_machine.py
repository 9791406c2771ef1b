"""Nothing is ever decided twice: random users, edits, crashes and conflicts against a namespace of todos.

The model checks each step: phases only move along the table, what counted stays counted and counts once, each decision
gets one answer and that agrees with the status, an end is final, nothing is deleted while somebody waits for it. Here,
unlike in ``test_any_order``, todos are reconciled late, seldom, or not at all for a while.
"""

from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from myapp.domain.decision import DecisionOutcome
from myapp.domain.dependency import Dependency
from myapp.domain.duration import parse_duration
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Phase
from tests.unit.domain.builders import T0, decision, todo
from tests.unit.domain.namespace_model import NamespaceModel
from tests.unit.domain.strategies import NAMES, durations, todos

names = st.sampled_from(NAMES)


class TodosOfANamespace(RuleBasedStateMachine):
    """What can happen in a namespace, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.model = NamespaceModel(T0)
        self.decided = 0

    @initialize(first=todos("a"), second=todos("b"))
    def begin(self, first: TodoEntry, second: TodoEntry) -> None:
        """There always are three todos, one of which somebody can complete at once."""
        for entry in (first, second, todo("c")):
            self.model.apply(entry)

    @rule(name=names, data=st.data())
    def create(self, name: str, data: st.DataObject) -> None:
        """Somebody applies a todo, perhaps with dependencies that do not exist yet, perhaps closing a loop."""
        if name not in self.model.todos:
            self.model.apply(data.draw(todos(name, created_at=self.model.now)))

    @rule(passed=st.integers(0, 40_000))
    def time_passes(self, passed: int) -> None:
        """Without anybody looking, in milliseconds."""
        self.model.now += timedelta(milliseconds=passed)

    @precondition(lambda self: self.model.todos)
    @rule(data=st.data(), conflict=st.booleans())
    def reconcile(self, data: st.DataObject, conflict: bool) -> None:
        """Of any todo, at any time; the write may be refused."""
        self.model.reconcile(data.draw(st.sampled_from(sorted(self.model.todos))), lose_status=conflict)

    @precondition(lambda self: self.model.unanswered())
    @rule(data=st.data())
    def crash_and_restart(self, data: st.DataObject) -> None:
        """The process dies between the status and the answers, and the next one looks at the same decisions."""
        name = data.draw(st.sampled_from(sorted({made.target.name for made in self.model.unanswered()})))
        self.model.reconcile(name, lose_answers=True)
        self.model.reconcile(name)

    @precondition(lambda self: self.model.todos)
    @rule(data=st.data(), seconds_ago=st.integers(0, 5))
    def complete(self, data: st.DataObject, seconds_ago: int) -> None:
        """Somebody completes a todo; the operator hears of it a little later."""
        name = data.draw(st.sampled_from(sorted(self.model.todos)))
        self.decided += 1
        made_at = (self.model.now - T0).total_seconds() // 1 - seconds_ago
        self.model.submit(decision(self.decided, made_at, target=name, username=f"user-{self.decided}"))

    @precondition(lambda self: self.model.todos)
    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        """Somebody wants a todo tried again, whether it has failed or not."""
        name = data.draw(st.sampled_from(sorted(self.model.todos)))
        self.decided += 1
        made_at = (self.model.now - T0).total_seconds() // 1
        user = f"user-{self.decided}"
        self.model.submit(decision(self.decided, made_at, target=name, username=user, action="Retry"))

    @precondition(lambda self: self.model.todos)
    @rule(data=st.data(), suspend=st.booleans(), timeout=st.none() | durations, ttl=st.none() | durations)
    def edit(self, data: st.DataObject, suspend: bool, timeout: str | None, ttl: str | None) -> None:
        """Suspend, resume, another timeout or time to live, at any time."""
        entry = self.model.todos[data.draw(st.sampled_from(sorted(self.model.todos)))]
        limit, time_to_live = (None if text is None else parse_duration(text) for text in (timeout, ttl))
        self.model.apply(replace(entry, suspend=suspend, timeout=limit, ttl_after_finished=time_to_live))

    @precondition(lambda self: self.model.todos)
    @rule(data=st.data(), others=st.lists(names, max_size=2, unique=True))
    def rewire(self, data: st.DataObject, others: list[str]) -> None:
        """Other dependencies for a todo that has not started: loops close and break."""
        name = data.draw(st.sampled_from(sorted(self.model.todos)))
        if self.model.statuses[name].phase is Phase.PENDING:
            dependencies = tuple(Dependency(other) for other in others if other != name)
            self.model.apply(replace(self.model.todos[name], dependencies=dependencies))

    @invariant()
    def every_answer_agrees_with_the_status(self) -> None:
        """Counted means: in the target's status, with the person who decided."""
        recorded = {
            counted.id: counted.username
            for status in [*self.model.statuses.values(), *self.model.deleted.values()]
            for counted in status.decisions
        }
        for number, answer in self.model.answers.items():
            if answer.outcome is DecisionOutcome.COUNTED and answer.decision.target.name in self.model.todos:
                assert recorded.get(number) == answer.decision.username

    def teardown(self) -> None:
        """When people stop and time goes on, the namespace comes to rest with every decision answered."""
        dice = Random(0)  # noqa: S311 -- an order, not a secret
        self.model.settle(dice)
        while (alarm := self.model.next_alarm()) is not None and alarm > self.model.now:
            self.model.now = alarm
            self.model.settle(dice)

        assert self.model.unanswered() == []
        assert self.model.next_alarm() is None
        for name, status in self.model.statuses.items():
            assert status.observed_generation == self.model.todos[name].generation


TestTodosOfANamespace = TodosOfANamespace.TestCase
TestTodosOfANamespace.settings = settings(max_examples=60, stateful_step_count=40)
