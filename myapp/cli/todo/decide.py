"""The use case behind every command by which a person acts on a Todo: look, refuse what cannot succeed, ask, wait.

Refusing early is a courtesy, so that a mistake leaves no object behind: what counts is the admission policy and the
operator's judgement, and both look again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from myapp.cli.todo.act import Act
from myapp.cli.todo.cluster import Cluster, Judgement
from myapp.cli.todo.decision_request import API_GROUP, LONGEST_MESSAGE, Person, decision_manifest
from myapp.cli.todo.errors import KubectlFailedError
from myapp.cli.todo.objection import objection
from myapp.cli.todo.rights import DECISIONS, Ask
from myapp.cli.todo.todo_view import TodoView
from myapp.domain.decision import DecisionAction, DecisionOutcome
from myapp.domain.duration import format_duration
from myapp.domain.todo_phase import Phase, Reason

_FIRST_PAUSE = timedelta(milliseconds=50)
_LONGEST_PAUSE = timedelta(seconds=1)
_UNFINISHED = frozenset({Phase.PENDING, Phase.ACTIVE})


@dataclass(frozen=True, slots=True)
class Counted:
    """The operator applied the decision."""

    decision: Judgement


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not applied and never will be. `decision` is None where none was created."""

    why: str
    decision: Judgement | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """The decision is stored; what becomes of it is not known, and `why` says why not, in a sentence."""

    decision: Judgement
    why: str


Outcome = Counted | Refused | Recorded


@dataclass(frozen=True, slots=True)
class Alarm:
    """The passing of time, injected so that tests need none: a monotonic clock in seconds, and sleep."""

    now: Callable[[], float]
    sleep: Callable[[float], None]


def decide(
    act: Act,
    name: str,
    message: str,
    *,
    cluster: Cluster,
    alarm: Alarm,
    patience: timedelta,
    values: Mapping[str, str] = MappingProxyType({}),
) -> Outcome:
    """Makes one decision of the current user on the named Todo and waits up to `patience` for its judgement."""
    if len(message) > LONGEST_MESSAGE:
        return Refused(f"the message has {len(message)} characters, allowed are {LONGEST_MESSAGE}")
    todo = cluster.todo(name)
    if why := misfit(act, todo):
        return Refused(why)
    asks = (Ask(act.verb, todo.namespace, todo.name), Ask("create", todo.namespace, resource=DECISIONS))
    person, (has_verb, may_create) = cluster.introduce(asks)
    if why := objection(act, todo, person, values, datetime.now(UTC)):
        return Refused(f'todo "{name}" cannot be {act.done}: {why}{_hint(act, todo)}')
    if not has_verb:
        return Refused(_missing_verb(act, todo, person))
    if not may_create:
        return Refused(_missing_create(todo, person))
    decision = cluster.create_decision(decision_manifest(act, todo, person, message, values))
    return _await_judgement(decision, cluster=cluster, alarm=alarm, patience=patience)


def misfit(act: Act, todo: TodoView) -> str:
    """Why the act cannot fit the Todo as it stands, or "". A Todo that the operator has not seen yet may fit."""
    if todo.ended and not (act.revives and todo.phase == Phase.FAILED):
        return f'todo "{todo.name}" has ended already: {todo.phase} ({todo.reason})'
    if act.on is not None and todo.action not in act.on:
        return (
            f'todo "{todo.name}" cannot be {act.done} by a person: its action is {todo.action!r}, '
            f"allowed is {' or '.join(repr(action) for action in sorted(act.on))}"
        )
    if act.revives:
        early = f'todo "{todo.name}" cannot be {act.done}: it has not failed, it is {todo.phase} ({todo.reason})'
        return early if todo.phase in _UNFINISHED else ""
    return "" if act.anytime else _not_now(act, todo)


def _not_now(act: Act, todo: TodoView) -> str:
    """Why a Todo whose action takes the act does not take it as it stands, or ""."""
    if todo.reason == Reason.SUSPENDED:
        return f'todo "{todo.name}" is {todo.message or "suspended"}: it can be {act.done} once it goes on'
    if todo.phase == Phase.PENDING:
        return f'todo "{todo.name}" cannot be {act.done} yet: it is Pending ({todo.reason}), {todo.message}'
    return ""


def _hint(act: Act, todo: TodoView) -> str:
    """How a form is filled in, where there is one."""
    if act.action is not DecisionAction.COMPLETE or not todo.form_fields:
        return ""
    return f"\nIts form is filled in with {' '.join(f'--value {name}=...' for name in todo.form_fields)}"


def _missing_verb(act: Act, todo: TodoView, person: Person) -> str:
    return (
        f'user "{person.username}" may not {act.verb} todo "{todo.name}" in namespace "{todo.namespace}": '
        f'the verb "{act.verb}" on todos.{API_GROUP} is missing.\n'
        f"Whoever manages access to the namespace can grant it on all its todos:\n"
        f"  kubectl create rolebinding {act.verb}-todos -n {todo.namespace} "
        f"--clusterrole={act.cluster_role} --user={person.username}\n"
        f"or on this one alone, by a Role with that verb and resourceNames [{todo.name}], beside create on "
        f"tododecisions.{API_GROUP}"
    )


def _missing_create(todo: TodoView, person: Person) -> str:
    return (
        f'user "{person.username}" may not decide anything in namespace "{todo.namespace}": the verb "create" on '
        f"tododecisions.{API_GROUP} is missing. The cluster roles of myapp contain it; a Role of your own needs it too"
    )


def _await_judgement(decision: Judgement, *, cluster: Cluster, alarm: Alarm, patience: timedelta) -> Outcome:
    """Asks again in growing pauses: a watch would need two more verbs on decisions than `get`."""
    give_up = alarm.now() + patience.total_seconds()
    pause = _FIRST_PAUSE.total_seconds()
    while not decision.outcome and alarm.now() < give_up:
        alarm.sleep(min(pause, max(0.0, give_up - alarm.now())))
        pause = min(2 * pause, _LONGEST_PAUSE.total_seconds())
        try:
            decision = cluster.judgement(decision)
        except KubectlFailedError as failure:
            return _unreadable(decision, failure)
    if not decision.outcome:
        return Recorded(decision, _unanswered(decision, patience))
    if decision.outcome == DecisionOutcome.COUNTED:
        return Counted(decision)
    return Refused(f"the decision was refused: {decision.message} ({decision.reason})", decision)


def _unreadable(decision: Judgement, failure: KubectlFailedError) -> Outcome:
    """The decision was stored, so that no failure to read it may look like a failure to decide."""
    if failure.reason == "NotFound":
        return Recorded(decision, "It was not answered: its todo has been deleted, and the decision with it.")
    return Recorded(decision, f"Its outcome cannot be read: {failure}")


def _unanswered(decision: Judgement, patience: timedelta) -> str:
    if decision.message:
        return f"It waits: {decision.message}."
    found = f"The operator has not answered within {format_duration(patience)}. " if patience else ""
    return (
        f"{found}It will be judged when the operator runs; see what becomes of it with:\n"
        f"  kubectl get tododecisions {decision.name} -n {decision.namespace}"
    )
