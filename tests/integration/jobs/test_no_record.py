"""The operator dies between the creation of a Job and the record of its uid, and the Job is deleted meanwhile."""

from dataclasses import replace

import pytest

from myapp.domain.actions.job import Job
from myapp.domain.effect import Unsuccessful
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_phase import Reason
from tests.integration.jobs.conftest import TEMPLATE, Jobs

pytestmark = pytest.mark.cluster


async def begun_and_deleted(jobs: Jobs, todo: TodoEntry, *, with_pods: bool) -> str:
    """The uid of a Job of which the operator kept no record, and which is gone."""
    first = jobs.perform(todo)
    report = await first.running()
    assert first.task is not None
    first.task.cancel()
    if with_pods:
        await jobs.wait_for_event(first.name)
    jobs.delete(first.name)
    await jobs.wait_until_gone(first.name)
    return report.references["uid"]


@pytest.mark.statement("F8")
async def test_a_job_that_had_pods_is_not_made_again(jobs: Jobs) -> None:
    """Its Events say that it has worked; nobody knows how far."""
    todo = jobs.todo()
    await begun_and_deleted(jobs, todo, with_pods=True)
    end = await jobs.perform(todo, begun_before=True).end()
    assert isinstance(end, Unsuccessful)
    assert (end.reason, end.final) == (Reason.RESULT_LOST, True)
    assert jobs.all() == []


@pytest.mark.statement("F6")
async def test_an_idempotent_job_is_made_again(jobs: Jobs) -> None:
    """Its author has said that it may be."""
    todo = jobs.todo()
    before = await begun_and_deleted(jobs, todo, with_pods=True)
    again = jobs.perform(replace(todo, action=Job(TEMPLATE, idempotent=True)), begun_before=True)
    assert (await again.running()).references["uid"] != before


@pytest.mark.statement("F8")
async def test_a_job_without_pods_is_made_again(jobs: Jobs) -> None:
    """It has done nothing, so the second is the first that does."""
    todo = jobs.todo(template={"spec": {**TEMPLATE["spec"], "suspend": True}})
    before = await begun_and_deleted(jobs, todo, with_pods=False)
    assert (await jobs.perform(todo, begun_before=True).running()).references["uid"] != before


@pytest.mark.statement("F7")
async def test_a_job_that_is_there_is_taken(jobs: Jobs) -> None:
    """Most are."""
    todo = jobs.todo()
    first = jobs.perform(todo)
    report = await first.running()
    assert first.task is not None
    first.task.cancel()
    await jobs.wait_for_event(first.name)
    assert await jobs.perform(todo, begun_before=True).running() == report
