"""What a run comes to, told from its graph and from what each child would end as: without time, order or memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.unit.domain.workflow.builders import step

PHASES = ("Succeeded", "Failed", "Skipped", "Cancelled")


@dataclass(frozen=True)
class ModelStep:
    """A step, what it accepts of those before it, and how its children end; without ``items`` it has one."""

    name: str
    needs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    wanted: bool = True
    items: tuple[str, ...] | None = None
    result: str = "Succeeded"

    @property
    def written(self) -> dict[str, Any]:
        """As an author writes it."""
        more: dict[str, Any] = {} if self.wanted else {"when": "1 == 2"}
        if self.items is not None:
            more["forEach"] = {"items": list(range(len(self.items)))}
        return step(self.name, {name: sorted(on) for name, on in self.needs.items()}, **more)

    def result_of(self, index: int | None) -> str:
        """How a child ends."""
        return self.result if self.items is None or index is None else self.items[index]


@st.composite
def graphs(draw: st.DrawFn) -> list[ModelStep]:
    """Up to six steps, each depending on some before it."""
    ons = st.frozensets(st.sampled_from(PHASES), min_size=1)
    steps: list[ModelStep] = []
    for number in range(draw(st.integers(1, 6))):
        before = draw(st.lists(st.sampled_from(steps), unique_by=lambda known: known.name, max_size=2)) if steps else []
        steps.append(
            ModelStep(
                f"s{number}",
                {known.name: draw(ons) for known in before},
                draw(st.sampled_from([True, True, True, False])),
                draw(st.none() | st.none() | st.lists(st.sampled_from(PHASES), max_size=3).map(tuple)),
                draw(st.sampled_from(PHASES)),
            )
        )
    return steps


def ends(steps: list[ModelStep]) -> dict[str, str]:
    """The end of each step where nothing stops the others: its phase, or DependencyFailed."""
    found: dict[str, str] = {}
    for planned in steps:
        if any(found[name] not in on for name, on in planned.needs.items()):
            found[planned.name] = "DependencyFailed"
        elif not planned.wanted:
            found[planned.name] = "Skipped"
        else:
            found[planned.name] = planned.result if planned.items is None else _of_items(planned.items)
    return found


def _of_items(items: tuple[str, ...]) -> str:
    for worst in ("Failed", "Cancelled"):
        if worst in items:
            return worst
    return "Skipped" if items and set(items) == {"Skipped"} else "Succeeded"


def unhandled(steps: list[ModelStep], found: Mapping[str, str]) -> set[str]:
    """The steps whose bad end no other accepts."""
    return {
        name
        for name, end in found.items()
        if end in ("Failed", "Cancelled") and not any(end in other.needs.get(name, ()) for other in steps)
    }
