"""What the decisions that counted say together: who has claimed a todo, whether people hold it, who voted.

The status keeps a bounded number of them. What still has a meaning is kept before what is mere history; all of it
stands in the decision objects.
"""

from collections.abc import Iterable, Sequence

from myapp.domain.decision import CountedDecision, DecisionAction

#: How many a status keeps (the CRD's bound).
KEPT = 64

_CLAIMS = frozenset({DecisionAction.CLAIM, DecisionAction.RELEASE})
_HOLDS = frozenset({DecisionAction.SUSPEND, DecisionAction.RESUME})
_HISTORY = frozenset({DecisionAction.COMMENT, DecisionAction.RETRY}) | _CLAIMS | _HOLDS


def claimed_by(counted: Sequence[CountedDecision]) -> str:
    """Who has claimed the todo and not released it; empty where nobody has."""
    latest = _latest(counted, _CLAIMS)
    return latest.username if latest is not None and latest.action is DecisionAction.CLAIM else ""


def held_by(counted: Sequence[CountedDecision]) -> CountedDecision | None:
    """The decision that suspends the todo, unless it was resumed since."""
    latest = _latest(counted, _HOLDS)
    return latest if latest is not None and latest.action is DecisionAction.SUSPEND else None


def votes(counted: Iterable[CountedDecision], action: DecisionAction) -> tuple[CountedDecision, ...]:
    """The decisions of one kind."""
    return tuple(made for made in counted if made.action is action)


def kept(counted: Sequence[CountedDecision]) -> tuple[CountedDecision, ...]:
    """As many as a status may hold, in their order; the oldest history goes first."""
    surplus = len(counted) - KEPT
    if surplus <= 0:
        return tuple(counted)
    needed = {id(made) for made in (_latest(counted, _CLAIMS), _latest(counted, _HOLDS)) if made is not None}
    going = [made for made in counted if made.action in _HISTORY and id(made) not in needed][:surplus]
    gone = set(map(id, going))
    return tuple(made for made in counted if id(made) not in gone)


def _latest(counted: Sequence[CountedDecision], actions: frozenset[DecisionAction]) -> CountedDecision | None:
    return next((made for made in reversed(counted) if made.action in actions), None)
