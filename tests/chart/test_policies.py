"""The admission policies of a release: whom they bind, what they are called, and that the operator knows them."""

import pytest
import yaml

from tests.chart.rendering import rendered
from tests.chart.value_sets import PEOPLES_NAMESPACES, VALUE_SETS


@pytest.mark.parametrize("mutates", [False, True], ids=["old", "new"])
@pytest.mark.parametrize("values", VALUE_SETS.values(), ids=VALUE_SETS.keys())
def test_the_operator_is_told_what_its_release_would_install(values: dict[str, object], mutates: bool) -> None:
    """Whether it installs the policies or a cluster admin does: the mounted files are the same objects."""
    release = rendered(values, mutates=mutates)
    shipped = [
        each
        for text in release.one("ConfigMap", f"{release.one('Deployment')['metadata']['name']}-policies")[
            "data"
        ].values()
        for each in yaml.safe_load_all(text)
    ]
    installing: dict[str, object] = {**values, "policies": {**values.get("policies", {}), "install": "always"}}  # type: ignore[dict-item]
    policies = ("ValidatingAdmissionPolicy", "MutatingAdmissionPolicy")
    installed = [each for each in rendered(installing, mutates=mutates).objects if each["kind"].startswith(policies)]

    assert sorted(map(str, shipped)) == sorted(map(str, installed))


def test_who_created_a_todo_is_set_where_the_cluster_can() -> None:
    """The policy of a kind that Kubernetes 1.36 serves is not part of a release for an older one. A cluster that has
    become a newer one gets it with the next upgrade, and the pods start anew to read that it was shipped.
    """
    old, new = rendered(), rendered(mutates=True)

    assert {"MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"} & old.kinds() == set()
    policy, binding = new.one("MutatingAdmissionPolicy"), new.one("MutatingAdmissionPolicyBinding")
    assert binding["spec"]["policyName"] == policy["metadata"]["name"] == "myapp.myapp-system.creator.todo.myapp.dev"
    restart = "todo.myapp.dev/deciding-accounts"
    old_pod, new_pod = (each.one("Deployment")["spec"]["template"]["metadata"]["annotations"] for each in (old, new))
    assert old_pod[restart] != new_pod[restart]
    namespaced = rendered(VALUE_SETS["namespaced-by-cluster-admin"], mutates=True)
    assert namespaced.one("MutatingAdmissionPolicyBinding")["spec"]["matchResources"]["namespaceSelector"] == {
        "matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "In", "values": PEOPLES_NAMESPACES}]
    }


def test_policies_are_bound_to_the_watched_namespaces() -> None:
    """A namespaced release with policies of its own forbids nothing elsewhere."""
    release = rendered(VALUE_SETS["namespaced-by-cluster-admin"], release="blue", namespace="ops")
    name = "blue-myapp.ops.decisions.todo.myapp.dev"
    binding = release.one("ValidatingAdmissionPolicyBinding", name)

    assert binding["spec"]["policyName"] == release.one("ValidatingAdmissionPolicy", name)["metadata"]["name"]
    assert binding["spec"]["validationActions"] == ["Deny"]
    assert binding["spec"]["matchResources"]["namespaceSelector"] == {
        "matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "In", "values": PEOPLES_NAMESPACES}]
    }


def test_policies_of_two_releases_have_two_names() -> None:
    """By release and by namespace."""
    names = {
        each["metadata"]["name"]
        for release in ("red", "blue")
        for namespace in ("one", "two")
        for each in rendered(release=release, namespace=namespace).all("ValidatingAdmissionPolicy")
    }

    assert len(names) == 24


def test_service_accounts_that_may_decide_are_named_in_the_policy() -> None:
    """Nobody is allowed by default."""
    name = "myapp.myapp-system.decisions.todo.myapp.dev"
    default = rendered().one("ValidatingAdmissionPolicy", name)["spec"]["validations"]
    allowing = rendered(VALUE_SETS["locked-down"]).one("ValidatingAdmissionPolicy", name)["spec"]["validations"]

    (differing,) = [other["expression"] for one, other in zip(default, allowing, strict=True) if one != other]
    refused = "!variables.user.startsWith('system:serviceaccount:')"
    assert refused in {each["expression"] for each in default}
    assert differing == f"{refused} || variables.user in ['system:serviceaccount:ci:releaser']"
