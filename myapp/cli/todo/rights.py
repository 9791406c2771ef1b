"""Which verbs a person has on the Todos of one namespace, read from the rules that RBAC lists for them.

One review answers for all Todos of a namespace. Rules that are limited to names are exact; only where the API server
says that its list is incomplete (another authoriser takes part) must be asked Todo by Todo.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from myapp.cli.todo.kind import API_GROUP

TODOS = "todos"
DECISIONS = "tododecisions"
_ANY = "*"


@dataclass(frozen=True, slots=True)
class Rule:
    """Verbs, on the Todos of these names; no names means on all."""

    verbs: frozenset[str]
    names: frozenset[str]

    def allows(self, verb: str, name: str) -> bool:
        """Whether the rule grants the verb on this Todo."""
        return bool(self.verbs & {verb, _ANY}) and (not self.names or name in self.names)


@dataclass(frozen=True, slots=True)
class Rights:
    """The rules of one person in one namespace."""

    rules: tuple[Rule, ...]
    complete: bool = True

    def allows(self, verb: str, name: str = "") -> bool | None:
        """Whether the verb is granted on the Todo, or without a name on all; None where the rules cannot tell."""
        if any(rule.allows(verb, name) for rule in self.rules):
            return True
        return False if self.complete else None


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to the authorisers: this verb in this namespace ("" for all), on this Todo ("" for all)."""

    verb: str
    namespace: str = ""
    name: str = ""
    resource: str = TODOS

    def review(self) -> dict[str, Any]:
        """The question as the API takes it."""
        asked = {"verb": self.verb, "group": API_GROUP, "resource": self.resource}
        asked |= {"namespace": self.namespace} if self.namespace else {}
        asked |= {"name": self.name} if self.name else {}
        return {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": asked},
        }


def rules_review(namespace: str) -> dict[str, Any]:
    """The question for all rules in a namespace."""
    return {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": namespace},
    }


def read_rights(review: Mapping[str, Any]) -> Rights:
    """What the API server answered to `rules_review`."""
    status = review.get("status") or {}
    rules = tuple(
        Rule(frozenset(rule.get("verbs") or ()), frozenset(rule.get("resourceNames") or ()))
        for rule in status.get("resourceRules") or ()
        if {API_GROUP, _ANY} & set(rule.get("apiGroups") or ()) and {TODOS, _ANY} & set(rule.get("resources") or ())
    )
    return Rights(rules, complete=not status.get("incomplete"))
