"""The Job that is made of a template: what is added, and that what its author said stays."""

from copy import deepcopy
from typing import Any

import pytest

from myapp.domain.actions.job import Job
from myapp.domain.effect import EffectId
from myapp.infrastructure.kube.job_facts import job_facts
from myapp.infrastructure.kube.job_manifest import job_manifest
from tests.unit.domain.builders import todo

TODO = todo("build")
ID = EffectId(TODO.id, 2)


def made(template: dict[str, Any]) -> dict[str, Any]:
    """The manifest."""
    return job_manifest(TODO, Job(template), ID, "deployer")


def pod(spec: dict[str, Any]) -> dict[str, Any]:
    """What becomes of a pod's spec."""
    manifest = made({"spec": {"template": {"spec": {"containers": [{"name": "main"}], **spec}}}})
    found: dict[str, Any] = manifest["spec"]["template"]["spec"]
    return found


def test_defaults_are_there_to_see() -> None:
    """No retries of its own, deletion after a day, and what Pod Security `restricted` asks of pods."""
    manifest = made({"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "busybox"}]}}}})
    labels = {"todo.myapp.dev/todo-uid": TODO.id, "todo.myapp.dev/attempt": "2"}
    container = {
        "name": "main",
        "image": "busybox",
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    assert manifest == {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": manifest["metadata"]["name"],
            "namespace": "shop",
            "labels": labels,
            "ownerReferences": [
                {
                    "apiVersion": "todo.myapp.dev/v1alpha1",
                    "kind": "Todo",
                    "name": "build",
                    "uid": TODO.id,
                    "controller": True,
                }
            ],
        },
        "spec": {
            "backoffLimit": 0,
            "ttlSecondsAfterFinished": 86400,
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "restartPolicy": "Never",
                    "serviceAccountName": "deployer",
                    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
                    "containers": [container],
                },
            },
        },
    }


def test_what_is_said_stays() -> None:
    """Also where `restricted` would refuse it: that is for the namespace to enforce."""
    said: dict[str, Any] = {
        "metadata": {"labels": {"team": "a"}, "annotations": {"why": "b"}},
        "spec": {
            "backoffLimit": 4,
            "ttlSecondsAfterFinished": 0,
            "activeDeadlineSeconds": 60,
            "template": {
                "metadata": {"annotations": {"scrape": "no"}},
                "spec": {
                    "restartPolicy": "OnFailure",
                    "securityContext": {"runAsNonRoot": False, "seccompProfile": {"type": "Unconfined"}},
                    "containers": [
                        {
                            "name": "main",
                            "securityContext": {
                                "allowPrivilegeEscalation": True,
                                "capabilities": {"drop": ["CHOWN"], "add": ["NET_BIND_SERVICE"]},
                            },
                        }
                    ],
                },
            },
        },
    }
    before = deepcopy(said)
    manifest = made(said)
    assert said == before, "the todo's own template is not changed"
    spec, template = manifest["spec"], manifest["spec"]["template"]
    assert (spec["backoffLimit"], spec["ttlSecondsAfterFinished"], spec["activeDeadlineSeconds"]) == (4, 0, 60)
    assert manifest["metadata"]["labels"]["team"] == "a"
    assert manifest["metadata"]["annotations"] == {"why": "b"}
    assert template["metadata"]["annotations"] == {"scrape": "no"}
    written = said["spec"]["template"]["spec"]
    assert template["spec"] == {**written, "serviceAccountName": "deployer"}


def test_init_containers_are_containers() -> None:
    """Pod Security looks at them too."""
    spec = pod({"initContainers": [{"name": "first"}]})
    assert spec["initContainers"][0]["securityContext"]["allowPrivilegeEscalation"] is False


@pytest.mark.parametrize("context", [{"privileged": True}, {"capabilities": {"add": ["CAP_SYS_ADMIN"]}}])
def test_no_default_contradicts_what_is_said(context: dict[str, Any]) -> None:
    """The API server refuses these together with allowPrivilegeEscalation: false."""
    spec = pod({"containers": [{"name": "main", "securityContext": context}]})
    assert "allowPrivilegeEscalation" not in spec["containers"][0]["securityContext"]


def test_windows_knows_no_linux_settings() -> None:
    """The API server refuses them there."""
    spec = pod({"os": {"name": "windows"}})
    assert spec["securityContext"] == {"runAsNonRoot": True}
    assert "securityContext" not in spec["containers"][0]


def test_limit_per_index_takes_no_limit_of_all() -> None:
    """Kubernetes has a default of its own for the two together."""
    manifest = made({"spec": {"backoffLimitPerIndex": 1, "template": {"spec": {"containers": []}}}})
    assert "backoffLimit" not in manifest["spec"]


def test_is_found_again() -> None:
    """What is read of a Job tells for which attempt it was made."""
    manifest = made({"spec": {"template": {"spec": {"containers": []}}}})
    stored = {**manifest, "metadata": {**manifest["metadata"], "uid": "u", "resourceVersion": "7"}}
    facts = job_facts(stored)
    assert (facts.todo_id, facts.todo_name, facts.attempt, facts.end) == (TODO.id, "build", "2", "")
