"""No interleaving of changes, checks and decisions lets one from an unproven time count or loses one from a proven."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from myapp.application.proven_time import REMEMBERED, Mark, ProvenTime, ServerMoment
from tests.fakes.clock import START


def marks(generation: int) -> frozenset[Mark]:
    """One policy at that generation."""
    return frozenset({Mark("ValidatingAdmissionPolicy", "p", "uid", generation)})


def at(version: int, seconds: int = 0) -> ServerMoment:
    """A moment."""
    return ServerMoment(version, START + timedelta(seconds=seconds))


def test_nothing_is_proven_at_first() -> None:
    """Without a good check nothing counts."""
    assert not ProvenTime().holds(5, START)
    assert not ProvenTime().continues_with(marks(1))
    assert not ProvenTime().continues_with(frozenset())


def test_a_stretch_goes_on_while_nothing_changes() -> None:
    """From one good check to the next; what came before the first is not part of it."""
    proven = ProvenTime().proven(marks(1), at(10)).proven(marks(1), at(20, 300))
    assert [version for version in range(25) if proven.holds(version, START)] == list(range(11, 21))


def test_back_and_forth_between_two_checks_is_a_change() -> None:
    """Audit and back: the generation is another one, and what was decided between does not count."""
    proven = ProvenTime().proven(marks(1), at(10)).proven(marks(3), at(20, 5)).extended(25)
    counted = [version for version in range(30) if proven.holds(version, START + timedelta(seconds=9))]
    assert counted == list(range(21, 26))


def test_a_bad_check_ends_a_stretch_although_nothing_has_changed() -> None:
    """Who could not look does not know."""
    proven = ProvenTime().proven(marks(1), at(10)).extended(12).broken()
    assert not proven.continues_with(marks(1))
    again = proven.proven(marks(1), at(20, 5))
    late = START + timedelta(seconds=9)
    assert [version for version in range(30) if again.holds(version, late)] == [11, 12]


def test_a_later_version_does_not_make_a_later_creation() -> None:
    """Whoever edits the labels of a decision from before gains nothing."""
    proven = ProvenTime().proven(marks(1), at(10, 5)).extended(40)
    assert not proven.holds(30, START + timedelta(seconds=4))
    assert proven.holds(30, START + timedelta(seconds=5))


def test_old_stretches_are_forgotten() -> None:
    """The record is bounded; what is forgotten does not count."""
    proven = ProvenTime()
    for number in range(REMEMBERED + 3):
        proven = proven.proven(marks(number), at(10 * number)).extended(10 * number + 5)
    assert len(proven.stretches) == REMEMBERED
    assert not proven.holds(22, START)
    assert proven.holds(32, START)


class History:
    """What was done to the policies, checked and decided, and what a guard that is told so makes of it."""

    def __init__(self) -> None:
        self.proven = self.saved = ProvenTime()
        self.version, self.generation, self.weak = 1, 1, False
        self.forgeable: set[int] = set()
        """Decisions that were made while the policies did not hold."""
        self.owed: set[int] = set()
        """Decisions after which the guard has seen, at least once, that nothing had changed since a good check."""
        self.pending: set[int] = set()

    def do(self, step: str) -> None:
        """One thing happens."""
        self.version += 1
        getattr(self, step)()

    def now(self) -> ServerMoment:
        """Each version has a second of its own."""
        return at(self.version, self.version)

    def weaken(self) -> None:
        """From now on anybody may forge."""
        self.weak, self.generation = True, self.generation + 1

    def restore(self) -> None:
        """From now on nobody may."""
        self.weak, self.generation = False, self.generation + 1

    def decide(self) -> None:
        """Somebody decides."""
        self.pending.add(self.version)
        if self.weak:
            self.forgeable.add(self.version)

    def check(self) -> None:
        """The guard checks, and finds the truth."""
        if self.weak:
            self.cannot_check()
            return
        if self.proven.continues_with(marks(self.generation)):
            since = self.proven.stretches[-1].since.version
            self.owed |= {made for made in self.pending if made > since}
        self.proven = self.proven.proven(marks(self.generation), self.now())
        self.saved = self.proven

    def cannot_check(self) -> None:
        """The operator has lost the right to look."""
        self.proven = self.saved = self.proven.broken()

    def restart(self) -> None:
        """The process is killed: what it had not kept is lost."""
        self.proven = self.saved
        self.owed = {made for made in self.owed if self.proven.holds(made, self.now().second)}

    def judge(self) -> None:
        """The guard reads the policies once more, and all that waits is judged."""
        if not self.proven.continues_with(marks(self.generation)):
            return
        since = self.proven.stretches[-1].since.version
        self.owed |= {made for made in self.pending if made > since}
        self.proven = self.proven.extended(max(self.pending, default=0))
        counted = {made for made in self.pending if self.proven.holds(made, START + timedelta(seconds=made))}
        assert not counted & self.forgeable
        if len(self.proven.stretches) < REMEMBERED:
            assert counted >= self.owed & self.pending
        self.pending.clear()


STEPS = ("weaken", "restore", "decide", "check", "cannot_check", "restart", "judge", "decide", "check", "judge")


@settings(max_examples=500)
@given(st.lists(st.sampled_from(STEPS), min_size=10, max_size=80))
def test_any_order(steps: list[str]) -> None:
    """Nothing forgeable ever counts, and what the guard has seen to be proven does, whatever comes between."""
    history = History()
    for step in steps:
        history.do(step)
    history.do("restore")
    history.do("check")
    history.do("judge")
    assert not history.pending
