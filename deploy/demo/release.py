"""The release of examples/workflows: its template is applied as a GitOps pipeline would, and its run read back."""

import json
from collections.abc import Sequence
from typing import Any

import yaml

from deploy.demo.release_todo import ReleaseTodo, rows_of
from deploy.local import ClusterAccess
from deploy.local.layout import PROJECT_ROOT

NAMESPACE = "shop"
RUN = "release-2-4"
APPROVAL = f"{RUN}.approve-rollout"
SIGN_OFF = f"{RUN}.sign-off"
FAILING = "tell-partners"
"""It fails in every run, to show what that looks like, and another step handles that."""
LAST = "announce"
GIVEN = {"version": "2.4", "env": "prod"}
"""What is released, and how far."""
IMAGE = "docker.io/library/busybox:1.37"
"""All pods of the examples run it."""
TODOS = "todos.todo.myapp.dev"
RUNS = "todoworkflows.todo.myapp.dev"
TEMPLATES = "todotemplates.todo.myapp.dev"
RBAC_FILE = PROJECT_ROOT / "examples" / "rbac.yaml"
TEMPLATE_FOLDER = PROJECT_ROOT / "examples" / "workflows" / "release"
TEMPLATE_FILE = TEMPLATE_FOLDER / "template.yaml"
PEOPLE_FILE = TEMPLATE_FOLDER / "rbac.yaml"
SHOP_FILE = PROJECT_ROOT / "examples" / "shop.yaml"
AUTOMATION_FILE = PROJECT_ROOT / "deploy" / "kustomize" / "automation" / "rights.yaml"

Document = dict[str, Any]


def prepare_namespace(cluster: ClusterAccess) -> None:
    """Creates the namespace and its roles. Raises KubectlError."""
    cluster.kubectl("apply", f"--filename={RBAC_FILE}", f"--filename={PEOPLE_FILE}")


def allow_automation(cluster: ClusterAccess) -> None:
    """Lets an operator beside the cluster act as the namespace's accounts; the chart has a value for it.

    Raises KubectlError.
    """
    cluster.kubectl("apply", f"--filename={AUTOMATION_FILE}")


def remove_release(cluster: ClusterAccess) -> None:
    """Removes what an earlier demo left there. Raises KubectlError."""
    here = (f"--namespace={NAMESPACE}", "--ignore-not-found", "--wait")
    cluster.kubectl("delete", f"{RUNS}/{RUN}", f"{TEMPLATES}/release", *here)
    cluster.kubectl("delete", TODOS, f"--selector=todo.myapp.dev/workflow={RUN}", *here)


def written_release() -> list[Document]:
    """The template, as it is written."""
    return list(yaml.safe_load_all(TEMPLATE_FILE.read_text(encoding="utf-8")))


def apply_release(cluster: ClusterAccess, release: Sequence[Document]) -> None:
    """Applies it as the GitOps pipeline's service account, which may write and decide nothing."""
    objects = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(release)})
    cluster.kubectl("apply", "--filename=-", user="pipeline", stdin=objects)


def read_release(cluster: ClusterAccess) -> tuple[ReleaseTodo, ...]:
    """The steps of the run as they stand, each after what it depends on."""
    here = (f"--namespace={NAMESPACE}", "--output=json")
    run = json.loads(cluster.kubectl("get", RUNS, RUN, *here).stdout)
    todos = json.loads(cluster.kubectl("get", TODOS, f"--selector=todo.myapp.dev/workflow={RUN}", *here).stdout)
    return rows_of(run, todos["items"])
