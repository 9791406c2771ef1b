"""Rows of the truth table: failure, `finally`, and how a run ends."""

from collections.abc import Sequence

from tests.unit.domain.workflow.builders import step
from tests.unit.domain.workflow.truth_table import A, Row

_CONTINUE = {"failurePolicy": "Continue"}
_FINALLY = {"finally": [step("z")]}
_PAIR = [A, step("b"), step("c", ["b"])]
_SUMS_UP = {"finally": [step("z", content="it is $(workflow.phase)")]}

FAILURES: Sequence[Row] = (
    Row(
        id="W30",
        situation="a step fails that no other accepts, with failurePolicy FailFast, which is the default",
        end="nothing new begins, what is under way finishes, then the run is Failed(StepFailed)",
        steps=_PAIR,
        happens=["a Failed"],
        then={"b": "Active(Running)", "c": "Skipped(NotStarted)", "run": "Active(Running)"},
    ),
    Row(
        id="W31",
        situation="the same, and what was under way has finished",
        end="the run is Failed(StepFailed)",
        steps=_PAIR,
        happens=["a Failed", "b Succeeded"],
        then={"b": "Succeeded(Completed)", "c": "Skipped(NotStarted)", "run": "Failed(StepFailed)", "open": ""},
    ),
    Row(
        id="W32",
        situation="a step fails that no other accepts, with failurePolicy Continue",
        end="what does not depend on it goes on, and the run fails at its end",
        steps=_PAIR,
        fields=_CONTINUE,
        happens=["a Failed", "b Succeeded", "c Succeeded"],
        then={"c": "Succeeded(Completed)", "run": "Failed(StepFailed)"},
    ),
    Row(
        id="W33",
        situation="a step fails, and another accepts Failed",
        end="the failure is handled: nothing stops, and the run succeeds",
        steps=[A, step("b", {"a": ["Failed"]}), step("c")],
        happens=["a Failed", "b Succeeded", "c Succeeded"],
        then={"a": "Failed(JobFailed)", "b": "Succeeded(Completed)", "run": "Succeeded(Completed)"},
    ),
    Row(
        id="W34",
        situation="a step that handles a failure is not needed, because there was none",
        end="it is Skipped(DependencyFailed), and the run succeeds",
        steps=[A, step("b", {"a": ["Failed"]})],
        happens=["a Succeeded"],
        then={"b": "Skipped(DependencyFailed)", "run": "Succeeded(Completed)"},
    ),
    Row(
        id="W35",
        situation="a person cancels the Todo of a step, and no other step accepts Cancelled",
        end="that counts as a failure of the run",
        steps=[A, step("b", ["a"])],
        happens=["a Cancelled"],
        then={"a": "Cancelled(CancelledByDecision)", "b": "Skipped(DependencyFailed)", "run": "Failed(StepFailed)"},
    ),
    Row(
        id="W36",
        situation="steps of a failed run were Skipped(NotStarted), and others accept Skipped",
        end="they satisfy nobody",
        steps=[A, step("b", ["e"]), step("c", {"b": ["Skipped"]}), step("e")],
        happens=["a Failed"],
        then={"b": "Skipped(NotStarted)", "c": "Skipped(NotStarted)"},
    ),
    Row(
        id="W37",
        situation="a step fails, one step accepts Failed, and another depends on it too",
        end="the failure is handled; the other one is Skipped(DependencyFailed), and the run succeeds",
        steps=[A, step("b", {"a": ["Failed"]}), step("c", ["a"])],
        happens=["a Failed", "b Succeeded"],
        then={"b": "Succeeded(Completed)", "c": "Skipped(DependencyFailed)", "run": "Succeeded(Completed)"},
    ),
    Row(
        id="W38",
        situation="a step that handles a failure fails itself",
        end="that is the failure of the run",
        steps=[A, step("b", {"a": ["Failed"]})],
        happens=["a Failed", "b Failed"],
        then={"a": "Failed(JobFailed)", "b": "Failed(JobFailed)", "run": "Failed(StepFailed)"},
    ),
)

FINALLY: Sequence[Row] = (
    Row(
        id="W40",
        situation="all steps have ended well, and there are steps in `finally`",
        end="those begin, and see that the steps came to Succeeded",
        steps=[A],
        fields=_SUMS_UP,
        happens=["a Succeeded"],
        then={"z": "Active(Running)", "run": "Active(RunningFinally)", "content z": "it is Succeeded"},
    ),
    Row(
        id="W41",
        situation="a step has failed, and there are steps in `finally`",
        end="those begin all the same, and see Failed",
        steps=[A, step("b", ["a"])],
        fields=_SUMS_UP,
        happens=["a Failed"],
        then={"z": "Active(Running)", "content z": "it is Failed"},
    ),
    Row(
        id="W42",
        situation="a step has failed, and `finally` has succeeded",
        end="the run is Failed(StepFailed)",
        steps=[A],
        fields=_FINALLY,
        happens=["a Failed", "z Succeeded"],
        then={"run": "Failed(StepFailed)"},
    ),
    Row(
        id="W43",
        situation="the steps have succeeded, and a step of `finally` fails",
        end="the others of `finally` go on, and the run is Failed(FinallyFailed)",
        steps=[A],
        fields={"finally": [step("y"), step("z")]},
        happens=["a Succeeded", "y Failed", "z Succeeded"],
        then={"y": "Failed(JobFailed)", "z": "Succeeded(Completed)", "run": "Failed(FinallyFailed)"},
    ),
    Row(
        id="W44",
        situation="a step of `finally` depends on another, which fails",
        end="it is Skipped(DependencyFailed)",
        steps=[A],
        fields={"finally": [step("y"), step("z", ["y"])]},
        happens=["a Succeeded", "y Failed"],
        then={"z": "Skipped(DependencyFailed)", "run": "Failed(FinallyFailed)"},
    ),
    Row(
        id="W45",
        situation="some steps have not ended",
        end="nothing of `finally` begins",
        steps=[A, step("b")],
        fields=_FINALLY,
        happens=["a Succeeded"],
        then={"z": "Pending()", "run": "Active(Running)", "open": "b"},
    ),
)
