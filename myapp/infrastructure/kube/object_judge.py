"""Whether an object is what a todo waits for: by the expressions of its author, else by the rules of its kind."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from myapp.application.ports import Clock
from myapp.domain.actions.object_identity import SECRET
from myapp.domain.actions.resource import OBJECT, Operation
from myapp.domain.effect import Accomplished
from myapp.domain.expression import ExpressionCompiler, ExpressionProblem, NotComputed
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.kube.object_effect import ObjectEffect
from myapp.infrastructure.kube.object_fields import section
from myapp.infrastructure.kube.object_standing import State
from myapp.infrastructure.kube.object_wait import End, NotYet
from myapp.infrastructure.kube.readiness import standing_of

_HIDDEN = "(hidden)"
_CONTENT_OF_SECRETS = ("data", "stringData")
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_DONE = {Operation.APPLY: "is applied", Operation.PATCH: "is patched", Operation.WAIT: "is there"}


class ObjectJudge:
    """Judges one version at a time."""

    def __init__(self, compiler: ExpressionCompiler, clock: Clock) -> None:
        self._compiler = compiler
        self._clock = clock

    def verdict(self, effect: ObjectEffect, raw: Mapping[str, Any]) -> End | NotYet:
        """An end, or why it is none yet."""
        action, target = effect.action, effect.action.target
        raw = {**raw, "apiVersion": target.api_version, "kind": target.kind}  # an item of a listing does not say
        raw = shown(raw)
        variables = {OBJECT: raw}
        if action.failure_when and self._holds(action.failure_when, variables) is True:
            return effect.request.failed(Reason.OBJECT_FAILED, f"failureWhen holds: {action.failure_when}", self._now)
        if not action.success_when:
            return self._by_its_kind(effect, raw)
        told = self._holds(action.success_when, variables)
        if told is True:
            return self._accomplished(effect, raw, "successWhen holds")
        why = f": {told}" if told else ""
        return NotYet(f"waits until successWhen holds for {target}{why}")

    def _by_its_kind(self, effect: ObjectEffect, raw: Mapping[str, Any]) -> End | NotYet:
        standing = standing_of(raw)
        if standing.state is State.FAILED:
            return effect.request.failed(Reason.OBJECT_FAILED, standing.message, self._now)
        if standing.state is State.UNDERWAY:
            return NotYet(f"waits until {effect.action.target} is ready: {standing.message}")
        return self._accomplished(effect, raw, standing.message)

    def _holds(self, text: str, variables: Mapping[str, Any]) -> bool | str:
        """Whether it holds, or why nobody can tell: most often because the object has no such field yet."""
        expression = self._compiler.compile(text, (OBJECT,))
        if isinstance(expression, ExpressionProblem):
            return str(expression)
        outcome = expression.evaluate(variables)
        if isinstance(outcome, NotComputed):
            return outcome.message
        return (
            outcome.value if isinstance(outcome.value, bool) else f"it yields no true or false: {outcome.value!r:.80}"
        )

    def _accomplished(self, effect: ObjectEffect, seen: Mapping[str, Any], why: str) -> Accomplished:
        message = f"{effect.action.target} {_DONE[effect.action.operation]}: {why}"
        return Accomplished(self._now, message, result=dict(seen))

    @property
    def _now(self) -> datetime:
        return self._clock.now()


def shown(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object as expressions see it: no managedFields; of a Secret which keys it has, not what they hold."""
    metadata = {name: told for name, told in section(raw, "metadata").items() if name != "managedFields"}
    if (str(raw.get("apiVersion", "")).rpartition("/")[0], raw.get("kind")) != SECRET:
        return {**raw, "metadata": metadata}
    hidden = {name: dict.fromkeys(section(raw, name), _HIDDEN) for name in _CONTENT_OF_SECRETS if name in raw}
    annotations = {name: told for name, told in section(metadata, "annotations").items() if name != _LAST_APPLIED}
    return {**raw, **hidden, "metadata": {**metadata, "annotations": annotations}}
