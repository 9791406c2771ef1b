"""Argo CD's health of every state of every kind, by a real Lua interpreter over what the domain really writes (C3)."""

from typing import Any

import pytest
import yaml

from deploy.argocd.render import TARGET, render, scripts
from myapp.domain.decision import Answer, DecisionReason
from myapp.domain.todo_phase import Phase, Reason
from myapp.infrastructure.crd.custom_resource_definition import GROUP
from myapp.infrastructure.crd.generate import render_crds
from myapp.infrastructure.mapping.decision_mapper import answer_status
from tests.gitops.argo_health import LuaError, health
from tests.gitops.lifecycle import DEGRADED, HEALTHY, PROGRESSING, STATES, SUSPENDED, State
from tests.gitops.run_lifecycle import RUN_STATES, TEMPLATE_STATES, ObjectState
from tests.unit.domain.builders import at, decision

SCRIPTS = scripts()


@pytest.mark.parametrize("state", STATES, ids=str)
def test_c3_every_state_of_a_todo(state: State) -> None:
    """As the table of the design says, with the sentence of the status as message."""
    status, message = health(SCRIPTS["Todo"], state.todo)
    assert status == state.argo
    if status != PROGRESSING:
        assert message.startswith(state.todo["status"]["message"])


@pytest.mark.parametrize("state", [*RUN_STATES, *TEMPLATE_STATES], ids=str)
def test_workflow_and_template(state: ObjectState) -> None:
    """A run says how far it is while it is under way; a template all that is wrong with it."""
    status, message = health(SCRIPTS[state.obj["kind"]], state.obj)
    assert status == state.argo
    if status == DEGRADED:
        problems = next(each for each in state.obj["status"]["conditions"] if each["type"] == "Stalled")["message"]
        assert message.startswith(problems)
    elif state.obj["kind"] == "TodoWorkflow" and status == HEALTHY and "Succeeded" not in state.name:
        assert message.endswith("(0/2)")


def test_every_phase_and_reason_is_among_the_states() -> None:
    """Whoever adds one says what GitOps tools make of it."""
    shown = [state.todo["status"] for state in STATES]
    assert {Phase(status["phase"]) for status in shown if "phase" in status} == set(Phase)
    assert {Reason(status["reason"]) for status in shown if "reason" in status} == set(Reason)
    assert {state.argo for state in STATES} == {HEALTHY, PROGRESSING, DEGRADED, SUSPENDED}


def test_an_overdue_todo_says_so() -> None:
    """In the message, since it is late and not broken."""
    late = next(state for state in STATES if "overdue" in state.name)
    assert "was due at" in health(SCRIPTS["Todo"], late.todo)[1]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({}, (PROGRESSING, "waits to be judged")),
        (answer_status(Answer.counted(decision(), "applied"), at(0)), (HEALTHY, "Counted: applied")),
        (
            answer_status(Answer.refused(decision(), DecisionReason.TARGET_SUSPENDED, "it is suspended"), at(0)),
            (DEGRADED, "Refused: it is suspended"),
        ),
    ],
)
def test_decision(status: dict[str, Any], expected: tuple[str, str]) -> None:
    """Before it is judged, and as it was."""
    assert health(SCRIPTS["TodoDecision"], {"kind": "TodoDecision", "status": status}) == expected


@pytest.mark.parametrize("kind", SCRIPTS)
def test_an_object_without_a_status_is_no_error(kind: str) -> None:
    """An error would be Unknown, which is worse than Degraded."""
    bare = {"metadata": {"generation": 1}}
    assert health(SCRIPTS[kind], bare)[0] == PROGRESSING


def test_every_kind_has_a_script() -> None:
    """Without one Argo CD takes an object for healthy at once."""
    kinds = {yaml.safe_load(text)["spec"]["names"]["kind"] for text in render_crds().values()}
    assert set(SCRIPTS) == kinds


def test_c3_c7_the_config_map_is_made_of_the_scripts() -> None:
    """One source: the file is what the command writes, and its keys are those that Argo CD looks for."""
    assert TARGET.read_text() == render()
    data = yaml.safe_load(render())["data"]
    for kind, script in SCRIPTS.items():
        assert data.pop(f"resource.customizations.health.{GROUP}_{kind}") == script
        ignored = yaml.safe_load(data.pop(f"resource.customizations.ignoreResourceUpdates.{GROUP}_{kind}"))
        assert ignored == {"jsonPointers": ["/status"]}
    assert data == {}


def test_the_sandbox_is_as_poor_as_argo_cds() -> None:
    """A script that uses more than Argo CD offers fails here too."""
    for script in (
        "return io.open('x')",
        "return string.sub('a', 1)",
        "return ('a'):sub(1)",
        "return os.execute('id')",
    ):
        with pytest.raises(LuaError):
            health(f"return {script}", {})
