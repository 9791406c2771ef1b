"""Every state in a Todo's life as the API server shows it, made by the domain's own decisions, and what tools should
make of it (design 2.3).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from myapp.domain.condition import Readiness
from myapp.domain.decide import decide, decide_unreadable
from myapp.domain.dependency import DependencyState
from myapp.domain.effect import FailureKind, Held, Report, Underway, Unsuccessful
from myapp.domain.situation import Related
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import FORESEEN_REASONS, Phase, Reason
from myapp.domain.todo_status import TodoStatus
from myapp.infrastructure.mapping.todo_mapper import status_patch
from tests.fakes.effects import Errand
from tests.unit.domain.builders import UNSEEN, active, at, decision, plan, sees, todo

CURRENT, IN_PROGRESS, FAILED = "Current", "InProgress", "Failed"
HEALTHY, PROGRESSING, DEGRADED, SUSPENDED = "Healthy", "Progressing", "Degraded", "Suspended"

JOB_UNDERWAY = (
    *(Reason.RUNNING, Reason.JOB_SUSPENDED, Reason.IMAGE_PULL_FAILED),
    *(Reason.UNSCHEDULABLE, Reason.POD_REFUSED, Reason.POD_NOT_STARTED),
)
HELD = (
    *(Reason.QUOTA_EXCEEDED, Reason.ADMISSION_REFUSED, Reason.FORBIDDEN),
    *(Reason.AUTOMATION_NOT_ALLOWED, Reason.NAMESPACE_TERMINATING, Reason.WAITING_FOR_CLEANUP),
)
JOB_FAILED = (
    *(Reason.JOB_FAILED, Reason.POD_LOST, Reason.POD_NOT_STARTED, Reason.DEADLINE_EXCEEDED),
    *(Reason.RESULT_LOST, Reason.INVALID_OUTPUTS, Reason.INVALID_TEMPLATE),
)
OBJECT_HELD = (Reason.KIND_NOT_FOUND, Reason.OBJECT_NOT_FOUND)
OBJECT_FAILED = (Reason.OBJECT_FAILED, Reason.OBJECT_REPLACED, Reason.FIELD_CONFLICT, Reason.INVALID_MANIFEST)
REQUEST_HELD = (Reason.SECRET_NOT_FOUND, Reason.INVALID_SECRET, Reason.NAME_NOT_RESOLVED)
REQUEST_FAILED = (
    *(Reason.REQUEST_REFUSED, Reason.CONDITION_NOT_MET, Reason.SERVER_ERROR, Reason.REQUEST_TIMED_OUT),
    *(Reason.CONNECTION_FAILED, Reason.TLS_FAILED, Reason.INVALID_RESPONSE, Reason.RESPONSE_TOO_LARGE),
    *(Reason.ADDRESS_NOT_ALLOWED, Reason.REDIRECT_REFUSED),
)


@dataclass(frozen=True, slots=True)
class State:
    """A state, and what is expected of Argo CD, of Flux, and of Flux where Todos are gates (deploy/flux/gate.yaml)."""

    name: str
    todo: dict[str, Any]
    argo: str
    flux: str
    gate: str

    def __str__(self) -> str:
        return self.name


def _shown(status: TodoStatus, generation: int = 1) -> dict[str, Any]:
    """The object, as far as health depends on it."""
    return {
        "apiVersion": "todo.myapp.dev/v1alpha1",
        "kind": "Todo",
        "metadata": {"name": "a", "namespace": "shop", "generation": generation},
        "spec": {"content": "a"},
        "status": {name: value for name, value in status_patch(UNSEEN, status).items() if value is not None},
    }


def _todo(readiness: Readiness, **spec: object) -> TodoEntry:
    return todo("a", readiness=readiness, **spec)  # type: ignore[arg-type] # the builder's keywords are those of a spec


#: What performers tell of an effect that goes on; whoever adds a reason of that kind adds it here.
_REPORTS = (
    Held(Reason.UNAVAILABLE, "no answer"),
    Held(Reason.REFUSED, "not allowed"),
    Held(Reason.INTERNAL_ERROR, "a defect"),
)


def states() -> Iterator[State]:
    """All of them."""
    yield State("unseen", _shown(UNSEEN), PROGRESSING, IN_PROGRESS, IN_PROGRESS)
    edited = _shown(active(todo()), generation=2)
    yield State("edited and not yet seen again", edited, PROGRESSING, IN_PROGRESS, IN_PROGRESS)
    for readiness in Readiness:
        yield from _unfinished(readiness)
        yield from _finished(readiness)
        yield from _refused(readiness)


def _unfinished(readiness: Readiness) -> Iterator[State]:
    """Ready when accepted is enough; else a person is waited for, or time, or another Todo."""
    wait = {"duration": "1h"}
    manual, waiting = _todo(readiness), _todo(readiness, wait=wait)
    paused = _todo(readiness, suspend=True)
    due = at(60)
    cases: dict[str, tuple[TodoStatus, bool]] = {
        "waits for another": (
            plan(_todo(readiness, needs=["b"]), related=sees({"b": DependencyState(Phase.PENDING)})).status,
            False,
        ),
        "waits for one that does not exist": (
            plan(_todo(readiness, needs=["b"]), seconds=10, related=sees({})).status,
            False,
        ),
        "waits for its start": (plan(_todo(readiness, start_time=at(600))).status, False),
        "waits for a person": (active(manual), True),
        "waits for a person and is overdue": (
            plan(_todo(readiness, due_time=due), active(_todo(readiness, due_time=due)), seconds=90).status,
            True,
        ),
        "waits": (active(waiting), False),
        "suspended before it began": (plan(paused).status, True),
        "suspended while active": (plan(paused, active(manual), seconds=5).status, True),
        "waits for approval": (active(_todo(readiness, approval={})), True),
        "suspended by a person": (_decided(manual, "Suspend"), True),
        **{f"has a Job, {reason}": (_reported(readiness, Underway(reason, "Job a")), False) for reason in JOB_UNDERWAY},
        **{f"is held, {reason}": (_reported(readiness, Held(reason, "no Job yet")), False) for reason in HELD},
        **{f"is held, {reason}": (_requested(readiness, Held(reason, "no")), False) for reason in REQUEST_HELD},
        **{f"is held, {reason}": (_on_object(readiness, Held(reason, "no")), False) for reason in OBJECT_HELD},
        **{
            f"foresees {reason}": (_foreseen(readiness, reason), False)
            for reason in sorted(FORESEEN_REASONS - {Reason.INVALID_TEMPLATE})
        },
        "waits for an object": (_on_object(readiness, Underway(Reason.WAITING_FOR_OBJECT, "not ready")), False),
        "asks again and again": (_requested(readiness, Underway(Reason.POLLING, "503")), False),
    }
    errand = replace(manual, action=Errand())
    for report in _REPORTS:
        cases[f"reports {report.reason}"] = (plan(errand, active(errand), seconds=5, news=report).status, False)
    cases["begins what has an effect"] = (active(errand), False)
    again = _todo(readiness, timeout="1m", retry={"max_attempts": 2})
    cases["between two attempts"] = (plan(again, active(again), seconds=61).status, False)
    for name, (status, person) in cases.items():
        if readiness is Readiness.ACCEPTED:
            yield State(f"{name}, {readiness}", _shown(status), HEALTHY, CURRENT, IN_PROGRESS)
        else:
            yield State(
                f"{name}, {readiness}", _shown(status), SUSPENDED if person else PROGRESSING, IN_PROGRESS, IN_PROGRESS
            )


def _finished(readiness: Readiness) -> Iterator[State]:
    manual = _todo(readiness)
    timed = {end: _todo(readiness, timeout="1m", on_timeout=end) for end in ("Fail", "Skip", "Succeed")}
    well = {
        "approved": _decided(_todo(readiness, approval={}), "Approve"),
        "skipped by a person": _decided(manual, "Skip"),
        "completed": plan(manual, active(manual), decisions=[decision()], seconds=6).status,
        "waited": plan(_todo(readiness, wait={"duration": "0s"})).status,
        "timed out into success": plan(timed["Succeed"], active(timed["Succeed"]), seconds=61).status,
        "timed out into a skip": plan(timed["Skip"], active(timed["Skip"]), seconds=61).status,
        "not wanted": plan(_todo(readiness, when="1 > 2")).status,
        "skipped with its dependency": plan(
            _todo(readiness, needs=["b"]), related=sees({"b": DependencyState(Phase.FAILED)})
        ).status,
    }
    for name, status in well.items():
        yield State(f"{name}, {readiness}", _shown(status), HEALTHY, CURRENT, CURRENT)
    badly = {
        "timed out": plan(timed["Fail"], active(timed["Fail"]), seconds=61).status,
        "rejected": _decided(_todo(readiness, approval={}), "Reject"),
        "whose wish has no value": plan(_todo(readiness, when="1 / 0 > 2")).status,
        "whose outputs have no value": plan(
            _todo(readiness, wait={"duration": "0s"}, outputs=[{"name": "a", "value": "result.a"}])
        ).status,
        "cancelled": _decided(_todo(readiness), "Cancel"),
        "cancelled with its workflow": plan(
            manual, active(manual), seconds=6, related=Related(ended_by_run="workflow a is cancelled")
        ).status,
        **{f"failed by its Job, {reason}": _reported(readiness, _failure(reason)) for reason in JOB_FAILED},
        **{f"failed by its object, {reason}": _on_object(readiness, _failure(reason)) for reason in OBJECT_FAILED},
        **{f"failed by its request, {reason}": _requested(readiness, _failure(reason)) for reason in REQUEST_FAILED},
    }
    for name, status in badly.items():
        yield State(f"{name}, {readiness}", _shown(status), DEGRADED, FAILED, FAILED)


def _decided(todo: TodoEntry, action: str) -> TodoStatus:
    """What a person's decision on an active todo leads to."""
    return plan(todo, active(todo), decisions=[decision(action=action)], seconds=6).status


def _failure(reason: Reason) -> Unsuccessful:
    return Unsuccessful(at(5), FailureKind.FAILURE, reason, "Job a")


def _reported(readiness: Readiness, report: Report) -> TodoStatus:
    """What a report on an active todo's Job leads to."""
    job = _todo(readiness, job={"template": {"spec": {"template": {"spec": {"containers": [{"name": "main"}]}}}}})
    return decide(job, active(job), Related(), (), at(6), news=report).status


def _on_object(readiness: Readiness, report: Report) -> TodoStatus:
    """What a report on an active todo's object leads to."""
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    wait = _todo(readiness, resource={"operation": "Wait", "manifest": manifest})
    return decide(wait, active(wait), Related(), (), at(6), news=report).status


def _foreseen(readiness: Readiness, reason: Reason) -> TodoStatus:
    """What a dry run leads to that a todo's work would not pass."""
    errand = replace(_todo(readiness, needs=["b"]), action=Errand())
    waits = sees({"b": DependencyState(Phase.PENDING)})
    return decide(errand, UNSEEN, waits, (), at(6), foresight=Held(reason, "no")).status


def _requested(readiness: Readiness, report: Report) -> TodoStatus:
    """What a report on an active todo's request leads to."""
    request = _todo(readiness, http={"url": "https://example.com/"})
    return decide(request, active(request), Related(), (), at(6), news=report).status


def _refused(readiness: Readiness) -> Iterator[State]:
    loop = sees({"b": DependencyState(Phase.PENDING)}, loop=("a", "b", "a"))
    stalled = {
        "a loop": plan(_todo(readiness, needs=["b"]), related=loop).status,
        "its template would be refused": _foreseen(readiness, Reason.INVALID_TEMPLATE),
        "not valid": decide_unreadable(UNSEEN, 1, "spec.timeout: found 3 days", (), at(0)).status,
        "its Job's name is taken": _reported(readiness, Held(Reason.NAME_CONFLICT, "a Job named a exists")),
        "made invalid while active": decide_unreadable(active(_todo(readiness)), 1, "spec: found 7", (), at(9)).status,
    }
    for name, status in stalled.items():
        yield State(f"{name}, {readiness}", _shown(status), DEGRADED, FAILED, FAILED)


STATES = tuple(states())
