"""How long to wait before a performer is asked again that raised, or said that what it needs is not accepted.

Doubling from one second to five minutes: a cause that passes is found gone within seconds, and one that lasts costs
less than one try a minute after the first ten minutes. The count starts anew after a try that lasted.
"""

_FIRST = 1.0
_LONGEST = 300.0
_MOST_DOUBLINGS = 16
#: Seconds after which a try counts as one that worked for a while, so that what ended it is news.
_LASTED = 60.0


class EffectBackoff:
    """Counts the failed tries of one effect, in seconds."""

    def __init__(self) -> None:
        self.failures = 0

    def after(self, lasted: float) -> float:
        """Count one more failed try, which lasted so long: how long to wait before the next."""
        self.failures = 1 if lasted >= _LASTED else self.failures + 1
        return min(_FIRST * 2.0 ** min(self.failures - 1, _MOST_DOUBLINGS), _LONGEST)
