"""What all kinds of action have in common that people do: nothing happens outside of the todo, nothing is computed."""

from myapp.domain.action_expressions import NO_EXPRESSIONS, ActionExpressions


class Attended:
    """The answers of such an action about what machines do."""

    __slots__ = ()

    @property
    def has_effect(self) -> bool:
        """No."""
        return False

    @property
    def effect_goes_on(self) -> bool:
        """There is none."""
        return False

    @property
    def expressions(self) -> ActionExpressions:
        """None: people are asked."""
        return NO_EXPRESSIONS
