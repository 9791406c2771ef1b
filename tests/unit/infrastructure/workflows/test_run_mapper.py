"""Between the API's runs and templates and the domain's: nothing is lost, nothing is written twice, nothing raises."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myapp.application.run_snapshot import RunSnapshot, UnreadableRun
from myapp.domain.decision import CancelMode
from myapp.domain.owner_run import OwnerRun
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.run_phase import RUN_REASONS, RunReason, StepReason
from myapp.domain.workflow.run_status import Counts, ItemFailure, RunStatus, StepStatus
from myapp.infrastructure.crd import workflow_status as api
from myapp.infrastructure.mapping.run_mapper import run_status_fields, run_status_patch, to_run_sight
from myapp.infrastructure.mapping.template_mapper import to_template
from tests.unit.infrastructure.api_strategies import CONDITIONS, DECISIONS, MOMENTS, TEXTS

OWNER = {"apiVersion": "todo.myapp.dev/v1alpha1", "kind": "TodoWorkflow", "name": "outer", "uid": "u-0"}
STEPS = [{"name": "build", "content": "Build"}, {"name": "tell", "workflow": {"templateRef": {"name": "tell"}}}]

COUNTS = st.builds(Counts, *(st.integers(0, 9) for _ in range(6)))
STEP_STATUSES = st.builds(
    StepStatus,
    name=st.from_regex(r"\A[a-z][a-z0-9]{0,9}\Z"),
    phase=st.sampled_from(Phase),
    reason=st.sampled_from(StepReason),
    message=TEXTS,
    child=st.sampled_from(["", "run.build"]),
    in_finally=st.booleans(),
    revision=st.integers(0, 3),
    items=st.none() | COUNTS,
    created=st.integers(0, 9),
    failures=st.lists(st.builds(ItemFailure, st.integers(0, 9), TEXTS), max_size=2).map(tuple),
)
RUN_STATUSES = st.builds(
    RunStatus,
    observed_generation=st.integers(-1, 9),
    phase=st.sampled_from(sorted(RUN_REASONS)),
    reason=st.none() | st.sampled_from(RunReason),
    message=TEXTS,
    start_time=st.none() | MOMENTS,
    completion_time=st.none() | MOMENTS,
    deadline=st.none() | MOMENTS,
    next_transition_time=st.none() | MOMENTS,
    suspend_time=st.none() | MOMENTS,
    suspended_for=st.integers(0, 10**9).map(lambda number: timedelta(milliseconds=number)),
    revision=st.integers(0, 3),
    cancel_mode=st.none() | st.sampled_from(CancelMode),
    timed_out_at=st.none() | MOMENTS,
    definition=st.sampled_from(["", "run-definition"]),
    service_account_name=st.sampled_from(["", "deployer"]),
    requested_by=st.sampled_from(["", "oncall"]),
    steps=st.lists(STEP_STATUSES, max_size=3, unique_by=lambda step: step.name).map(tuple),
    outputs=st.dictionaries(st.sampled_from(["a", "b"]), st.one_of(TEXTS, st.integers(0, 9), st.booleans())),
    decisions=st.lists(DECISIONS, max_size=2, unique_by=lambda made: made.id).map(tuple),
    conditions=st.lists(CONDITIONS, max_size=2, unique_by=lambda condition: condition.type).map(tuple),
)


def raw(spec: object, status: object = None, **metadata: object) -> dict[str, Any]:
    """An object of the API."""
    own = {
        "namespace": "shop",
        "name": "run",
        "uid": "u-1",
        "resourceVersion": "42",
        "generation": 3,
        "creationTimestamp": "2026-12-01T08:00:00Z",
    }
    return {"metadata": own | metadata, "spec": spec, "status": status}


def merged(target: Any, patch: Any) -> Any:  # noqa: ANN401 - JSON
    """RFC 7386, as the API server merges."""
    if not isinstance(patch, dict):
        return patch
    kept = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = merged(kept.get(name), value)
    return kept


def test_a_run_of_a_template_arrives() -> None:
    """With its values, its account, its limits and who asked for it."""
    sight = to_run_sight(
        raw(
            {
                "templateRef": {"name": "release"},
                "params": {"env": "prod", "n": [1]},
                "serviceAccountName": "deployer",
                "suspend": True,
                "timeout": "2h",
                "ttlAfterFinished": "24h",
            },
            annotations={"todo.myapp.dev/created-by": "oncall"},
        )
    )

    assert isinstance(sight, RunSnapshot)
    entry = sight.entry
    assert (str(sight.key), sight.uid, sight.version, sight.generation) == ("shop/run", "u-1", "42", 3)
    assert (entry.template, entry.params, entry.service_account_name) == (
        "release",
        {"env": "prod", "n": [1]},
        "deployer",
    )
    assert (entry.suspend, entry.timeout, entry.ttl_after_finished) == (True, timedelta(hours=2), timedelta(days=1))
    assert (entry.requester, entry.created_by, entry.definition, entry.parent) == ("oncall", "oncall", None, None)
    assert entry.created_at == datetime(2026, 12, 1, 8, tzinfo=UTC)


def test_a_run_with_steps_of_its_own_arrives() -> None:
    """Its definition, and what a machine that created it is called: no person, but its Todos are to say it."""
    machine = "system:serviceaccount:gitops:pipeline"
    sight = to_run_sight(raw({"steps": STEPS}, annotations={"todo.myapp.dev/created-by": machine}))

    assert isinstance(sight, RunSnapshot)
    assert sight.entry.definition is not None
    assert [step.name for step in sight.entry.definition.steps] == ["build", "tell"]
    assert (sight.entry.requester, sight.entry.created_by) == ("", machine)


@pytest.mark.parametrize(
    ("owner", "parent", "definition"),
    [
        ({**OWNER, "controller": True}, OwnerRun("outer", "u-0", "tell.3"), "outer-definition"),
        (OWNER, None, ""),
        ({**OWNER, "controller": True, "kind": "Deployment"}, None, ""),
        ({**OWNER, "controller": True, "apiVersion": "argoproj.io/v1alpha1"}, None, ""),
    ],
    ids=["controlled", "owned", "another kind", "another group"],
)
def test_a_run_is_a_part_of_another_by_its_controller_only(
    owner: dict[str, object], parent: OwnerRun | None, definition: str
) -> None:
    """What it says by annotations is anybody's word where the operator has not created it."""
    notes = {"todo.myapp.dev/part": "tell.3", "todo.myapp.dev/definition": "outer-definition"}
    sight = to_run_sight(raw({"steps": STEPS}, ownerReferences=[owner], annotations=notes))

    assert isinstance(sight, RunSnapshot)
    assert (sight.parent, sight.entry.definition_name) == (parent, definition)


@pytest.mark.parametrize(
    ("spec", "status", "problem", "readable"),
    [
        ({}, None, "spec: found 'neither', allowed is one of templateRef and steps", True),
        ({"steps": [{"content": "x"}]}, None, "allowed is a text that is not empty", True),
        ({"steps": STEPS}, {"phase": "Dancing"}, "status.phase", False),
        ({"steps": STEPS}, {"reason": "FromTheFuture"}, "written by another version of the operator", False),
    ],
)
def test_what_cannot_be_understood_says_why(spec: object, status: object, problem: str, readable: bool) -> None:
    """It is parked, and costs the others nothing; a status that cannot be read is never written over."""
    sight = to_run_sight(raw(spec, status))

    assert isinstance(sight, UnreadableRun)
    assert problem in sight.problem
    assert (sight.status is not None) is readable


@settings(max_examples=60, deadline=None)
@given(before=RUN_STATUSES, after=RUN_STATUSES)
def test_a_status_reads_back_as_it_was_written(before: RunStatus, after: RunStatus) -> None:
    """By a merge patch over whatever was there; else it would be written for ever."""
    stored = merged(run_status_fields(before), run_status_patch(before, after))

    sight = to_run_sight(raw({"steps": STEPS}, stored))

    assert isinstance(sight, RunSnapshot), sight
    assert sight.status == after


@settings(max_examples=30, deadline=None)
@given(status=RUN_STATUSES)
def test_what_is_written_fits_the_crd(status: RunStatus) -> None:
    """No field that the API server would drop or refuse."""
    written = run_status_fields(status)

    api.TodoWorkflowStatus.model_validate(written, extra="forbid")
    assert not status.steps or written["progress"] == status.progress


def test_the_words_of_the_crd_are_those_of_the_domain() -> None:
    """Every reason is described, so that kubectl explain knows it."""
    run, step = (
        api.TodoWorkflowStatus.model_fields["reason"].description or "",
        api.StepStatus.model_fields["reason"].description or "",
    )

    assert [reason for reason in RunReason if reason not in run] == []
    assert [reason for reason in StepReason if reason not in step] == []


@pytest.mark.parametrize(
    ("spec", "steps", "problem"),
    [({"steps": STEPS, "params": [{"name": "env"}]}, 2, ""), ({"steps": []}, 0, "spec.steps")],
)
def test_a_template_arrives(spec: object, steps: int, problem: str) -> None:
    """Or says why it cannot be understood."""
    template = to_template(raw(spec, {"observedGeneration": 2}))

    assert (len(template.definition.steps) if template.definition else 0) == steps
    assert problem in template.problem
    assert bool(template.problem) is bool(problem)
    assert template.status.observed_generation == 2
