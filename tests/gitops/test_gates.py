"""A Todo holds back what comes after it: a later wave of Argo CD (C4), and a Helm release that is waited for (C6).

Argo CD itself does not run here. What it makes of a Todo is its health, by the shipped script over the live object;
what follows from that is its published rule, for hooks too: only Healthy goes on, and Degraded fails the sync.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.argocd.render import scripts
from deploy.chart.helm import CompletedHelm, run_helm
from deploy.local import LocalCluster
from tests.api_server import JsonObject
from tests.gitops.argo_health import health
from tests.gitops.lifecycle import DEGRADED, HEALTHY, SUSPENDED
from tests.running_operator.todos import Todos, manifest

pytestmark = [pytest.mark.cluster, pytest.mark.usefixtures("operator"), pytest.mark.timeout(180)]

GATE: JsonObject = {"approval": {"approvers": [{"kind": "Group", "name": "sre"}]}, "readiness": "Complete"}
HELM_WAITS = 120


def in_wave(number: int, todo: JsonObject, hook: str = "") -> JsonObject:
    """The Todo, in that wave of a sync, or as a hook before it."""
    annotations = {"argocd.argoproj.io/hook": hook} if hook else {"argocd.argoproj.io/sync-wave": str(number)}
    return {**todo, "metadata": {**todo["metadata"], "annotations": annotations}}


@pytest.mark.parametrize("hook", ["", "PreSync"], ids=["wave", "hook"])
def test_c4_a_gate_holds_the_next_wave(cluster: LocalCluster, todos: Todos, hook: str) -> None:
    """It is Suspended until somebody has decided, and Healthy when that was a yes."""
    first = in_wave(0, manifest("approve", content="Approve", **GATE), hook)
    cluster.kubectl("apply", "-n", todos.namespace, "-f", "-", user="pipeline", stdin=yaml.safe_dump(first))
    todos.wait("approve", "Active", "AwaitingDecision")

    assert health(scripts()["Todo"], todos.get("approve")) == (SUSPENDED, "has 0 of 1 approvals, lacks 1 of group sre")
    todos.judged(todos.decide(todos.get("approve"), "Approve", groups=["sre"]))
    assert health(scripts()["Todo"], todos.get("approve"))[0] == HEALTHY


@pytest.mark.parametrize("hook", ["", "PreSync"], ids=["wave", "hook"])
def test_c4_a_rejection_fails_the_sync_in_the_words_of_who_rejected(
    cluster: LocalCluster, todos: Todos, hook: str
) -> None:
    """Degraded, with the message of the person."""
    first = in_wave(0, manifest("approve", content="Approve", **GATE), hook)
    cluster.kubectl("apply", "-n", todos.namespace, "-f", "-", user="pipeline", stdin=yaml.safe_dump(first))
    todos.wait("approve", "Active", "AwaitingDecision")

    no = todos.decide(todos.get("approve"), "Reject", groups=["sre"], message="not before the freeze ends")
    todos.judged(no)

    told = (DEGRADED, "rejected by oncall: not before the freeze ends")
    assert health(scripts()["Todo"], todos.get("approve")) == told


@pytest.fixture
def install(cluster: LocalCluster, namespace: str, tmp_path: Path) -> Iterator[Callable[..., Future[CompletedHelm]]]:
    """`helm install --wait` of a chart with one Todo, under way in the background."""
    with ThreadPoolExecutor() as background:

        def install(**spec: Any) -> Future[CompletedHelm]:  # noqa: ANN401 - any JSON
            chart = tmp_path / "chart"
            (chart / "templates").mkdir(parents=True)
            about = {"apiVersion": "v2", "name": "release", "version": "1.0.0"}
            (chart / "Chart.yaml").write_text(yaml.safe_dump(about))
            todo = manifest("approve", content="Approve", **spec)
            (chart / "templates" / "todo.yaml").write_text(yaml.safe_dump(todo))
            return background.submit(
                run_helm,
                *("install", "release", str(chart), f"--namespace={namespace}", "--wait", f"--timeout={HELM_WAITS}s"),
                kubeconfig=cluster.kubeconfig(),
                check=False,
                timeout=HELM_WAITS + 30,
            )

        yield install


def test_c6_helm_waits_until_somebody_has_decided(install: Callable[..., Future[CompletedHelm]], todos: Todos) -> None:
    """As long as nobody has, the release is pending; a yes installs it."""
    installing = install(**GATE)
    todos.wait_until_exists("approve")
    todos.wait("approve", "Active", "AwaitingDecision")
    with pytest.raises(TimeoutError):
        installing.result(timeout=3)

    todos.decide(todos.get("approve"), "Approve", groups=["sre"])

    done = installing.result(timeout=60)
    assert (done.returncode, "STATUS: deployed" in done.stdout) == (0, True), done.stderr


def test_c6_helm_fails_when_somebody_says_no(install: Callable[..., Future[CompletedHelm]], todos: Todos) -> None:
    """It names the Todo that failed."""
    installing = install(**GATE)
    todos.wait_until_exists("approve")
    todos.wait("approve", "Active", "AwaitingDecision")

    todos.decide(todos.get("approve"), "Reject", groups=["sre"], message="not now")

    done = installing.result(timeout=60)
    assert done.returncode != 0
    assert "approve" in done.stderr


def test_c6_helm_does_not_wait_where_accepted_is_enough(
    install: Callable[..., Future[CompletedHelm]], todos: Todos
) -> None:
    """The default: nothing hangs on a person for days."""
    done = install(approval=GATE["approval"]).result(timeout=60)

    assert (done.returncode, "STATUS: deployed" in done.stdout) == (0, True), done.stderr
    assert todos.status("approve")["reason"] == "AwaitingDecision"
