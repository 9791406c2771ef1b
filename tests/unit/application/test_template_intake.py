"""A template is judged again when one that it names changes, appears or goes, however far down, and no more often."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from myapp.domain.condition import ConditionType
from myapp.domain.workflow.sub_workflow_check import MOST_LEVELS
from tests.unit.application.run_process import Process, key
from tests.unit.domain.workflow.builders import step

_REQUIRED = [{"name": "version", "required": True}]


class Templates:
    """The templates of a namespace, seen and judged as the loop does."""

    def __init__(self) -> None:
        self._process = Process()
        self._runs = self._process.world.runs

    def put(self, name: str, *names: str, **fields: Any) -> None:  # noqa: ANN401 - the spec as JSON
        """Create a template whose steps name these others, or change it."""
        steps = [step(f"run-{other}", workflow={"templateRef": {"name": other}}) for other in names]
        self._process.runs.template(name, steps=steps or [step("work")], **fields)

    def remove(self, name: str) -> None:
        """Delete it."""
        gone = self._process.runs.templates.pop(key(name))
        self._runs.template_intake.template_gone(gone.key, gone.uid)

    def begin_removing(self, name: str) -> None:
        """Delete it, though something holds it up."""
        known = self._process.runs.templates[key(name)]
        version = self._process.todos.next_version()
        self._process.runs.templates[key(name)] = replace(known, terminating=True, version=version)

    async def judged(self) -> list[str]:
        """Take in what watches would tell, and the echoes of own writes; which were judged, in order of name."""
        found: list[str] = []
        queue = self._runs.template_queue
        while True:
            for template in list(self._process.runs.templates.values()):
                self._runs.template_intake.template_seen(template)
            if not len(queue):
                return sorted(found)
            judged = await queue.get()
            await self._runs.check_template(judged)
            queue.done(judged)
            found.append(judged.name)

    async def listed(self) -> None:
        """Compare with a listing."""
        await self._process.world.resync().compare()

    def restart(self) -> None:
        """With nothing in memory."""
        self._process.start()
        self._runs = self._process.world.runs

    def problem(self, name: str) -> str:
        """What its status says is wrong; empty where it is Ready."""
        conditions = {each.type: each for each in self._process.runs.templates[key(name)].status.conditions}
        ready, stalled = conditions[ConditionType.READY], conditions[ConditionType.STALLED]
        assert ready.status is not stalled.status
        return stalled.message if stalled.status else ""

    @property
    def reads(self) -> int:
        """How many templates were read so far."""
        return len(self._runs.templates.reads)


@pytest.fixture
async def templates() -> Templates:
    """None so far."""
    return Templates()


async def test_one_follows_what_it_names(templates: Templates) -> None:
    """Which appears, changes, and goes; neither is judged in vain."""
    templates.put("a", "b")
    assert await templates.judged() == ["a"]
    assert templates.problem("a") == ""

    templates.put("b", params=_REQUIRED)
    assert await templates.judged() == ["a", "b"]
    assert templates.problem("a") == "step run-b: workflow.params.version: a string is required (of template b)"

    templates.put("b")
    assert await templates.judged() == ["a", "b"]
    assert templates.problem("a") == ""

    templates.put("b", params=_REQUIRED)
    await templates.judged()
    templates.remove("b")
    assert await templates.judged() == ["a"]
    assert templates.problem("a") == ""


async def test_one_that_is_on_its_way_out_is_gone(templates: Templates) -> None:
    """No run may begin with it, so nothing is judged by it either; and only once."""
    templates.put("b", params=_REQUIRED)
    templates.put("a", "b")
    await templates.judged()
    templates.begin_removing("b")
    assert await templates.judged() == ["a"]
    assert templates.problem("a") == ""


async def test_a_recursion_that_a_later_edit_makes_is_found_and_heals(templates: Templates) -> None:
    """Through a chain: everyone from whom it can be reached says so."""
    templates.put("a", "b")
    templates.put("b", "c")
    templates.put("c")
    await templates.judged()
    assert [templates.problem(name) for name in "abc"] == ["", "", ""]

    templates.put("c", "b")
    assert await templates.judged() == ["a", "b", "c"]
    assert [templates.problem(name) for name in "abc"] == [
        "a template comes back to itself: a -> b -> c -> b",
        "a template comes back to itself: b -> c -> b",
        "a template comes back to itself: c -> b -> c",
    ]

    templates.put("c")
    assert await templates.judged() == ["a", "b", "c"]
    assert [templates.problem(name) for name in "abc"] == ["", "", ""]


async def test_who_no_longer_names_it_is_left_alone(templates: Templates) -> None:
    templates.put("a", "b")
    templates.put("b")
    await templates.judged()
    templates.put("a")
    assert await templates.judged() == ["a"]
    templates.put("b", params=_REQUIRED)
    assert await templates.judged() == ["b"]


async def test_the_same_name_once_more_is_another_template(templates: Templates) -> None:
    """Its generation is that of the first again."""
    templates.put("a", "b")
    templates.put("b")
    await templates.judged()
    templates.remove("b")
    await templates.judged()
    templates.put("b", params=_REQUIRED)
    assert await templates.judged() == ["a", "b"]
    assert templates.problem("a") != ""


async def test_after_a_restart_what_changed_meanwhile_is_found(templates: Templates) -> None:
    """Those that name none are judged by their status alone; a good one is not written again."""
    templates.put("a", "b")
    templates.put("b")
    await templates.judged()
    templates.restart()
    assert await templates.judged() == ["a"]
    templates.restart()
    templates.put("b", params=_REQUIRED)
    assert await templates.judged() == ["a", "b"]
    assert templates.problem("a") != ""


async def test_a_deletion_that_no_watch_told_of_is_found_by_the_listing(templates: Templates) -> None:
    templates.put("a", "b")
    templates.put("b", params=_REQUIRED)
    await templates.judged()
    del templates._process.runs.templates[key("b")]  # noqa: SLF001 - behind the intake's back
    assert await templates.judged() == []
    await templates.listed()
    assert await templates.judged() == ["a"]
    assert templates.problem("a") == ""


async def test_the_work_for_one_edit_is_bounded(templates: Templates) -> None:
    """A chain longer than runs may be deep: no one looks further down, nor is judged from further below."""
    names = [f"t{number}" for number in range(MOST_LEVELS + 3)]
    for name, following in pairwise(names):
        templates.put(name, following)
    templates.put(names[-1])
    await templates.judged()
    before = templates.reads

    templates.put(names[-1], params=[{"name": "free"}])

    assert await templates.judged() == names[-MOST_LEVELS:]
    assert templates.reads - before <= MOST_LEVELS * MOST_LEVELS
    assert templates.problem(names[0]).startswith("workflows within workflows may be 5 levels deep")
