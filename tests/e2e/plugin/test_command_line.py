"""The command line through the real kubectl: contexts, errors, exit codes, completion."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.e2e.plugin.plugin_runner import PROGRAMS, Plugin

pytestmark = pytest.mark.cluster


def two_contexts(plugin: Plugin, folder: Path) -> str:
    """A kubeconfig of oncall whose context `shop` has the test's namespace, and whose current one has another."""
    config = yaml.safe_load(plugin.cluster.kubeconfig("oncall").read_text())
    context = config["contexts"][0]["context"]
    config["contexts"] = [
        {"name": "elsewhere", "context": {**context, "namespace": "default"}},
        {"name": "shop", "context": {**context, "namespace": plugin.namespace}},
    ]
    config["current-context"] = "elsewhere"
    path = folder / "kubeconfig"
    path.write_text(yaml.safe_dump(config))
    return f"--kubeconfig={path}"


def test_context_and_its_namespace_are_kubectls(plugin: Plugin, tmp_path: Path) -> None:
    """The namespace is the context's unless -n names another, in whichever way that is written."""
    plugin.create_todo("approve")
    kubeconfig = two_contexts(plugin, tmp_path)

    assert plugin.run("todo", "list", kubeconfig) == (0, "", "No resources found in default namespace.\n")
    for flags in (["--context=shop"], ["--context", "shop"], [f"-n={plugin.namespace}"], ["-n", plugin.namespace]):
        assert plugin.run("todo", "list", kubeconfig, "-o=name", *flags)[1] == "todo.todo.myapp.dev/approve\n"
    shown = plugin.run("todo", "--context=shop", "show", "approve", kubeconfig)
    assert (shown[0], f"Namespace:  {plugin.namespace}" in shown[1]) == (0, True), shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["finish"], "error: no such command 'finish'"),
        (["show"], "error: missing argument 'NAME'"),
        (["show", "nobody"], 'Error from server (NotFound): todos.todo.myapp.dev "nobody" not found'),
        (["why", "nobody"], 'Error from server (NotFound): todos.todo.myapp.dev "nobody" not found'),
        (["list", "--no-such-flag"], "error: no such option '--no-such-flag'"),
        (["list", "-o", "xml"], "error: invalid value for '-o' / '--output': 'xml' is not one of"),
        (["comment", "nobody"], "error: missing option '-m' / '--message'"),
        (["inbox", "--context=nowhere"], 'error: context "nowhere" does not exist'),
        (["list", "--kubeconfig=/no/such/file"], "error: stat /no/such/file: no such file or directory"),
        (["show", "x", "--token=wrong", "--client-certificate=", "--user=nobody"], "error: "),
        (["list", "--request-timeout=never"], "error: "),
    ],
    ids=lambda value: "-".join(value)[:30] if isinstance(value, list) else "",
)
def test_every_failure_is_one_sentence_and_exit_code_1(plugin: Plugin, arguments: list[str], words: str) -> None:
    """In kubectl's style, on stderr, without a traceback."""
    code, out, err = plugin.todo(*arguments)

    assert (code, out) == (1, "")
    assert words.lower() in err.lower()
    assert "Traceback" not in err
    assert len(err.splitlines()) <= 3


@pytest.mark.parametrize("arguments", [[], ["--help"], ["approve", "--help"], ["completion", "--help"]])
def test_help_is_no_failure(plugin: Plugin, arguments: list[str]) -> None:
    """And goes to stdout."""
    code, out, err = plugin.run("todo", *arguments)

    assert (code, err) == (0, "")
    assert out.startswith("Usage: kubectl todo")


def test_a_decision_can_be_printed_as_a_table(plugin: Plugin) -> None:
    """kubectl's own."""
    plugin.create_todo("approve")

    code, out, err = plugin.todo("complete", "approve", "--timeout=0", "-o", "wide")

    assert code == 0, err
    assert out.split()[0] == "NAME"
    assert "oncall" in out


def test_kubectl_completes_names_and_namespaces(plugin: Plugin) -> None:
    """What a shell with kubectl's completion asks when Tab is pressed."""
    plugin.create_todo("approve-this")
    plugin.create_todo("other")
    assert shutil.which("kubectl_complete-todo", path=str(PROGRAMS))

    def offered(*typed: str, user: str = "oncall") -> list[str]:
        code, out, err = plugin.run("__complete", "todo", *typed, user=user)
        assert code == 0, err
        return [line.partition("\t")[0] for line in out.splitlines()]

    assert offered("show", "-n", plugin.namespace, "app") == ["approve-this", ":4"]
    assert offered("sho") == ["show", ":4"]
    assert offered("list", "-n", plugin.namespace[:-2], user="admin") == [plugin.namespace, ":4"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not on the PATH")
def test_the_printed_bash_script_completes(plugin: Plugin) -> None:
    """For kubectl-todo typed by its own name."""
    plugin.create_todo("approve-this")
    script = f"""
        source <(kubectl-todo completion bash)
        COMP_WORDS=(kubectl-todo show -n {plugin.namespace} app) COMP_CWORD=4
        __kubectl_todo_complete
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """

    done = subprocess.run(
        ["bash", "-c", script],
        env={**os.environ, **plugin.environment("oncall")},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stdout == "approve-this\n"
