"""What satisfies a dependency: the truth table of `on` and how the other todo ended."""

from itertools import chain, combinations

import pytest

from myapp.domain.dependency import Dependency, DependencyState
from myapp.domain.todo_phase import Phase, Reason

ENDS = (Phase.SUCCEEDED, Phase.FAILED, Phase.SKIPPED, Phase.CANCELLED)
EVERY_ON = [frozenset(on) for on in chain.from_iterable(combinations(ENDS, size) for size in range(1, len(ENDS) + 1))]
OF_ITS_OWN = [reason for reason in (None, *Reason) if reason is not Reason.DEPENDENCY_FAILED]


def _shown(on: frozenset[Phase]) -> str:
    return "|".join(sorted(on))


@pytest.mark.parametrize("on", EVERY_ON, ids=_shown)
@pytest.mark.parametrize("phase", ENDS)
def test_an_end_satisfies_exactly_who_accepts_it(on: frozenset[Phase], phase: Phase) -> None:
    """For every subset of ends: met, or never to be met."""
    dependency = Dependency("build", on)
    state = DependencyState(phase)

    assert dependency.met_by(state) is (phase in on)
    assert dependency.unmeetable_after(state) is (phase not in on)


@pytest.mark.parametrize("on", EVERY_ON, ids=_shown)
@pytest.mark.parametrize("phase", [Phase.PENDING, Phase.ACTIVE])
def test_what_has_not_ended_is_neither_met_nor_hopeless(on: frozenset[Phase], phase: Phase) -> None:
    """It is waited for."""
    dependency = Dependency("build", on)
    state = DependencyState(phase)

    assert not dependency.met_by(state)
    assert not dependency.unmeetable_after(state)


@pytest.mark.parametrize("on", EVERY_ON, ids=_shown)
def test_skipped_because_of_its_own_dependency_satisfies_nobody(on: frozenset[Phase]) -> None:
    """Else work would run behind a gate that never opened, even where `on` names Skipped."""
    dependency = Dependency("build", on)
    state = DependencyState.of(Phase.SKIPPED, Reason.DEPENDENCY_FAILED)

    assert not dependency.met_by(state)
    assert dependency.unmeetable_after(state)


@pytest.mark.parametrize("reason", OF_ITS_OWN)
def test_skipped_for_a_reason_of_its_own_satisfies_who_accepts_skipped(reason: Reason | None) -> None:
    """`onTimeout: Skip` is such a reason."""
    state = DependencyState.of(Phase.SKIPPED, reason)

    assert Dependency("build", frozenset({Phase.SKIPPED})).met_by(state)
    assert not Dependency("build").met_by(state)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.SKIPPED])
def test_only_skipped_can_be_inherited(phase: Phase) -> None:
    """The reason DependencyFailed means something on Skipped alone."""
    assert DependencyState.of(phase, Reason.DEPENDENCY_FAILED) == DependencyState(phase, skipped_by_dependency=False)


def test_success_is_the_default() -> None:
    """Who writes only a name waits for success."""
    assert Dependency("build").on == {Phase.SUCCEEDED}
