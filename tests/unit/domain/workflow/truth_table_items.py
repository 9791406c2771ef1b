"""Rows of the truth table: forEach, parallelism, outputs, and doing it again."""

from collections.abc import Sequence

from tests.unit.domain.workflow.builders import step
from tests.unit.domain.workflow.truth_table import A, Row

_JOB = step("a", job={})
_EACH = [step("a", content="$(item) $(index)", forEach={"items": ["x", "y", "z"]}), step("b", ["a"])]

ITEMS: Sequence[Row] = (
    Row(
        id="W70",
        situation="a `forEach` of three items",
        end="three Todos begin, each with its item and index",
        steps=_EACH,
        then={"a": "Active(Running)", "open": "a.0 a.1 a.2", "content a.1": "y 1"},
    ),
    Row(
        id="W71",
        situation="all items have succeeded",
        end="the step has, and the next one begins",
        steps=_EACH,
        happens=["a.0 Succeeded", "a.2 Succeeded", "a.1 Succeeded"],
        then={"a": "Succeeded(Completed)", "b": "Active(Running)"},
    ),
    Row(
        id="W72",
        situation="a `forEach` without items",
        end="the step is Succeeded, without a Todo",
        steps=[step("a", forEach={"items": []}), step("b", ["a"])],
        then={"a": "Succeeded(Completed)", "b": "Active(Running)", "open": "b"},
    ),
    Row(
        id="W73",
        situation="an item has failed, others are under way",
        end="the others finish, and the step has not ended",
        steps=_EACH,
        happens=["a.0 Failed"],
        then={"a": "Active(Running)", "open": "a.1 a.2"},
    ),
    Row(
        id="W74",
        situation="an item has failed, all others have ended",
        end="the step is Failed(ItemsFailed)",
        steps=_EACH,
        happens=["a.0 Failed", "a.1 Succeeded", "a.2 Cancelled"],
        then={"a": "Failed(ItemsFailed)", "run": "Failed(StepFailed)"},
    ),
    Row(
        id="W75",
        situation="an item was cancelled, and none has failed",
        end="the step is Cancelled(ItemsCancelled)",
        steps=_EACH,
        happens=["a.0 Cancelled", "a.1 Succeeded", "a.2 Skipped"],
        then={"a": "Cancelled(ItemsCancelled)"},
    ),
    Row(
        id="W76",
        situation="some items were skipped, the others have succeeded",
        end="the step is Succeeded",
        steps=_EACH,
        happens=["a.0 Skipped", "a.1 Succeeded", "a.2 Skipped"],
        then={"a": "Succeeded(Completed)"},
    ),
    Row(
        id="W77",
        situation="all items were skipped",
        end="the step is Skipped(ItemsSkipped)",
        steps=_EACH,
        happens=["a.0 Skipped", "a.1 Skipped", "a.2 Skipped"],
        then={"a": "Skipped(ItemsSkipped)", "b": "Skipped(DependencyFailed)"},
    ),
    Row(
        id="W78",
        situation="`forEach.parallelism` is two",
        end="the third item begins when one of the first two has ended",
        steps=[step("a", forEach={"items": [1, 2, 3], "parallelism": 2})],
        happens=["a.0 Succeeded"],
        then={"open": "a.1 a.2"},
    ),
    Row(
        id="W79",
        situation="`when` looks at the item",
        end="it is asked for each, and an item that is not wanted needs no Todo",
        steps=[step("a", when="item != 2", forEach={"items": [1, 2, 3]})],
        happens=["a.0 Succeeded", "a.2 Succeeded"],
        then={"a": "Succeeded(Completed)", "run": "Succeeded(Completed)"},
    ),
    Row(
        id="W80",
        situation="the items are an expression that yields no list",
        end="the step is Failed(ItemsError)",
        steps=[step("a", forEach={"items": "workflow.name"})],
        then={"a": "Failed(ItemsError)", "run": "Failed(StepFailed)"},
    ),
    Row(
        id="W81",
        situation="the Todo of an item is deleted before it has ended",
        end="that item has failed",
        steps=_EACH,
        happens=["a.1 gone", "a.0 Succeeded", "a.2 Succeeded"],
        then={"a": "Failed(ItemsFailed)"},
    ),
    Row(
        id="W82",
        situation="nothing new may begin, and some items have not begun",
        end="those that are under way finish, then the step is Cancelled(ItemsCancelled)",
        steps=[step("a", forEach={"items": [1, 2, 3], "parallelism": 1})],
        happens=["a.0 Succeeded", "Cancel Stop", "a.1 Succeeded"],
        then={"a": "Cancelled(ItemsCancelled)", "run": "Cancelled(Cancelled)"},
    ),
    Row(
        id="W83",
        situation="the next step asks for the outputs of a `forEach`",
        end="they are a list by index, with null where an item yielded nothing",
        steps=[_EACH[0], step("b", ["a"], content="got $(steps.a.outputs)")],
        happens=["a.0 Succeeded", "a.1 Succeeded n=1", "a.2 Succeeded"],
        then={"content b": 'got [null,{"n":"1"},null]'},
    ),
)

PARALLELISM: Sequence[Row] = (
    Row(
        id="W85",
        situation="`parallelism` is two, and three steps are ready",
        end="the third is Pending(WaitingForSlot)",
        steps=[A, step("b"), step("c")],
        fields={"parallelism": 2},
        then={"c": "Pending(WaitingForSlot)", "open": "a b"},
    ),
    Row(
        id="W86",
        situation="the same, and one has ended",
        end="the third begins",
        steps=[A, step("b"), step("c")],
        fields={"parallelism": 2},
        happens=["a Succeeded"],
        then={"c": "Active(Running)", "open": "b c"},
    ),
    Row(
        id="W87",
        situation="a step waits for people",
        end="it takes no room that others could use",
        steps=[step("a", approval={}), step("b"), step("c")],
        fields={"parallelism": 1},
        happens=["a people"],
        then={"b": "Active(Running)", "c": "Pending(WaitingForSlot)", "open": "a b"},
    ),
    Row(
        id="W88",
        situation="the items of a `forEach` count each",
        end="`parallelism` of the workflow bounds them too",
        steps=_EACH,
        fields={"parallelism": 2},
        then={"open": "a.0 a.1"},
    ),
)

AGAIN: Sequence[Row] = (
    Row(
        id="W90",
        situation="Retry of a failed run",
        end="failed steps, and those skipped because of them, are done again in a new revision; the rest stays",
        steps=[A, step("b", ["a"]), step("c", ["b"])],
        happens=["a Succeeded", "b Failed", "Retry", "b.r1 Succeeded"],
        then={"a": "Succeeded(Completed)", "b": "Succeeded(Completed)", "c": "Active(Running)", "open": "c.r1"},
    ),
    Row(
        id="W91",
        situation="Retry, with steps that were Skipped(NotStarted)",
        end="they begin",
        steps=[A, step("b"), step("c", ["b"])],
        happens=["a Failed", "b Succeeded", "Retry", "a.r1 Succeeded", "c.r1 Succeeded"],
        then={"c": "Succeeded(Completed)", "run": "Succeeded(Completed)"},
    ),
    Row(
        id="W92",
        situation="Retry, with `finally` done before",
        end="`finally` is done again",
        steps=[A],
        fields={"finally": [step("z")]},
        happens=["a Failed", "z Succeeded", "Retry", "a.r1 Succeeded"],
        then={"a": "Succeeded(Completed)", "z": "Active(Running)", "open": "z.r1", "run": "Active(RunningFinally)"},
    ),
    Row(
        id="W93",
        situation="Retry of a run in which a failure was handled",
        end="the handled failure stays",
        steps=[A, step("b", {"a": ["Failed"]}), step("c", ["b"])],
        happens=["a Failed", "b Succeeded", "c Failed", "Retry"],
        then={"a": "Failed(JobFailed)", "b": "Succeeded(Completed)", "open": "c.r1"},
    ),
    Row(
        id="W94",
        situation="Retry of a `forEach` of which one item failed",
        end="the items that succeeded stay, the failed one is done again",
        steps=_EACH,
        happens=["a.0 Succeeded", "a.1 Failed", "a.2 Succeeded", "Retry"],
        then={"a": "Active(Running)", "open": "a.1.r1"},
    ),
    Row(
        id="W95",
        situation="Retry of a run that has not failed",
        end="it is refused",
        steps=[A],
        happens=["refused Retry", "a Succeeded", "refused Retry"],
        then={"run": "Succeeded(Completed)"},
    ),
    Row(
        id="W96",
        situation="Retry of a run that timed out",
        end="what was cancelled is done again, and the clock starts anew",
        steps=[A],
        fields={"timeout": "60s"},
        happens=["after 60", "a Cancelled", "Retry", "after 30"],
        then={"a": "Active(Running)", "open": "a.r1", "run": "Active(Running)"},
    ),
)

OUTPUTS: Sequence[Row] = (
    Row(
        id="W97",
        situation="a step uses the outputs of one before it",
        end="they are put in when it begins",
        steps=[_JOB, step("b", ["a"], content="got $(steps.a.outputs.n)")],
        happens=["a Succeeded n=7"],
        then={"content b": "got 7"},
    ),
    Row(
        id="W98",
        situation="the run has succeeded, and its outputs have no value",
        end="it is Failed(OutputsError)",
        steps=[A],
        fields={"outputs": [{"name": "o", "value": "int(workflow.name)"}]},
        happens=["a Succeeded"],
        then={"run": "Failed(OutputsError)"},
    ),
    Row(
        id="W99",
        situation="the outputs of the run have values",
        end="they stand in its status",
        steps=[_JOB],
        fields={"outputs": [{"name": "o", "value": "steps.a.outputs.n"}]},
        happens=["a Succeeded n=7"],
        then={"run": "Succeeded(Completed)", "output o": "7"},
    ),
)
