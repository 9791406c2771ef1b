"""Who may do what: the operator, the hook, the test, and people."""

import pytest
import yaml

from deploy.chart.manifests import all_manifests
from deploy.local.layout import CRDS, POLICIES, RBAC
from tests.api_server import JsonObject
from tests.chart.rendering import CLUSTER_SCOPED, Rendered, rendered, rules_of
from tests.chart.value_sets import PEOPLES_NAMESPACES, VALUE_SETS

KINDS = ",".join(f"{kind}.todo.myapp.dev" for kind in ("tododecisions", "todos", "todotemplates", "todoworkflows"))
IN_NAMESPACES = {
    "todos.todo.myapp.dev": {"get", "list", "watch", "create", "delete"},
    "todos/status.todo.myapp.dev": {"patch"},
    "todoworkflows.todo.myapp.dev": {"get", "list", "watch", "create", "delete"},
    "todoworkflows/status.todo.myapp.dev": {"patch"},
    "todotemplates.todo.myapp.dev": {"get", "list", "watch"},
    "todotemplates/status.todo.myapp.dev": {"patch"},
    "tododecisions.todo.myapp.dev": {"list", "watch", "create"},
    "tododecisions/status.todo.myapp.dev": {"patch"},
    "controllerrevisions.apps": {"get", "create"},
    "events.events.k8s.io": {"create", "get", "list", "patch"},
    "jobs.batch": {"get", "list", "watch"},
    "pods.": {"list", "watch"},
}


def test_d6_the_operator_in_the_whole_cluster(default_release: Rendered) -> None:
    """Its kinds, Events, and a look at its own CRDs; nothing else is cluster-wide."""
    role = default_release.one("ClusterRole", "myapp-operator")

    assert rules_of(default_release, role) == {
        **IN_NAMESPACES,
        f"customresourcedefinitions.apiextensions.k8s.io/{KINDS}": {"get"},
    }
    assert [each["metadata"]["name"] for each in default_release.all("ClusterRoleBinding")] == [
        "myapp-guard",
        "myapp-operator",
        "myapp-crds",
        "myapp-guard-test",
    ]


def test_d6_the_operator_in_some_namespaces() -> None:
    """The same in each of them, by Roles; nothing is cluster-scoped at all."""
    release = rendered(VALUE_SETS["namespaced"])

    assert release.kinds() & CLUSTER_SCOPED == set()
    for namespace in PEOPLES_NAMESPACES:
        (role,) = [each for each in release.all("Role") if each["metadata"]["namespace"] == namespace][:1]
        assert rules_of(release, role) == IN_NAMESPACES
        (binding,) = [
            each
            for each in release.all("RoleBinding")
            if each["metadata"]["namespace"] == namespace and each["roleRef"]["name"] == "myapp-operator"
        ]
        assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "myapp", "namespace": "myapp-system"}]


def test_the_operator_acts_as_accounts_of_the_listed_namespaces_only() -> None:
    """By a RoleBinding in each; by default nowhere, and everywhere only where somebody says so."""
    impersonating = [{"apiGroups": [""], "resources": ["serviceaccounts"], "verbs": ["impersonate"]}]

    def roles(kind: str, values: str) -> list[tuple[str | None, list[JsonObject]]]:
        release = rendered(VALUE_SETS[values])
        bound = {
            (each["metadata"].get("namespace"), each["roleRef"]["name"])
            for each in release.all(f"{kind}Binding")
            if each["subjects"] == [{"kind": "ServiceAccount", "name": "myapp", "namespace": "myapp-system"}]
        }
        return [
            (each["metadata"].get("namespace"), each["rules"])
            for each in release.all(kind)
            if (each["metadata"].get("namespace"), each["metadata"]["name"]) in bound
            and any("impersonate" in rule["verbs"] for rule in each["rules"])
        ]

    assert roles("Role", "automated") == [(name, impersonating) for name in PEOPLES_NAMESPACES]
    assert roles("ClusterRole", "automated") == []
    assert roles("ClusterRole", "automated-everywhere") == [(None, impersonating)]
    assert roles("Role", "defaults") == roles("ClusterRole", "defaults") == []


def test_d6_the_lease_and_no_other(default_release: Rendered) -> None:
    """In the release's namespace, by the name that the operator is told."""
    role = default_release.one("Role", "myapp-lease")

    assert role["metadata"]["namespace"] == "myapp-system"
    assert rules_of(default_release, role) == {
        "leases.coordination.k8s.io": {"create"},
        "leases.coordination.k8s.io/myapp": {"get", "update"},
    }
    assert default_release.environment["MYAPP_LEASE_NAME"] == {"value": "myapp"}


def test_the_guard_reads_its_own_policies_and_no_others(default_release: Rendered) -> None:
    """By name, bindings included, and those that only a newer cluster has; and it keeps its record in one ConfigMap."""
    role = default_release.one("ClusterRole", "myapp-guard")
    names = [
        each["metadata"]["name"]
        for each in rendered(mutates=True).objects
        if each["kind"] in ("ValidatingAdmissionPolicy", "MutatingAdmissionPolicy")
    ]

    assert sorted(role["rules"][0]["resourceNames"]) == sorted(names)
    assert role["rules"] == [
        {
            "apiGroups": ["admissionregistration.k8s.io"],
            "resources": [
                "validatingadmissionpolicies",
                "validatingadmissionpolicybindings",
                "mutatingadmissionpolicies",
                "mutatingadmissionpolicybindings",
            ],
            "resourceNames": role["rules"][0]["resourceNames"],
            "verbs": ["get", "watch"],
        }
    ]
    assert rules_of(default_release, default_release.one("Role", "myapp-guard")) == {
        "configmaps.": {"create"},
        "configmaps./myapp-guard": {"get", "update"},
    }
    assert default_release.environment["MYAPP_GUARD_NAME"] == {"value": "myapp-guard"}


def test_the_hook_may_touch_just_these_crds(default_release: Rendered) -> None:
    """Those in crds/; RBAC can limit everything by name but a creation."""
    role = default_release.one("ClusterRole", "myapp-crds")

    assert rules_of(default_release, role) == {
        f"customresourcedefinitions.apiextensions.k8s.io/{KINDS}": {"get", "update"},
        "customresourcedefinitions.apiextensions.k8s.io": {"create"},
    }
    assert sorted(KINDS.split(",")) == sorted(path.stem for path in CRDS.glob("*.yaml"))


def test_the_hook_comes_before_everything_in_order(default_release: Rendered) -> None:
    """Rights, then the Job; before an install over CRDs that are there, an upgrade and a rollback."""
    order = sorted(
        (int(each["metadata"]["annotations"]["helm.sh/hook-weight"]), each["kind"])
        for each in default_release.hooks()
        if each["metadata"]["name"] == "myapp-crds"
    )
    job = default_release.one("Job")

    assert order == [(-10, "ClusterRole"), (-10, "ServiceAccount"), (-9, "ClusterRoleBinding"), (-5, "Job")]
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade,pre-rollback"
    assert job["spec"]["template"]["spec"]["containers"][0]["args"] == ["crds", "apply"]
    assert job["spec"]["template"]["spec"]["restartPolicy"] == "Never"


def test_the_test_may_make_one_todo(default_release: Rendered) -> None:
    """`helm test` has an account of its own, with no more than it needs, in one namespace."""
    assert rules_of(default_release, default_release.one("Role", "myapp-test")) == {
        "todos.todo.myapp.dev": {"create", "get", "delete"}
    }
    looks = default_release.one("ClusterRoleBinding", "myapp-guard-test")
    assert (looks["roleRef"]["name"], looks["subjects"][0]["name"]) == ("myapp-guard", "myapp-test")
    assert "myapp-guard-test" not in {
        each["metadata"]["name"] for each in rendered(VALUE_SETS["namespaced"]).objects
    }, "a namespaced release makes nothing cluster-scoped"


@pytest.mark.parametrize(
    ("values", "namespace"),
    [
        ({}, "myapp-system"),
        ({"watchNamespaces": ["team-b", "team-a"]}, "team-b"),
        ({"watchNamespaces": ["team-b"], "test": {"namespace": "team-a"}}, "team-a"),
    ],
)
def test_the_test_makes_its_todo_where_the_operator_sees_it(values: dict[str, object], namespace: str) -> None:
    """A namespaced release does not watch its own namespace unless it is told to."""
    release = rendered(values)
    (container,) = release.one("Pod")["spec"]["containers"]

    assert container["args"] == ["check", "--namespace", namespace]
    assert release.one("Role", "myapp-test")["metadata"]["namespace"] == namespace


def test_nobody_decides_by_being_an_editor(default_release: Rendered) -> None:
    """view, edit and admin see decisions; to make them takes a role that is aggregated to nothing."""
    aggregated = [
        role
        for role in default_release.all("ClusterRole")
        if any(label.startswith("rbac.authorization.k8s.io/aggregate-to-") for label in role["metadata"]["labels"])
    ]

    assert [role["metadata"]["name"] for role in aggregated] == ["myapp-viewer", "myapp-editor", "myapp-runner"]
    for role in aggregated:
        rules = rules_of(default_release, role)
        assert rules["tododecisions.todo.myapp.dev"] == {"get", "list", "watch"}
        for kind in ("todos", "todoworkflows", "todotemplates"):
            assert not {"complete", "approve", "control", "comment"} & rules[f"{kind}.todo.myapp.dev"]
        assert not [resource for resource in rules if "/status" in resource]
    completer = rules_of(default_release, default_release.one("ClusterRole", "myapp-completer"))
    assert completer["tododecisions.todo.myapp.dev"] == {"get", "list", "watch", "create"}


def test_the_roles_of_people_do_not_depend_on_the_release() -> None:
    """Messages, documents and bindings in Git name them."""
    names = {role["metadata"]["name"] for role in rendered(release="other").all("ClusterRole")}

    assert {"myapp-viewer", "myapp-editor", "myapp-completer"} <= names
    assert {"other-myapp-operator", "other-myapp-crds"} <= names


@pytest.mark.parametrize(
    ("values", "policies", "roles", "crds"),
    [
        ({}, True, True, True),
        (VALUE_SETS["namespaced"], False, False, False),
        (VALUE_SETS["namespaced-by-cluster-admin"], True, True, True),
        (VALUE_SETS["nothing-cluster-scoped-but-rights"], False, False, False),
    ],
)
def test_what_is_cluster_scoped_is_installed_on_purpose(
    values: dict[str, object], policies: bool, roles: bool, crds: bool
) -> None:
    """`auto`, `always` and `never`, each alone."""
    release = rendered(values)

    assert ("ValidatingAdmissionPolicy" in release.kinds()) is policies
    assert ("ValidatingAdmissionPolicyBinding" in release.kinds()) is policies
    assert ("myapp-viewer" in {role["metadata"]["name"] for role in release.all("ClusterRole")}) is roles
    assert ("Job" in release.kinds()) is crds


def test_foreign_rights_are_left_to_others() -> None:
    """No role and no binding of the operator's, and the account that was named."""
    release = rendered(VALUE_SETS["foreign-rights"])

    assert release.pod["serviceAccountName"] == "given"
    assert {role["metadata"]["name"] for role in release.all("Role")} == {"myapp-test"}
    assert "myapp-operator" not in {role["metadata"]["name"] for role in release.all("ClusterRole")}


def test_plain_manifests_do_not_claim_to_be_helms() -> None:
    """kubectl and kustomize manage them; everything else is what the release has."""
    release = {(each["kind"], each["metadata"]["name"]): each for each in rendered(mutates=True).objects}
    for path, text in all_manifests().items():
        if path.parent in (RBAC, POLICIES):
            for each in yaml.safe_load_all(text):
                labels = each["metadata"]["labels"]
                same = release[each["kind"], each["metadata"]["name"]]
                assert not {"helm.sh/chart", "app.kubernetes.io/managed-by"} & labels.keys()
                assert {key: each[key] for key in each if key != "metadata"} == {
                    key: same[key] for key in same if key != "metadata"
                }
