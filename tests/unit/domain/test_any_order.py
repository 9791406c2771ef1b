"""Any order of events leads to the same end.

The same todos, people and edits are played twice. At every moment where something happens, all todos are reconciled in
an order of their own, some several times, until nobody has anything to do. Where people act at different moments, as
they do here, nothing may depend on who was reconciled first.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from hypothesis import event, given, settings
from hypothesis import strategies as st

from myapp.domain.decision import DecisionOutcome, DecisionReason
from myapp.domain.duration import parse_duration
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Reason
from myapp.domain.todo_status import TodoStatus
from tests.unit.domain.builders import T0, decision
from tests.unit.domain.namespace_model import NamespaceModel
from tests.unit.domain.strategies import NAMES, durations, seconds, todos

Act = Callable[[NamespaceModel], None]
Outcome = tuple[dict[str, TodoStatus], dict[str, TodoStatus], dict[str, tuple[DecisionOutcome, DecisionReason]]]
LATE_NAME = "z"


def complete(name: str, number: int) -> Act:
    """A person completes a todo, whatever its state is."""
    return lambda model: model.submit(decision(number, (model.now - T0).total_seconds(), target=name))


def edit(name: str, *, suspend: bool, timeout: str | None) -> Act:
    """Somebody changes what may be changed at any time."""

    def act(model: NamespaceModel) -> None:
        if name in model.todos:
            limit = None if timeout is None else parse_duration(timeout)
            model.apply(replace(model.todos[name], suspend=suspend, timeout=limit))

    return act


def create(todo: TodoEntry) -> Act:
    """A todo on which others may have been waiting."""
    return lambda model: model.apply(replace(todo, created_at=model.now))


@st.composite
def scenarios(draw: st.DrawFn) -> tuple[list[TodoEntry], list[tuple[datetime, Act]]]:
    """Todos that are there from the start, and what people do at moments that differ from each other."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, unique=True))
    known = (*names, LATE_NAME)
    at_first = [draw(todos(name, names=known)) for name in names]
    moments = sorted(draw(st.lists(seconds, max_size=6, unique=True)))
    acts: list[Act] = []
    for number, _ in enumerate(moments):
        name = draw(st.sampled_from(names))
        kind = draw(st.sampled_from(["complete", "complete", "edit"]))
        if number == 1:
            acts.append(create(draw(todos(LATE_NAME, names=known))))
        elif kind == "complete":
            acts.append(complete(name, number))
        else:
            acts.append(edit(name, suspend=draw(st.booleans()), timeout=draw(st.none() | durations)))
    return at_first, [(T0 + timedelta(seconds=moment), act) for moment, act in zip(moments, acts, strict=True)]


def play(scenario: tuple[list[TodoEntry], list[tuple[datetime, Act]]], dice: Random) -> Outcome:
    """Let the scenario run to its end, with an order of reconciles that the dice choose."""
    at_first, acts = scenario
    model = NamespaceModel(T0)
    for todo in dice.sample(at_first, len(at_first)):
        model.apply(todo)
    model.settle(dice)
    for moment, act in acts:
        pass_time_until(model, moment, dice)
        act(model)
        model.settle(dice)
    pass_time_until(model, T0 + timedelta(days=1), dice)
    assert model.unanswered() == []
    answers = {number: (answer.outcome, answer.reason) for number, answer in model.answers.items()}
    return comparable(model.statuses), comparable(model.deleted), answers


def pass_time_until(model: NamespaceModel, moment: datetime, dice: Random) -> None:
    """From alarm to alarm, settling at each."""
    while (alarm := model.next_alarm()) is not None and alarm <= moment:
        assert alarm > model.now, "an alarm that rings at once would ring for ever"
        model.now = alarm
        model.settle(dice)
    model.now = moment
    model.settle(dice)


def comparable(statuses: dict[str, TodoStatus]) -> dict[str, TodoStatus]:
    """All but one detail: of two dependencies that failed at once, either may be the one that is named."""
    return {name: without_culprit(status) for name, status in statuses.items()}


def without_culprit(status: TodoStatus) -> TodoStatus:
    """The status, not naming the dependency because of which it was skipped."""
    if status.reason is not Reason.DEPENDENCY_FAILED:
        return status
    conditions = tuple(
        replace(condition, message="") if condition.reason == Reason.DEPENDENCY_FAILED else condition
        for condition in status.conditions
    )
    return replace(status, message="", conditions=conditions)


@settings(max_examples=60)
@given(scenarios(), st.randoms(use_true_random=False), st.randoms(use_true_random=False))
def test_two_orders_lead_to_the_same_end(
    scenario: tuple[list[TodoEntry], list[tuple[datetime, Act]]], one: Random, other: Random
) -> None:
    """Equal to the last field: phases, times, conditions, decisions that count, answers, deletions."""
    end = play(scenario, one)

    assert play(scenario, other) == end
    for status in [*end[0].values(), *end[1].values()]:
        event(f"ended as {status.phase}, {status.reason}")
