"""The order of the steps of a workflow: who comes before whom, and what a step's end means to those behind it.

Built of what was accepted. What acceptance itself asks (who comes before whom, and loops) are functions here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.definition import Step

_BAD_ENDS = frozenset({Phase.FAILED, Phase.CANCELLED})


@dataclass(frozen=True, slots=True)
class StepGraph:
    """Steps in an order in which each comes after all that it depends on, else as they were written."""

    ordered: tuple[Step, ...]
    accepted_ends: Mapping[str, frozenset[Phase]]
    """By step: the ends of it that some step behind it waits for."""

    @classmethod
    def of(cls, steps: Sequence[Step]) -> "StepGraph":
        """The graph of steps without cycles; names that are no steps are left alone."""
        by_name = {step.name: step for step in steps}
        accepted: dict[str, set[Phase]] = {step.name: set() for step in steps}
        for step in steps:
            for dependency in step.dependencies:
                if dependency.name in accepted:
                    accepted[dependency.name] |= dependency.on
        ordered: dict[str, Step] = {}
        for step in steps:
            _place(step, by_name, ordered)
        return cls(tuple(ordered.values()), {name: frozenset(ends) for name, ends in accepted.items()})

    def failure_is_handled(self, name: str, phase: Phase) -> bool:
        """Whether it is no failure of the run that a step ended in ``phase``: some step waits for just that."""
        return phase not in _BAD_ENDS or phase in self.accepted_ends[name]


def _place(first: Step, by_name: Mapping[str, Step], ordered: dict[str, Step]) -> None:
    """Put a step behind all that it depends on. A chain may be as long as there are steps, so without recursion."""
    waiting = [first]
    while waiting:
        step = waiting[-1]
        if step.name in ordered:
            waiting.pop()
            continue
        before = [
            by_name[dependency.name]
            for dependency in step.dependencies
            if dependency.name in by_name and dependency.name not in ordered
        ]
        if before:
            waiting.extend(reversed(before))
        else:
            ordered[waiting.pop().name] = step


def ancestors(steps: Sequence[Step]) -> Mapping[str, frozenset[str]]:
    """By step: all steps that have ended whenever it begins. Of steps without cycles."""
    found: dict[str, frozenset[str]] = {}
    for step in StepGraph.of(steps).ordered:
        direct = [dependency.name for dependency in step.dependencies if dependency.name in found]
        found[step.name] = frozenset(direct).union(*(found[name] for name in direct))
    return found


def cycles(steps: Sequence[Step]) -> Iterator[tuple[str, ...]]:
    """Loops among the steps, each from one of its steps back to it, until every step that is in one was seen."""
    depends_on = {step.name: [entry.name for entry in step.dependencies] for step in steps}
    done: set[str] = set()
    for start, direct in depends_on.items():
        path = [start]
        branches = [iter(direct)]
        while branches and path[-1] not in done:
            following = next(branches[-1], None)
            if following is None:
                branches.pop()
                done.add(path.pop())
                if not path:
                    break
            elif following in path:
                yield (*path[path.index(following) :], following)
                done.update(path)
            elif following in depends_on and following not in done:
                path.append(following)
                branches.append(iter(depends_on[following]))
