"""Every state in the lives of workflows and templates as the API server shows it, and what tools should make of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from myapp.domain.condition import Readiness, Standing, conditions_for
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.run_phase import REFUSED_RUN_REASONS, RUN_REASONS, RunReason
from myapp.domain.workflow.run_status import RunStatus, StepStatus
from myapp.domain.workflow.template_status import TemplateStatus, template_status
from myapp.infrastructure.mapping.run_mapper import run_status_fields
from myapp.infrastructure.mapping.template_mapper import template_status_patch
from tests.gitops.lifecycle import CURRENT, DEGRADED, FAILED, HEALTHY, IN_PROGRESS, PROGRESSING
from tests.unit.domain.builders import at

API_VERSION = "todo.myapp.dev/v1alpha1"


@dataclass(frozen=True, slots=True)
class ObjectState:
    """A state, and what is expected of Argo CD, of Flux, and of Flux where workflows are gates."""

    name: str
    obj: dict[str, Any]
    argo: str
    flux: str
    gate: str

    def __str__(self) -> str:
        return self.name


def _shown(kind: str, status: dict[str, Any], generation: int = 1) -> dict[str, Any]:
    metadata = {"name": "a", "namespace": "shop", "generation": generation}
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": metadata, "status": status}


def _run(phase: Phase, reason: RunReason) -> dict[str, Any]:
    """A run that stands there, with the conditions that the domain gives it."""
    refused = reason in REFUSED_RUN_REASONS
    standing = Standing(phase, reason, f"it is {reason}", Readiness.ACCEPTED, "", refused)
    conditions = conditions_for(standing, (), 1, at(0))
    steps = (StepStatus("build", Phase.ACTIVE), StepStatus("deploy"))
    return run_status_fields(RunStatus(1, phase, reason, standing.message, steps=steps, conditions=conditions))


def run_states() -> Iterator[ObjectState]:
    """Each phase with each reason that it can have."""
    unseen = {"observedGeneration": -1}
    yield ObjectState("unseen", _shown("TodoWorkflow", unseen), PROGRESSING, IN_PROGRESS, IN_PROGRESS)
    edited = _shown("TodoWorkflow", _run(Phase.ACTIVE, RunReason.RUNNING), generation=2)
    yield ObjectState("edited and not yet seen again", edited, PROGRESSING, IN_PROGRESS, IN_PROGRESS)
    for phase, reasons in RUN_REASONS.items():
        for reason in sorted(reasons):
            obj = _shown("TodoWorkflow", _run(phase, reason))
            if phase is Phase.SUCCEEDED:
                expected = (HEALTHY, CURRENT, CURRENT)
            elif phase.final or reason in REFUSED_RUN_REASONS:
                expected = (DEGRADED, FAILED, FAILED)
            else:
                expected = (HEALTHY, CURRENT, IN_PROGRESS)
            yield ObjectState(f"{phase} {reason}", obj, *expected)


def template_states() -> Iterator[ObjectState]:
    """Not judged yet, one that can be run, and one that cannot."""
    unseen = _shown("TodoTemplate", {"observedGeneration": -1})
    yield ObjectState("unseen", unseen, PROGRESSING, IN_PROGRESS, IN_PROGRESS)
    for name, problems, *expected in (
        ("good", (), HEALTHY, CURRENT, CURRENT),
        ("bad", ("step a: no", "step b: no"), DEGRADED, FAILED, FAILED),
    ):
        judged = template_status(TemplateStatus(), 1, 2, problems, at(0))
        status = template_status_patch(TemplateStatus(), judged)
        yield ObjectState(name, _shown("TodoTemplate", status), *expected)


RUN_STATES = tuple(run_states())
TEMPLATE_STATES = tuple(template_states())
