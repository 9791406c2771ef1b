"""Which phase may follow which."""

from itertools import product

import pytest

from myapp.domain.errors import DomainError, IllegalTransitionError
from myapp.domain.todo_phase import NEXT_PHASES, REFUSED_REASONS, Phase, Reason, check_transition

ENDS = {Phase.SUCCEEDED, Phase.FAILED, Phase.SKIPPED, Phase.CANCELLED}
ALLOWED = {
    *((phase, phase) for phase in Phase),
    (Phase.PENDING, Phase.ACTIVE),
    *((Phase.PENDING, end) for end in ENDS),
    *((Phase.ACTIVE, end) for end in ENDS),
    (Phase.FAILED, Phase.ACTIVE),
}


@pytest.mark.parametrize(("before", "after"), list(product(Phase, Phase)))
def test_every_pair_of_phases(before: Phase, after: Phase) -> None:
    """Forward or not at all: nothing becomes pending again, and nothing leaves an end but what failed, by Retry."""
    if (before, after) in ALLOWED:
        check_transition(before, after)
    else:
        with pytest.raises(IllegalTransitionError, match=f"^{after} cannot follow {before}$"):
            check_transition(before, after)


@pytest.mark.parametrize("phase", Phase)
def test_final_phases(phase: Phase) -> None:
    """Four phases are ends; from one of them a person can have it tried again."""
    assert phase.final is (phase in ENDS)
    assert phase.takes_decisions is (phase not in ENDS or phase is Phase.FAILED)


def test_the_table_knows_every_phase_and_cannot_be_changed() -> None:
    """A phase without a line in the table would raise in production."""
    assert set(NEXT_PHASES) == set(Phase)
    with pytest.raises(TypeError):
        NEXT_PHASES[Phase.FAILED] = frozenset({Phase.ACTIVE})  # type: ignore[index] # the type forbids it as well


def test_an_illegal_transition_is_caught_with_the_domains_root() -> None:
    """One except clause takes all errors of the domain."""
    assert issubclass(IllegalTransitionError, DomainError)


def test_reasons_for_which_somebody_must_change_an_object() -> None:
    """Waiting is never one of them, and every reason is a CamelCase word, as condition reasons must be."""
    invalid = {Reason.INVALID_SPEC, Reason.INVALID_TEMPLATE}
    assert {*invalid, Reason.DEPENDENCY_CYCLE, Reason.NAME_CONFLICT} == REFUSED_REASONS
    assert all(reason.isalpha() and reason[0].isupper() for reason in Reason)
