"""The admission policies and bindings that this installation shipped, as the operator finds them in a folder.

They are rendered beside those that are installed, with every field spelled out, so that what the API server shows must
be equal: it has no default left to fill in. A field that it adds all the same is a difference, and is named.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

POLICY = "ValidatingAdmissionPolicy"
BINDING = "ValidatingAdmissionPolicyBinding"
MUTATING = frozenset({"MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"})
"""Kinds that API servers older than Kubernetes 1.36 do not have."""
PLURALS = {
    POLICY: "validatingadmissionpolicies",
    BINDING: "validatingadmissionpolicybindings",
    "MutatingAdmissionPolicy": "mutatingadmissionpolicies",
    "MutatingAdmissionPolicyBinding": "mutatingadmissionpolicybindings",
}
#: The policy that forged decisions have to meet, by the end of its name.
_DECISIONS = ".decisions.todo.myapp.dev"


class ShippedPoliciesError(Exception):
    """The folder does not hold what it should; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class ShippedPolicy:
    """One policy or binding."""

    kind: str
    name: str
    spec: Mapping[str, Any]

    def difference(self, live: Mapping[str, Any]) -> str:
        """Where the live spec is not the shipped one; empty where they are equal."""
        return "" if live == self.spec else _difference(self.spec, live, "spec")


@dataclass(frozen=True, slots=True)
class ShippedPolicies:
    """All of them."""

    objects: tuple[ShippedPolicy, ...]

    @classmethod
    def load(cls, folder: Path) -> "ShippedPolicies":
        """Read every ``*.yaml`` in the folder. Raises ShippedPoliciesError."""
        objects = []
        for file in sorted(folder.glob("*.yaml")):
            try:
                documents = list(yaml.safe_load_all(file.read_text(encoding="utf-8")))
                objects += [
                    ShippedPolicy(each["kind"], each["metadata"]["name"], each["spec"]) for each in documents if each
                ]
            except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
                raise ShippedPoliciesError(f"{file}: not a list of admission policies ({error!r})") from error
        shipped = cls(tuple(objects))
        if foreign := sorted({each.kind for each in objects} - PLURALS.keys()):
            raise ShippedPoliciesError(f"{folder}: found {', '.join(foreign)}; allowed are {', '.join(PLURALS)}")
        if not shipped.deciding(POLICY) or not shipped.deciding(BINDING):
            raise ShippedPoliciesError(f"{folder}: holds no policy and binding named *{_DECISIONS}")
        return shipped

    def deciding(self, kind: str) -> str:
        """The name of the policy, or of the binding, that says who may decide; empty where there is none."""
        return next((each.name for each in self.objects if each.kind == kind and each.name.endswith(_DECISIONS)), "")


def _difference(shipped: object, live: object, path: str) -> str:
    """The first place where they differ; empty where they are equal."""
    if isinstance(shipped, Mapping) and isinstance(live, Mapping):
        return next(filter(None, (_at_key(shipped, live, key, path) for key in sorted({*shipped, *live}))), "")
    if isinstance(shipped, list) and isinstance(live, list):
        if len(shipped) != len(live):
            return f"{path} has {len(live)} entries instead of {len(shipped)}"
        pairs = enumerate(zip(shipped, live, strict=True))
        return next(filter(None, (_difference(*pair, f"{path}[{at}]") for at, pair in pairs)), "")
    return "" if shipped == live else f"{path} is another one"


def _at_key(shipped: Mapping[str, object], live: Mapping[str, object], key: str, path: str) -> str:
    if key not in live:
        return f"{path}.{key} is missing"
    return _difference(shipped[key], live[key], f"{path}.{key}") if key in shipped else f"{path}.{key} was added"
