"""The truth table of workflows: every row is a statement of docs/semantics.md, and a test that bears its id.

A row tells what is defined, what happens, and where the run and its steps stand then. ``happens`` are words:
``a Succeeded`` (a child ended), ``a people`` (it waits for people), ``a gone`` (it was deleted), ``after 60``
(seconds), and decisions such as ``Cancel Stop``, ``Suspend``, ``Retry``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.unit.domain.workflow.builders import step


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table. ``situation`` and ``end`` are the two sentences that a reader finds."""

    id: str
    situation: str
    end: str
    steps: Sequence[Mapping[str, Any]]
    happens: Sequence[str] = ()
    then: Mapping[str, str]
    """Phase and reason of steps, and of the run under the name ``run``; ``open`` are the children that are open."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Of the definition: finally, failurePolicy, parallelism, timeout, outputs."""


A = step("a")
_CONTINUE = {"failurePolicy": "Continue"}


def _after(on: str | None) -> list[Mapping[str, Any]]:
    return [A, step("b", {"a": [on]} if on else ["a"])]


def _dependency_rows() -> list[Row]:
    """A step by what became of the one before it, and what it accepts."""
    ends = {
        "Succeeded": "Completed",
        "Failed": "JobFailed",
        "Skipped": "SkippedByDecision",
        "Cancelled": "CancelledByDecision",
    }
    rows: list[Row] = []
    for end, reason in ends.items():
        for on in (None, "Succeeded", "Failed", "Skipped", "Cancelled"):
            accepted = (on or "Succeeded") == end
            rows.append(
                Row(
                    id=f"W{len(rows) + 1}",
                    situation=f"a step ends {end}, and the next one accepts {on or 'what is the default, Succeeded'}",
                    end="the next one begins" if accepted else "the next one is Skipped(DependencyFailed)",
                    steps=_after(on),
                    fields=_CONTINUE,
                    happens=[f"a {end}"],
                    then={"a": f"{end}({reason})", "b": "Active(Running)" if accepted else "Skipped(DependencyFailed)"},
                )
            )
    return rows


DEPENDENCIES: Sequence[Row] = (
    *_dependency_rows(),
    Row(
        id="W21",
        situation="a step was Skipped(DependencyFailed), and the next one accepts Skipped",
        end="the next one is Skipped(DependencyFailed) too: nothing runs behind a gate that never opened",
        steps=[A, step("b", ["a"]), step("c", {"b": ["Skipped"]})],
        fields=_CONTINUE,
        happens=["a Failed"],
        then={"b": "Skipped(DependencyFailed)", "c": "Skipped(DependencyFailed)", "run": "Failed(StepFailed)"},
    ),
    Row(
        id="W22",
        situation="`when` is false, and the next step accepts Skipped",
        end="no Todo is created for it, it is Skipped(WhenFalse), and the next one begins",
        steps=[step("a", when="false"), step("b", {"a": ["Skipped"]})],
        then={"a": "Skipped(WhenFalse)", "b": "Active(Running)", "open": "b"},
    ),
    Row(
        id="W23",
        situation="`when` is false, and the next step accepts Succeeded",
        end="the next one is Skipped(DependencyFailed), and the run succeeds",
        steps=[step("a", when="false"), step("b", ["a"])],
        then={"a": "Skipped(WhenFalse)", "b": "Skipped(DependencyFailed)", "run": "Succeeded(Completed)"},
    ),
    Row(
        id="W24",
        situation="`when` has no value",
        end="the step is Failed(WhenError), without a Todo",
        steps=[step("a", when="int(workflow.name) == 1")],
        then={"a": "Failed(WhenError)", "run": "Failed(StepFailed)"},
    ),
    Row(
        id="W25",
        situation="a value that is to be put into a step cannot be computed",
        end="the step is Failed(ValuesError), without a Todo",
        steps=[step("a", content="$(int(workflow.name))")],
        then={"a": "Failed(ValuesError)", "run": "Failed(StepFailed)"},
    ),
    Row(
        id="W26",
        situation="a step waits for two others, and one of them has not ended",
        end="it waits",
        steps=[A, step("b"), step("c", ["a", "b"])],
        happens=["a Succeeded"],
        then={"c": "Pending(WaitingForDependency)", "run": "Active(Running)", "open": "b"},
    ),
    Row(
        id="W27",
        situation="the Todo of a step is deleted before it has ended",
        end="the step is Failed(ChildDeleted)",
        steps=[A],
        happens=["a gone"],
        then={"a": "Failed(ChildDeleted)", "run": "Failed(StepFailed)"},
    ),
    Row(
        id="W28",
        situation="the Todo of a step is deleted after it has ended",
        end="the step stays as it ended",
        steps=[A, step("b", ["a"])],
        happens=["a Succeeded", "a gone"],
        then={"a": "Succeeded(Completed)", "b": "Active(Running)"},
    ),
    Row(
        id="W29",
        situation="`when` looks at the phase of a step that was skipped just before",
        end="it sees Skipped",
        steps=[step("a", when="false"), step("b", {"a": ["Skipped"]}, when="steps.a.phase == 'Skipped'")],
        then={"b": "Active(Running)"},
    ),
)
