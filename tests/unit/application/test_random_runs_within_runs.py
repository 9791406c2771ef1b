"""Random runs within runs whose steps fail once or twice, retried until all is well, with restarts in between."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myapp.domain.todo_phase import Phase
from tests.unit.application.run_process import Process
from tests.unit.domain.workflow.builders import step

FAILURES = st.lists(st.integers(0, 2), min_size=1, max_size=3)
"""How often each step of a section fails before it succeeds."""


@pytest.mark.statement("L13", "L10")
@settings(max_examples=40, deadline=None)
@given(FAILURES, st.lists(FAILURES, min_size=1, max_size=2), st.booleans(), st.randoms(use_true_random=False))
def test_each_step_is_done_as_often_as_it_fails_and_once_more(
    own: list[int], within: list[list[int]], chained: bool, chance: Random
) -> None:
    asyncio.run(_play(own, within, chance, chained=chained))


async def _play(own: Sequence[int], within: Sequence[Sequence[int]], chance: Random, *, chained: bool) -> None:
    process = Process()
    calls = []
    for number, failures in enumerate(within):
        process.runs.template(f"t{number}", steps=_steps(f"in{number}-", failures, chained=chained))
        calls.append(step(f"call{number}", workflow={"templateRef": {"name": f"t{number}"}}))
    process.runs.apply("r", steps=[*_steps("own-", own, chained=chained), *calls])
    process.see_all()
    left = _left("own-", own) | {name: n for k, each in enumerate(within) for name, n in _left(f"in{k}-", each).items()}
    wanted = Counter({name: failures + 1 for name, failures in left.items()})

    for _ in range(200):
        await process.wait(3)
        if process.runs.status_of("r").phase is Phase.SUCCEEDED:
            break
        if process.runs.status_of("r").phase is Phase.FAILED:
            process.runs.decide("r", "Retry")
        for key in [
            key for key, known in process.todos.todos.items() if process.todos.status_of(key.name).phase is Phase.ACTIVE
        ]:
            name = key.name.split(".")[1]
            if chance.random() < 0.6:
                process.todos.decide(key.name, action="Cancel" if left[name] else "Complete")
                left[name] = max(left[name] - 1, 0)
                process.see_all()
                await process.settle()
        process.see_all()
        if chance.random() < 0.2:
            process.start()

    assert process.runs.status_of("r").phase is Phase.SUCCEEDED
    todos = [name for name in process.runs.created if "." in name]
    assert len(todos) == len(set(todos))
    assert Counter(name.split(".")[1] for name in todos) == wanted
    assert len([name for name in process.runs.created if "." not in name]) == len(within)


def _steps(prefix: str, failures: Sequence[int], *, chained: bool) -> list[Mapping[str, object]]:
    return [
        step(f"{prefix}{number}", [f"{prefix}{number - 1}"] if number and chained else [], manual={})
        for number in range(len(failures))
    ]


def _left(prefix: str, failures: Sequence[int]) -> dict[str, int]:
    return {f"{prefix}{number}": times for number, times in enumerate(failures)}
