"""`kubectl todo complete` against the real API server and its policies.

What the operator makes of a decision is the demo's test. Nothing here waits for an answer, so it does not matter
whether an operator runs on the cluster of the test run.
"""

import base64
import json
import os
import pty
import sys
from pathlib import Path

import pytest
import yaml

from tests.e2e.plugin.plugin_runner import Plugin

pytestmark = pytest.mark.cluster

NO_WAIT = "--timeout=0"


def test_oncall_decides_in_her_own_name(plugin: Plugin) -> None:
    """The policy admits what the plug-in sends: who, on what, why, owned by exactly its target."""
    uid = plugin.create_todo("approve")

    code, out, err = plugin.todo("complete", "approve", "-m", "error rate is flat", NO_WAIT)

    assert (code, "will be judged when the operator runs" in err) == (0, True), err
    [decision] = plugin.decisions()
    assert out == f"tododecision.todo.myapp.dev/{decision['metadata']['name']} created\n"
    assert decision["metadata"]["generateName"] == "approve-complete-"
    assert decision["metadata"]["ownerReferences"] == [
        {"apiVersion": "todo.myapp.dev/v1alpha1", "kind": "Todo", "name": "approve", "uid": uid}
    ]
    assert decision["spec"] == {
        "target": {"kind": "Todo", "name": "approve", "uid": uid},
        "action": "Complete",
        "user": {"username": "oncall", "groups": ["sre", "system:authenticated"]},
        "message": "error rate is flat",
    }


def test_developer_is_told_the_missing_verb_and_leaves_nothing_behind(plugin: Plugin) -> None:
    """Who may write todos may not complete them; the refusal comes before anything is created."""
    plugin.create_todo("approve")

    code, out, err = plugin.todo("complete", "approve", NO_WAIT, user="developer")

    assert (code, out) == (1, "")
    assert err.startswith('error: user "developer" may not complete todo "approve"')
    assert "--clusterrole=myapp-completer --user=developer" in err
    assert plugin.decisions() == []


def test_advice_of_a_refusal_works(plugin: Plugin) -> None:
    """The command that the refusal names, typed by an administrator, is all that was missing."""
    plugin.create_todo("approve")
    _, _, refusal = plugin.todo("complete", "approve", NO_WAIT, user="developer")
    advice = next(
        line.split() for line in refusal.splitlines() if line.strip().startswith("kubectl create rolebinding")
    )

    plugin.cluster.kubectl(*advice[1:])

    code, _, err = _until_rbac_knows(plugin, "developer")
    assert code == 0, err


def test_verb_on_one_todo_is_no_verb_on_another(plugin: Plugin) -> None:
    """RBAC by resourceNames decides per Todo."""
    plugin.create_todo("approve")
    plugin.create_todo("other")
    rules = [
        {"apiGroups": ["todo.myapp.dev"], "resources": ["todos"], "resourceNames": ["approve"], "verbs": ["complete"]},
        {"apiGroups": ["todo.myapp.dev"], "resources": ["tododecisions"], "verbs": ["create"]},
    ]
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "one"}, "rules": rules}
    plugin.cluster.kubectl("create", "-n", plugin.namespace, "-f", "-", stdin=json.dumps(role))
    plugin.cluster.kubectl("create", "rolebinding", "one", "-n", plugin.namespace, "--role=one", "--user=developer")

    code, _, err = _until_rbac_knows(plugin, "developer")
    refused, _, why = plugin.todo("complete", "other", NO_WAIT, user="developer")

    assert code == 0, err
    assert (refused, 'may not complete todo "other"' in why) == (1, True)


def test_refusal_of_the_policy_is_passed_on(plugin: Plugin) -> None:
    """A service account with the verb passes RBAC and meets the policy, whose sentence reaches the terminal."""
    plugin.create_todo("approve")
    plugin.cluster.kubectl(
        *("create", "rolebinding", "machines", "-n", plugin.namespace, "--clusterrole=myapp-completer"),
        "--serviceaccount=gitops:pipeline",
    )

    code, out, err = _until_rbac_knows(plugin, "pipeline")

    assert (code, out) == (1, "")
    assert err.startswith("Error from server (Forbidden): ")
    assert "a decision is an act of a person" in err
    assert plugin.decisions() == []


def test_impersonation_is_kubectls(plugin: Plugin) -> None:
    """--as and --as-group reach every kubectl, so the decision names whom the API server saw."""
    plugin.create_todo("approve")

    code, _, err = plugin.todo("complete", "approve", NO_WAIT, "--as=grace", "--as-group=sre", user="admin")

    assert code == 0, err
    assert plugin.decisions()[0]["spec"]["user"] == {"username": "grace", "groups": ["sre", "system:authenticated"]}


def test_flags_of_the_kubeconfig_work_as_in_kubectl(plugin: Plugin) -> None:
    """--kubeconfig before the command wins over $KUBECONFIG."""
    plugin.create_todo("approve")

    kubeconfig = f"--kubeconfig={plugin.cluster.kubeconfig('oncall')}"
    code, _, err = plugin.todo(kubeconfig, "complete", "todo/approve", NO_WAIT, user="developer")

    assert code == 0, err
    assert plugin.decisions()[0]["spec"]["user"]["username"] == "oncall"


def test_login_plugin_that_needs_the_terminal_works(plugin: Plugin, tmp_path: Path) -> None:
    """An exec plug-in with interactiveMode Always gets the terminal in every call, creation included."""
    plugin.create_todo("approve")
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(_with_exec_login(plugin.cluster.kubeconfig("oncall"), tmp_path))
    controller, terminal = pty.openpty()
    try:
        code, _, err = plugin.todo("complete", "approve", NO_WAIT, f"--kubeconfig={kubeconfig}", stdin=terminal)
    finally:
        os.close(controller)
        os.close(terminal)

    assert code == 0, err
    assert plugin.decisions()[0]["spec"]["user"]["username"] == "oncall"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("nobody", 'Error from server (NotFound): todos.todo.myapp.dev "nobody" not found', id="unknown"),
        pytest.param("done", 'error: todo "done" has ended already: Succeeded (Completed)', id="ended"),
        pytest.param("timer", "its action is 'wait', allowed is 'manual'", id="timer"),
    ],
)
def test_what_cannot_succeed_leaves_nothing_behind(plugin: Plugin, name: str, words: str) -> None:
    """One clear sentence, exit code 1, and no decision."""
    plugin.create_todo("timer", wait={"duration": "1h"})
    plugin.create_todo("done")
    plugin.end_todo("done")

    code, out, err = plugin.todo("complete", name, NO_WAIT)

    assert (code, out) == (1, "")
    assert words in err
    assert plugin.decisions() == []


def test_too_long_message_is_refused(plugin: Plugin) -> None:
    """Before anything is created, with what was found and what is allowed."""
    plugin.create_todo("approve")

    code, _, err = plugin.todo("complete", "approve", NO_WAIT, "-m", "x" * 1025)

    assert code == 1
    assert err == "error: the message has 1025 characters, allowed are 1024\n"
    assert plugin.decisions() == []


def test_long_names_get_a_name_for_their_decision(plugin: Plugin) -> None:
    """A Todo may be named longer than a generated name can hold."""
    name = "a" * 120 + ".b"
    plugin.create_todo(name)

    code, _, err = plugin.todo("complete", name, NO_WAIT)

    assert code == 0, err
    assert plugin.decisions()[0]["spec"]["target"]["name"] == name


def test_output_prints_the_decision_as_kubectl_does(plugin: Plugin) -> None:
    """-o json is the stored object, for scripts."""
    plugin.create_todo("approve")

    code, out, err = plugin.todo("complete", "approve", NO_WAIT, "-o", "json")

    assert code == 0, err
    assert json.loads(out)["kind"] == "TodoDecision"


def _until_rbac_knows(plugin: Plugin, user: str) -> tuple[int, str, str]:
    """Tries again while the API server has not heard of a new binding, which takes it a moment."""
    for _ in range(20):
        answer = plugin.todo("complete", "approve", NO_WAIT, user=user)
        if "may not complete" not in answer[2]:
            break
    return answer


def _with_exec_login(kubeconfig: Path, folder: Path) -> str:
    """The same user, but logged in by a program that insists on a terminal."""
    config = yaml.safe_load(kubeconfig.read_text())
    user = config["users"][0]["user"]
    credential = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {
            "clientCertificateData": _decoded(user["client-certificate-data"]),
            "clientKeyData": _decoded(user["client-key-data"]),
        },
    }
    login = folder / "login.py"
    login.write_text(f"import json, sys\nassert sys.stdin.isatty()\nprint(json.dumps({credential!r}))\n")
    config["users"][0]["user"] = {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": sys.executable,
            "args": [str(login)],
            "interactiveMode": "Always",
        }
    }
    return yaml.safe_dump(config)


def _decoded(data: str) -> str:
    return base64.b64decode(data).decode()
