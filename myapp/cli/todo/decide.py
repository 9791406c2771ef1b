"""The use case behind every command by which a person acts: look, refuse what cannot succeed, ask, wait.

Refusing early is a courtesy, so that a mistake leaves no object behind: what counts is the admission policy and the
operator's judgement, and both look again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from myapp.cli.todo.act import Act
from myapp.cli.todo.cluster import Cluster, Judgement
from myapp.cli.todo.decision_request import LONGEST_MESSAGE, Person, Words, decision_manifest
from myapp.cli.todo.errors import KubectlFailedError
from myapp.cli.todo.fit import Target, misfit
from myapp.cli.todo.kind import API_GROUP
from myapp.cli.todo.objection import objection
from myapp.cli.todo.rights import DECISIONS, Ask
from myapp.cli.todo.todo_view import TodoView
from myapp.domain.decision import DecisionAction, DecisionOutcome
from myapp.domain.duration import format_duration

_FIRST_PAUSE = timedelta(milliseconds=50)
_LONGEST_PAUSE = timedelta(seconds=1)


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
    target: Target,
    words: Words,
    *,
    cluster: Cluster,
    alarm: Alarm,
    patience: timedelta,
) -> Outcome:
    """Makes one decision of the current user on the target and waits up to `patience` for its judgement."""
    if len(words.message) > LONGEST_MESSAGE:
        return Refused(f"the message has {len(words.message)} characters, allowed are {LONGEST_MESSAGE}")
    if why := misfit(act, target):
        return Refused(why)
    asks = (
        Ask(act.verb, target.namespace, target.name, target.kind.plural),
        Ask("create", target.namespace, resource=DECISIONS),
    )
    person, (has_verb, may_create) = cluster.introduce(asks)
    if isinstance(target, TodoView) and (why := objection(act, target, person, words.values, datetime.now(UTC))):
        return Refused(f'todo "{target.name}" cannot be {act.done}: {why}{_hint(act, target)}')
    if not has_verb:
        return Refused(_missing_verb(act, target, person))
    if not may_create:
        return Refused(_missing_create(target, person))
    decision = cluster.create_decision(decision_manifest(act, target, person, words))
    return _await_judgement(decision, cluster=cluster, alarm=alarm, patience=patience)


def _hint(act: Act, todo: TodoView) -> str:
    """How a form is filled in, where there is one."""
    if act.action is not DecisionAction.COMPLETE or not todo.form_fields:
        return ""
    return f"\nIts form is filled in with {' '.join(f'--value {name}=...' for name in todo.form_fields)}"


def _missing_verb(act: Act, target: Target, person: Person) -> str:
    kind = target.kind
    return (
        f'user "{person.username}" may not {act.verb} {kind.noun} "{target.name}" in namespace "{target.namespace}": '
        f'the verb "{act.verb}" on {kind.plural}.{API_GROUP} is missing.\n'
        f"Whoever manages access to the namespace can grant it on all its {kind.noun}s:\n"
        f"  kubectl create rolebinding {act.verb}-{kind.noun}s -n {target.namespace} "
        f"--clusterrole={act.cluster_role} --user={person.username}\n"
        f"or on this one alone, by a Role with that verb and resourceNames [{target.name}], beside create on "
        f"tododecisions.{API_GROUP}"
    )


def _missing_create(target: Target, person: Person) -> str:
    return (
        f'user "{person.username}" may not decide anything in namespace "{target.namespace}": the verb "create" on '
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
        return Recorded(decision, "It was not answered: its target has been deleted, and the decision with it.")
    return Recorded(decision, f"Its outcome cannot be read: {failure}")


def _unanswered(decision: Judgement, patience: timedelta) -> str:
    if decision.message:
        return f"It waits: {decision.message}."
    found = f"The operator has not answered within {format_duration(patience)}. " if patience else ""
    return (
        f"{found}It will be judged when the operator runs; see what becomes of it with:\n"
        f"  kubectl get tododecisions {decision.name} -n {decision.namespace}"
    )
