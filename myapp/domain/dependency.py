"""What a todo says it depends on, and whether that is met (design 2.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from myapp.domain.form import Scalar
from myapp.domain.todo_phase import Phase, Reason


@dataclass(frozen=True, slots=True)
class Dependency:
    """Another todo of the same namespace, and the final phases in which it lets this one go on."""

    DEFAULT_ON: ClassVar[frozenset[Phase]] = frozenset({Phase.SUCCEEDED})

    name: str
    on: frozenset[Phase] = DEFAULT_ON

    def met_by(self, state: "DependencyState") -> bool:
        """Whether the other todo has ended in one of the accepted phases.

        A todo that was skipped because of *its* dependencies satisfies nobody, whatever ``on`` says: otherwise work
        would run behind a gate that never opened.
        """
        return state.phase in self.on and not state.skipped_by_dependency

    def unmeetable_after(self, state: "DependencyState") -> bool:
        """Whether the other todo has ended in a way that will never satisfy this dependency."""
        return state.phase.final and not self.met_by(state)


@dataclass(frozen=True, slots=True)
class DependencyState:
    """What a dependent sees of another todo."""

    phase: Phase
    skipped_by_dependency: bool = False
    outputs: Mapping[str, Scalar] | None = None
    """What it yielded; None where it yielded nothing, as most do."""

    @classmethod
    def of(cls, phase: Phase, reason: Reason | None) -> "DependencyState":
        """The part of a status that dependents look at."""
        return cls(phase, phase is Phase.SKIPPED and reason is Reason.DEPENDENCY_FAILED)
