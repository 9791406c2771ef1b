"""`spec.outputs`: what a todo has to say to others, by its own expressions, bounded whatever it is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myapp.domain.actions.manual import Manual
from myapp.domain.effect import Accomplished, FailureKind, Unsuccessful
from myapp.domain.errors import InvalidTodoError
from myapp.domain.form import LONGEST_OUTPUT, MOST_BYTES, Scalar
from myapp.domain.json_value import JsonValue
from myapp.domain.output_bounds import MOST_OUTPUTS
from myapp.domain.outputs import (
    NO_RULES,
    OutputRule,
    OutputsProblem,
    compiled_outputs,
    outputs_of,
    outputs_refusal,
)
from myapp.domain.plan import Plan
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Phase, Reason
from myapp.infrastructure.cel.cel_compiler import CelCompiler
from tests.unit.domain.builders import active, at, decision, plan, todo

CONTAINERS = [{"name": "main"}]
JOB = {"template": {"spec": {"template": {"spec": {"containers": CONTAINERS}}}}}
RESULT: JsonValue = {"digest": "sha256:abc", "size": 12, "ok": True, "layers": [1, 2], "none": None, "part": 0.5}


def _rules(**rules: str) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in rules.items()]


def _computed(result: JsonValue, **rules: str) -> dict[str, Scalar] | str:
    """The outputs, or what is wrong."""
    named = [OutputRule(name, value) for name, value in rules.items()]
    found = outputs_of(compiled_outputs(named, CelCompiler()), result, {"never": "seen"})
    return found.message if isinstance(found, OutputsProblem) else dict(found)


@pytest.mark.parametrize(
    ("value", "output"),
    [
        ("result.digest", "sha256:abc"),
        ("result.digest.substring(7)", "abc"),
        ("result.size + 1", 13),
        ("result.part", 0.5),
        ("result.ok && result.size > 11", True),
        ("result.layers", "[1,2]"),
        ("{'ä': result.layers, 'n': null}", '{"n":null,"ä":[1,2]}'),
        ("result.?missing.orValue('?')", "?"),
    ],
)
@pytest.mark.statement("O9")
def test_the_result_gives_the_value(value: str, output: Scalar) -> None:
    assert _computed(RESULT, a=value) == {"a": output}


def test_null_is_no_output() -> None:
    assert _computed(RESULT, a="result.none", b="result.size") == {"b": 12}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("result.missing", 'output a has no value: Key not found in map : "missing"'),
        ("1 / 0", "output a has no value: "),
        ("result.?missing", "output a has no value: "),
        ("'x'.size() + result.ok", "output a has no value: "),
        ("['x'.size(), 1].map(i, result.long)[0]", f"output a has {LONGEST_OUTPUT + 1} bytes, allowed are 4096"),
        ("result.umlauts", "output a has 4098 bytes, allowed are 4096"),
        ("[result.longest]", f"output a has {LONGEST_OUTPUT + 4} bytes, allowed are 4096"),
    ],
)
def test_what_cannot_be_told_is_a_problem_that_names_the_output(value: str, said: str) -> None:
    long = "x" * (LONGEST_OUTPUT + 1)
    assert isinstance(RESULT, dict)
    found = _computed({**RESULT, "long": long, "longest": long[1:], "umlauts": "ü" * 2049}, a=value)
    assert isinstance(found, str)
    assert found.startswith(said)


@pytest.mark.statement("O11")
def test_the_longest_outputs_are_taken_and_no_more_of_them() -> None:
    rules = {f"a{number}": "result" for number in range(9)}
    longest = "x" * LONGEST_OUTPUT
    assert (
        _computed(longest, **rules) == f"the outputs have {9 * LONGEST_OUTPUT} bytes in all, allowed are {MOST_BYTES}"
    )
    del rules["a8"]
    assert _computed(longest, **rules) == dict.fromkeys(rules, longest)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"a": "x" * (LONGEST_OUTPUT + 1)}, "output a has 4097 bytes, allowed are 4096"),
        ({f"a{number}": number for number in range(33)}, f"found 33 outputs, allowed are {MOST_OUTPUTS}"),
        ({"a": 2**63}, "output a is 9223372036854775808, allowed are numbers of 64 bits"),
        ({"a": float("nan")}, "output a is nan, allowed are numbers of 64 bits"),
        ({f"a{number}": "x" * LONGEST_OUTPUT for number in range(9)}, "the outputs have 36864 bytes in all"),
    ],
)
@pytest.mark.statement("O9", "O11")
def test_what_an_action_says_by_itself_is_bounded_too(raw: dict[str, Scalar], said: str) -> None:
    found = outputs_of(NO_RULES, None, raw)
    assert isinstance(found, OutputsProblem)
    assert found.message.startswith(said)


@given(
    st.dictionaries(
        st.text(max_size=8),
        st.text(max_size=20).flatmap(lambda text: st.integers(0, 600).map(lambda times: text * times))
        | st.integers()
        | st.floats()
        | st.booleans(),
        max_size=40,
    )
)
def test_whatever_is_taken_has_room_in_a_status_and_what_has_room_is_taken(raw: dict[str, Scalar]) -> None:
    sizes = [len(value.encode()) if isinstance(value, str) else 30 for value in raw.values()]
    found = outputs_of(NO_RULES, None, raw)
    if isinstance(found, OutputsProblem):
        numbers = [value for value in raw.values() if isinstance(value, int | float)]
        unfit = [number for number in numbers if not -(2**63) <= number < 2**63]
        assert len(raw) > MOST_OUTPUTS or max(sizes) > LONGEST_OUTPUT or sum(sizes) > MOST_BYTES or unfit
    else:
        assert found == raw
        assert len(found) <= MOST_OUTPUTS
        assert all(size <= LONGEST_OUTPUT for size in sizes)
        assert sum(size for size in sizes if size != 30) <= MOST_BYTES


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1 +", "spec.outputs[1].value: line 1, column 4: "),
        ("object.spec", "spec.outputs[1].value: line 1, column 7: "),
    ],
)
def test_a_wrong_expression_is_told_by_field_and_place(value: str, said: str) -> None:
    rules = compiled_outputs([OutputRule("a", "result"), OutputRule("b", value)], CelCompiler())
    assert outputs_refusal(rules).startswith(said)
    problem = outputs_of(rules, {"x": 1}, {})  # of a todo that was begun before: told at its end
    assert isinstance(problem, OutputsProblem)
    assert problem.message.startswith("output b cannot be evaluated: line 1, ")


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ([{"name": "a b", "value": "1"}], "spec.outputs[0].name"),
        ([{"name": "1a", "value": "1"}], "spec.outputs[0].name"),
        ([{"name": "a" * 64, "value": "1"}], "spec.outputs[0].name"),
        ([{"name": "a", "value": "1"}, {"name": "a", "value": "2"}], "spec.outputs[1].name"),
        ([{"name": "a", "value": " "}], "spec.outputs[0].value"),
        ([{"name": f"a{number}", "value": "1"} for number in range(33)], "spec.outputs"),
        ("a", "spec.outputs"),
    ],
)
@pytest.mark.statement("O10")
def test_rules_that_say_nothing_are_refused(rules: object, field: str) -> None:
    with pytest.raises(InvalidTodoError) as refused:
        todo(outputs=rules)
    assert refused.value.field == field


def _completed(entry: TodoEntry, values: dict[str, str]) -> Plan:
    return plan(entry, active(entry), decisions=[decision(values=values)], seconds=6)


FORM = {"form": {"properties": {"replicas": {"type": "integer"}, "note": {}}}}


@pytest.mark.statement("O3")
def test_of_a_manual_todo_the_form_is_the_result() -> None:
    entry = todo(manual=FORM, outputs=_rules(twice="result.replicas * 2", note="result.?note.orValue('none')"))
    assert isinstance(entry.action, Manual)
    assert _completed(entry, {"replicas": "3"}).status.outputs == {"twice": 6, "note": "none"}


@pytest.mark.statement("O2", "O3")
def test_without_rules_the_form_is_the_output() -> None:
    assert _completed(todo(manual=FORM), {"replicas": "3", "note": "x"}).status.outputs == {"replicas": 3, "note": "x"}


def test_a_form_takes_nothing_that_an_output_has_no_room_for() -> None:
    refused = _completed(todo(manual=FORM), {"note": "ü" * 2049})
    assert refused.status.phase is Phase.ACTIVE
    assert "at most 4096 bytes" in refused.answers[0].message


@pytest.mark.statement("O12")
def test_a_value_that_is_missing_fails_the_todo_for_good() -> None:
    """Although the retry names every kind of failure: the work was done."""
    retry = {"max_attempts": 5, "on": ["Error", "Failure", "Timeout"]}
    entry = todo(job=JOB, retry=retry, outputs=_rules(digest="result.digest"))
    status = plan(entry, active(entry), seconds=5, news=Accomplished(at(4), "Job a has completed", {"x": 1})).status
    assert (status.phase, status.reason) == (Phase.FAILED, Reason.OUTPUTS_ERROR)
    assert status.message.startswith("Job a has completed, but output digest has no value: ")
    assert not status.outputs
    assert not status.effect.withdrawing


@pytest.mark.parametrize(
    ("report", "outputs"),
    [
        (Accomplished(at(4), "done", {"digest": "x", "size": 2}), {"all": '{"digest":"x","size":2}'}),
        (Accomplished(at(4), "done", {"never": 1}, result={"kind": "Pod"}), {"all": '{"kind":"Pod"}'}),
        (Accomplished(at(4), "done"), {"all": "{}"}),
    ],
)
@pytest.mark.statement("O2", "O4")
def test_what_a_performer_reports_is_the_result_and_else_its_outputs(
    report: Accomplished, outputs: dict[str, Scalar]
) -> None:
    entry = todo(job=JOB, outputs=_rules(all="result"))
    assert plan(entry, active(entry), seconds=5, news=report).status.outputs == outputs


def test_raw_outputs_that_are_too_large_fail_the_todo_instead_of_its_status_write() -> None:
    entry = todo(job=JOB)
    report = Accomplished(at(4), "Job a has completed", {"a": "x" * 5000})
    status = plan(entry, active(entry), seconds=5, news=report).status
    assert (status.phase, status.reason) == (Phase.FAILED, Reason.OUTPUTS_ERROR)


@pytest.mark.statement("O8")
def test_what_has_not_succeeded_by_its_action_has_no_outputs() -> None:
    """Neither what failed, nor what timed out into success."""
    rules = _rules(a="result.missing")
    failing = todo(job=JOB, outputs=rules)
    report = Unsuccessful(at(4), FailureKind.FAILURE, Reason.JOB_FAILED, "exit code 1")
    assert plan(failing, active(failing), seconds=5, news=report).status.reason is Reason.JOB_FAILED
    late = todo(timeout="1m", on_timeout="Succeed", outputs=rules)
    status = plan(late, active(late), seconds=61).status
    assert (status.phase, status.reason, dict(status.outputs)) == (Phase.SUCCEEDED, Reason.TIMED_OUT, {})
