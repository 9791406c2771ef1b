"""What a person may act on now: the Todos that await a person and take an act that this person may do.

Few questions: one for everything that awaits a person, one call for who we are and what is granted everywhere, one for
the rules of the namespaces that are left, and one by name where rules cannot tell.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from myapp.cli.todo.act import ACTS, Act
from myapp.cli.todo.cluster import Cluster
from myapp.cli.todo.decision_request import Person
from myapp.cli.todo.errors import KubectlFailedError
from myapp.cli.todo.objection import objection
from myapp.cli.todo.rights import Ask, Rights
from myapp.cli.todo.todo_view import TodoView
from myapp.domain.decision import DecisionAction

_NEVER = datetime.max.replace(tzinfo=UTC)
_ACT_ON: Mapping[str, Act] = {
    action: act
    for act in ACTS
    if act.action in (DecisionAction.COMPLETE, DecisionAction.APPROVE)
    for action in act.on or ()
}
VERBS = tuple(act.verb for act in _ACT_ON.values())


@dataclass(frozen=True, slots=True)
class Scope:
    """The namespaces that are looked at; "" for all at once."""

    namespaces: tuple[str, ...]
    limited: bool = False
    """True where fewer than asked for may be seen."""


class Inbox:
    """One person's inbox; what they may do is asked once for each namespace."""

    def __init__(self, cluster: Cluster, namespace: str) -> None:
        self._cluster = cluster
        self._person, granted = cluster.introduce([Ask(verb, namespace) for verb in VERBS])
        self._everywhere = frozenset(verb for verb, may in zip(VERBS, granted, strict=True) if may)
        self._rights: dict[str, Rights] = {}
        self._answers: dict[Ask, bool] = {}

    def of(self, todos: Iterable[TodoView], now: datetime) -> list[TodoView]:
        """Those that the person may act on, the most pressing first."""
        fitting = [todo for todo in todos if fits(todo, self._person, now)]
        self._learn(fitting)
        return sorted((todo for todo in fitting if self._may(todo)), key=lambda todo: _pressing(todo, now))

    def _may(self, todo: TodoView) -> bool:
        verb = act_on(todo).verb
        if verb in self._everywhere:
            return True
        allowed = self._rights[todo.namespace].allows(verb, todo.name)
        if allowed is not None:
            return allowed
        ask = Ask(verb, todo.namespace, todo.name)
        return self._answers.get(Ask(verb, todo.namespace), False) or self._answers.get(ask, False)

    def _learn(self, todos: Sequence[TodoView]) -> None:
        """Asks for what is not known yet: rules first, then whole namespaces, then single Todos."""
        unclear = [todo for todo in todos if act_on(todo).verb not in self._everywhere]
        if new := sorted({todo.namespace for todo in unclear} - self._rights.keys()):
            self._rights |= self._cluster.rights(new)
        unclear = [
            todo for todo in unclear if self._rights[todo.namespace].allows(act_on(todo).verb, todo.name) is None
        ]
        self._ask({Ask(act_on(todo).verb, todo.namespace) for todo in unclear})
        self._ask({Ask(act_on(todo).verb, todo.namespace, todo.name) for todo in unclear if not self._may(todo)})

    def _ask(self, asks: set[Ask]) -> None:
        new = sorted(asks - self._answers.keys(), key=lambda ask: (ask.namespace, ask.verb, ask.name))
        if new:
            self._answers |= dict(zip(new, self._cluster.grants(new), strict=True))


def act_on(todo: TodoView) -> Act:
    """The act by which a person ends this Todo."""
    return _ACT_ON[todo.action]


def fits(todo: TodoView, person: Person, now: datetime) -> bool:
    """Whether it waits for somebody, and nothing but a missing verb can keep this person from acting.

    Values of a form are filled in when it is completed: the form alone keeps nobody out.
    """
    if not todo.awaits_a_person or todo.action not in _ACT_ON:
        return False
    return todo.action == "manual" or not objection(act_on(todo), todo, person, {}, now)


def scope(cluster: Cluster, namespace: str) -> tuple[Scope, list[TodoView], str]:
    """What awaits people in the namespace, or in all that may be seen; and the version from which to watch."""
    try:
        todos, version = cluster.awaiting_people(namespace)
    except KubectlFailedError as failure:
        if namespace or failure.reason != "Forbidden":
            raise
        seen = _visible(cluster)
        if not seen:
            raise
        lists = [cluster.awaiting_people(one) for one in seen]
        return Scope(seen, limited=True), [todo for listed, _ in lists for todo in listed], lists[-1][1]
    return Scope((namespace,)), list(todos), version


def _visible(cluster: Cluster) -> tuple[str, ...]:
    """The namespaces whose Todos may be listed, of those whose names are known."""
    names = cluster.namespaces()
    rights = cluster.rights(names)
    return tuple(name for name in names if rights[name].allows("list") is not False)


def _pressing(todo: TodoView, now: datetime) -> tuple[bool, datetime, int, datetime, str, str]:
    """Overdue, then by due time, priority, and age."""
    due = todo.due or _NEVER
    return (due > now, due, -todo.priority, todo.created or _NEVER, todo.namespace, todo.name)
