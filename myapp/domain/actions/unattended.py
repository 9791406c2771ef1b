"""What all kinds of action have in common that are done without people: nobody decides about them, but to skip them."""

from myapp.domain.action_expressions import NO_EXPRESSIONS, ActionExpressions
from myapp.domain.actions.action import ActiveView, Ended, Objection, Ongoing
from myapp.domain.actions.effect_progress import effect_progress
from myapp.domain.decision import Decision, DecisionAction


class Unattended:
    """The answers of such an action. By default it has an effect that does not go on by itself."""

    __slots__ = ()

    @property
    def accepts(self) -> frozenset[DecisionAction]:
        """Nobody can complete it in its place."""
        return frozenset()

    @property
    def may_be_skipped(self) -> bool:
        """A person may decide that it need not be done."""
        return True

    @property
    def groups_that_matter(self) -> frozenset[str]:
        """None."""
        return frozenset()

    @property
    def has_effect(self) -> bool:
        """Something is done outside of the todo."""
        return True

    @property
    def effect_goes_on(self) -> bool:
        """What was done is done, and cannot be taken back."""
        return False

    @property
    def may_be_retried(self) -> bool:
        """What failed may succeed another time."""
        return True

    @property
    def expressions(self) -> ActionExpressions:
        """None."""
        return NO_EXPRESSIONS

    def objection(self, _view: ActiveView, _decision: Decision) -> Objection | None:
        """There is nothing to object to, since it accepts nothing."""
        return None

    def progress(self, view: ActiveView) -> Ongoing | Ended:
        """As far as is reported of the effect."""
        return effect_progress(view)
