"""`when`: asked once, when the todo could start; false is a skip of its own, no value a failure."""

import pytest

from myapp.domain.dependency import DependencyState
from myapp.domain.expression import ExpressionProblem
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.wanted import compiled_when
from myapp.infrastructure.cel.cel_compiler import CelCompiler
from tests.unit.domain.builders import UNSEEN, active, at, plan, sees, todo

OK = "dependencies['b'].outputs.ok"


def _b(phase: Phase = Phase.SUCCEEDED, *, ok: bool = True) -> DependencyState:
    return DependencyState(phase, outputs={"ok": ok})


def test_a_wanted_todo_starts() -> None:
    status = plan(todo(needs="b", when=OK), related=sees({"b": _b(ok=True)})).status
    assert status.phase is Phase.ACTIVE


def test_an_unwanted_todo_is_skipped_without_having_started() -> None:
    status = plan(todo(needs="b", when=OK), related=sees({"b": _b(ok=False)})).status
    assert (status.phase, status.reason, status.message) == (Phase.SKIPPED, Reason.WHEN_FALSE, f"when is false: {OK}")
    assert status.start_time is None
    assert status.attempt == 0


def test_a_skip_of_its_own_satisfies_those_who_accept_skips() -> None:
    """Unlike DependencyFailed, which nothing may run behind."""
    skipped = plan(todo("b", when="false")).status.dependency_state()
    assert plan(todo(needs={"b": ["Skipped"]}), related=sees({"b": skipped})).status.phase is Phase.ACTIVE
    assert plan(todo(needs="b"), related=sees({"b": skipped})).status.reason is Reason.DEPENDENCY_FAILED


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("dependencies['b'].outputs.missing", 'when has no value: Key not found in map : "missing"'),
        ("dependencies['b'].phase", "it yields 'Succeeded', and must yield true or false"),
    ],
)
def test_what_has_no_value_fails_and_says_why(when: str, said: str) -> None:
    status = plan(todo(needs="b", when=when), related=sees({"b": _b()})).status
    assert (status.phase, status.reason) == (Phase.FAILED, Reason.WHEN_ERROR)
    assert said in status.message


def test_it_is_not_asked_before_dependencies_have_ended_nor_before_the_start_time_nor_while_suspended() -> None:
    unwanted = {"needs": "b", "when": "false"}
    assert plan(todo(**unwanted), related=sees({"b": Phase.ACTIVE})).status.reason is Reason.WAITING_FOR_DEPENDENCY
    ended = sees({"b": _b()})
    assert plan(todo(**unwanted, start_time=at(50)), related=ended).status.reason is Reason.WAITING_FOR_START_TIME
    assert plan(todo(**unwanted, suspend=True), related=ended).status.reason is Reason.SUSPENDED


def test_it_is_not_asked_of_a_todo_that_has_started() -> None:
    assert plan(todo(when="false"), active(todo()), seconds=5).status.phase is Phase.ACTIVE


def test_a_failed_dependency_comes_first() -> None:
    status = plan(todo(needs="b", when="1 / 0 > 0"), UNSEEN, related=sees({"b": Phase.FAILED})).status
    assert status.reason is Reason.DEPENDENCY_FAILED


@pytest.mark.parametrize(("needs", "said"), [("b", "the names in dependsOn are b"), ("", "dependsOn names nothing")])
def test_a_todo_that_is_not_waited_for_cannot_be_asked_about(needs: str, said: str) -> None:
    problem = compiled_when(todo(needs=needs, when="true || dependencies['c'].outputs.ok"), CelCompiler())
    assert isinstance(problem, ExpressionProblem)
    assert str(problem) == f"line 1, column 9: c is none of its dependencies: {said}"
