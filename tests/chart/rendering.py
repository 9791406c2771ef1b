"""A rendered release as tests look at it: parsed objects, found by kind and name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from deploy.chart.helm import render
from deploy.chart.manifests import MUTATING
from tests.api_server import JsonObject

CLUSTER_SCOPED = {
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
}
HOOK = "helm.sh/hook"


@dataclass(frozen=True, slots=True)
class Rendered:
    """The objects of one release, hooks and tests included."""

    objects: tuple[JsonObject, ...]

    def all(self, kind: str) -> list[JsonObject]:
        """The objects of a kind, in the order in which Helm applies them."""
        return [each for each in self.objects if each["kind"] == kind]

    def one(self, kind: str, name: str | None = None) -> JsonObject:
        """The only object of that kind (and name)."""
        found = [each for each in self.all(kind) if name in (None, each["metadata"]["name"])]
        assert len(found) == 1, f"{kind} {name or ''}: found {[each['metadata']['name'] for each in self.all(kind)]}"
        return found[0]

    def kinds(self) -> set[str]:
        """Which kinds there are."""
        return {each["kind"] for each in self.objects}

    def hooks(self) -> list[JsonObject]:
        """What Helm creates at moments of its own."""
        return [each for each in self.objects if HOOK in each["metadata"].get("annotations", {})]

    def pod_templates(self) -> dict[str, JsonObject]:
        """Every pod that the chart makes, as {metadata, spec}, by the name of what makes it."""
        return {
            f"{each['kind']}/{each['metadata']['name']}": each if each["kind"] == "Pod" else each["spec"]["template"]
            for each in self.objects
            if each["kind"] in ("Deployment", "StatefulSet", "Job", "Pod")
        }

    @property
    def pod(self) -> JsonObject:
        """The spec of the operator's pods."""
        spec: JsonObject = self.one("Deployment")["spec"]["template"]["spec"]
        return spec

    @property
    def container(self) -> JsonObject:
        """The operator's container."""
        (container,) = self.pod["containers"]
        assert isinstance(container, dict)
        return container

    @property
    def environment(self) -> dict[str, JsonObject]:
        """The operator's variables by name, without the name."""
        return {entry["name"]: {key: entry[key] for key in entry if key != "name"} for entry in self.container["env"]}


def rendered(
    values: Mapping[str, Any] | None = None,
    *,
    release: str = "myapp",
    namespace: str = "myapp-system",
    mutates: bool = False,
) -> Rendered:
    """What `helm template` makes of these values, for a cluster with MutatingAdmissionPolicies or without."""
    text = render(
        *([f"--api-versions={MUTATING}"] if mutates else []), release=release, namespace=namespace, values=values
    )
    # libyaml: in Python alone the reading costs as much as the rendering, and both are done hundreds of times.
    return Rendered(tuple(each for each in yaml.load_all(text, Loader=yaml.CSafeLoader) if each))


def rules_of(rendered_release: Rendered, role: JsonObject) -> dict[str, set[str]]:
    """A role's verbs by resource and API group; a rule for certain names has them behind a slash."""
    assert role in rendered_release.objects
    found: dict[str, set[str]] = {}
    for rule in role["rules"]:
        for resource in _resources(rule):
            found.setdefault(resource, set()).update(rule["verbs"])
    return found


def _resources(rule: JsonObject) -> Iterator[str]:
    for group in rule["apiGroups"]:
        for resource in rule["resources"]:
            names = sorted(rule.get("resourceNames", []))
            yield f"{resource}.{group}" + (f"/{','.join(names)}" if names else "")
