"""What holds for every release, whatever the values."""

from tests.api_server import JsonObject
from tests.chart.rendering import CLUSTER_SCOPED, HOOK, Rendered

SELECTED_BY = ("app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/component")
NAMED_BY_VALUES = {"own", "cache", "given", "webhook"}
"""Secrets and service accounts that the values say exist already."""


def key(each: JsonObject) -> tuple[str, str, str]:
    """What identifies an object."""
    return each["kind"], each["metadata"].get("namespace", ""), each["metadata"]["name"]


def test_d3_every_object_has_its_place_and_its_labels(release: Rendered) -> None:
    """No object is left to the current namespace, and every one tells what it belongs to."""
    for each in release.objects:
        assert ("namespace" in each["metadata"]) == (each["kind"] not in CLUSTER_SCOPED), key(each)
        labels = each["metadata"]["labels"]
        assert labels["app.kubernetes.io/managed-by"] == "Helm"
        assert labels["app.kubernetes.io/instance"] == "myapp"
        assert labels["helm.sh/chart"] == "myapp-0.1.0"
    assert len({key(each) for each in release.objects}) == len(release.objects)


def test_d3_names_fit(release: Rendered) -> None:
    """Names are short enough for what Kubernetes makes of them."""
    for each in release.objects:
        limit = 253 if each["kind"] in CLUSTER_SCOPED else 52
        assert len(each["metadata"]["name"]) <= limit, key(each)


def test_d4_every_pod_meets_pod_security_restricted(release: Rendered) -> None:
    """The fields that the level `restricted` asks for, and a root file system that nothing can write to."""
    for maker, template in release.pod_templates().items():
        context = template["spec"]["securityContext"]
        assert context["runAsNonRoot"] is True, maker
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}, maker
        assert not {"hostNetwork", "hostPID", "hostIPC"} & template["spec"].keys(), maker
        for container in template["spec"]["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
                "readOnlyRootFilesystem": True,
            }, maker
        for volume in template["spec"].get("volumes", []):
            assert volume.keys() <= {"name", "emptyDir", "secret", "configMap"}, maker


def test_d5_tokens_and_links_only_where_they_are_needed(release: Rendered) -> None:
    """The server of the cache has nothing to do with the API; no pod gets variables for every Service around it."""
    for maker, template in release.pod_templates().items():
        talks_to_the_api = not maker.startswith("StatefulSet/")
        assert template["spec"]["automountServiceAccountToken"] is talks_to_the_api, maker
        assert template["spec"]["enableServiceLinks"] is False, maker
    for account in release.all("ServiceAccount"):
        assert account["automountServiceAccountToken"] is False


def test_d5_every_container_has_requests_and_a_memory_limit(release: Rendered) -> None:
    """Nothing of the chart can take a node's memory."""
    for maker, template in release.pod_templates().items():
        for container in template["spec"]["containers"]:
            assert container["resources"]["requests"].keys() == {"cpu", "memory"}, maker
            assert "memory" in container["resources"]["limits"], maker


def test_selectors_match_their_pods(release: Rendered) -> None:
    """A selector that selects nothing, or more than its own pods, is found by no API server."""
    pods = {maker: template["metadata"]["labels"] for maker, template in release.pod_templates().items()}
    for kind in ("Deployment", "StatefulSet"):
        for each in release.all(kind):
            selector = each["spec"]["selector"]["matchLabels"]
            selected = [maker for maker, labels in pods.items() if selector.items() <= labels.items()]
            assert selected == [f"{kind}/{each['metadata']['name']}"]
    for service in release.all("Service"):
        selector = service["spec"]["selector"]
        assert set(selector) == set(SELECTED_BY)
        assert len([labels for labels in pods.values() if selector.items() <= labels.items()]) == 1


def test_references_lead_somewhere(release: Rendered) -> None:
    """Accounts, roles, Secrets and ConfigMaps that are named are rendered, or the values said that they exist."""
    there = {(kind, name) for kind, _, name in map(key, release.objects)}
    for template in release.pod_templates().values():
        spec = template["spec"]
        if "serviceAccountName" in spec and spec["serviceAccountName"] not in NAMED_BY_VALUES:
            assert ("ServiceAccount", spec["serviceAccountName"]) in there
        for volume in spec.get("volumes", []):
            if "secret" in volume and volume["secret"]["secretName"] not in NAMED_BY_VALUES:
                assert ("Secret", volume["secret"]["secretName"]) in there
            if "configMap" in volume:
                assert ("ConfigMap", volume["configMap"]["name"]) in there
        mounted = {mount["name"] for container in spec["containers"] for mount in container.get("volumeMounts", [])}
        assert mounted == {volume["name"] for volume in spec.get("volumes", [])}
    for kind in ("RoleBinding", "ClusterRoleBinding"):
        for binding in release.all(kind):
            assert (binding["roleRef"]["kind"], binding["roleRef"]["name"]) in there
            (subject,) = binding["subjects"]
            assert subject["namespace"] == "myapp-system"
            assert subject["name"] in NAMED_BY_VALUES or ("ServiceAccount", subject["name"]) in there


def test_d6_no_wildcards_and_no_secrets(release: Rendered) -> None:
    """No role of the chart, the hook's and the test's included, reads Secrets or asks for everything of a kind."""
    for kind in ("Role", "ClusterRole"):
        for role in release.all(kind):
            for rule in role["rules"]:
                assert "*" not in (*rule["apiGroups"], *rule["resources"], *rule["verbs"])
                assert "secrets" not in rule["resources"]
                assert not {"escalate", "bind"} & set(rule["verbs"])
                assert "impersonate" not in rule["verbs"] or role["metadata"]["name"].endswith("-automation")


def test_hooks_leave_nothing_behind(release: Rendered) -> None:
    """What a hook makes is deleted when it has succeeded; what failed stays to be looked at until the next try."""
    for each in release.hooks():
        annotations = each["metadata"]["annotations"]
        policies = set(annotations["helm.sh/hook-delete-policy"].split(","))
        assert policies == {"before-hook-creation", "hook-succeeded"}, key(each)
        assert annotations[HOOK] in ("test", "pre-install,pre-upgrade,pre-rollback")


def test_environment_names_are_unique(release: Rendered) -> None:
    """Server-side apply refuses two entries of one name."""
    names = [entry["name"] for entry in release.container["env"]]

    assert len(names) == len(set(names))
