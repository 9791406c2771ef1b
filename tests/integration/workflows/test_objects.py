"""Runs and templates are read, listed, told how they stand, and deleted when their time is over."""

from datetime import UTC, datetime

import pytest

from myapp.application.outcomes import Gone, Stale, Written
from myapp.application.run_snapshot import RunSnapshot
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.run_phase import RunReason
from myapp.domain.workflow.run_status import RunStatus, StepStatus
from myapp.domain.workflow.template_status import TemplateStatus, template_status
from myapp.infrastructure.kube.kube_client import KubeClient
from myapp.infrastructure.kube.run_objects import RunObjects
from myapp.infrastructure.kube.status_writers import KubeRunStatusWriter, KubeTemplateStatusWriter
from myapp.infrastructure.kube.template_objects import TemplateObjects
from tests.api_server import ApiServer
from tests.manifests import step, template_manifest, templates_path, workflow_manifest, workflows_path

pytestmark = pytest.mark.cluster

MORNING = datetime(2026, 12, 1, 8, tzinfo=UTC)


async def test_a_run_is_written_and_read_back(client: KubeClient, admin: ApiServer, namespace: str) -> None:
    """Provided that nobody wrote it meanwhile; the largest run there can be is small enough."""
    steps = [step(f"step-number-{number}", approval={}) for number in range(500)]
    assert admin.create(workflows_path(namespace), workflow_manifest(steps=steps)).accepted
    runs, writer = RunObjects(client, [namespace]), KubeRunStatusWriter(client)
    snapshot = await runs.read(TodoKey(namespace, "run"))
    assert isinstance(snapshot, RunSnapshot)
    status = RunStatus(
        observed_generation=1,
        phase=Phase.ACTIVE,
        reason=RunReason.RUNNING,
        message="500 steps run",
        start_time=MORNING,
        steps=tuple(
            StepStatus(f"step-number-{number}", Phase.ACTIVE, "Running", "m" * 60, f"run.step-number-{number}")
            for number in range(500)
        ),
    )

    written = await writer.write(snapshot, status)
    stale = await writer.write(snapshot, status)
    again = await runs.read(TodoKey(namespace, "run"))

    assert isinstance(written, Written)
    assert isinstance(stale, Stale)
    assert isinstance(again, RunSnapshot)
    assert again.status == status
    assert again.version == written.version


async def test_runs_and_templates_are_listed(client: KubeClient, admin: ApiServer, namespace: str) -> None:
    """With the version of the listing, and what each says."""
    assert admin.create(workflows_path(namespace), workflow_manifest("one")).accepted
    assert admin.create(workflows_path(namespace), workflow_manifest("two", templateRef={"name": "release"})).accepted
    assert admin.create(templates_path(namespace), template_manifest()).accepted

    runs = [page async for page in RunObjects(client, [namespace]).pages()]
    templates = [page async for page in TemplateObjects(client, [namespace]).pages()]

    assert [run.key.name for page in runs for run in page.runs] == ["one", "two"]
    assert [run.sight().uid for page in runs for run in page.runs] == [run.uid for page in runs for run in page.runs]
    assert [template.key.name for page in templates for template in page.templates] == ["release"]
    assert int(runs[0].version) > 0


async def test_a_template_is_told_whether_it_can_be_run(client: KubeClient, admin: ApiServer, namespace: str) -> None:
    """And unlearns what was wrong with it."""
    assert admin.create(templates_path(namespace), template_manifest()).accepted
    templates, writer = TemplateObjects(client, [namespace]), KubeTemplateStatusWriter(client)
    snapshot = await templates.read(TodoKey(namespace, "release"))
    assert snapshot is not None
    refused = template_status(TemplateStatus(), 1, 1, ["step build: no"], MORNING)

    await writer.write(snapshot, refused)
    known = await templates.read(TodoKey(namespace, "release"))
    assert known is not None
    await writer.write(known, template_status(refused, 1, 1, [], MORNING))
    healed = await templates.read(TodoKey(namespace, "release"))

    assert known.status == refused
    assert healed is not None
    assert [condition.status for condition in healed.status.conditions] == [True, False, False]
    assert await templates.read(TodoKey(namespace, "other")) is None


async def test_a_run_is_deleted_in_the_version_that_was_judged(
    client: KubeClient, admin: ApiServer, namespace: str
) -> None:
    """Not one that was edited meanwhile."""
    assert admin.create(workflows_path(namespace), workflow_manifest()).accepted
    runs = RunObjects(client, [namespace])
    before = await runs.read(TodoKey(namespace, "run"))
    admin.patch(f"{workflows_path(namespace)}/run", {"spec": {"ttlAfterFinished": "1h"}})
    now = await runs.read(TodoKey(namespace, "run"))
    assert isinstance(before, RunSnapshot)
    assert isinstance(now, RunSnapshot)

    assert isinstance(await runs.delete(before), Stale)
    assert isinstance(await runs.delete(now), Written)
    assert isinstance(await runs.delete(now), Gone)
