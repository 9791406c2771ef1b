"""`kubectl todo inbox` against the real API server: what it shows, and how it goes on showing it."""

import json
import os
import pty
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.local import LocalCluster
from tests.e2e.plugin.plugin_runner import PROGRAMS, Plugin
from tests.running_operator.todos import Todos

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(120)]

WITHIN = 40.0
INTERRUPTED = 130


@pytest.fixture
def todos(cluster: LocalCluster, namespace: str) -> Iterator[Todos]:
    """The Todos of the namespace; no operator runs, so a status is what the test writes."""
    found = Todos(cluster, namespace)
    yield found
    found.close()


def ask(todos: Todos, name: str, **spec: object) -> None:
    """A Todo that waits for a person now."""
    todos.create(name, **spec)
    todos.put_status(name, phase="Active", reason="AwaitingDecision", message="waits for a person")


class Watch:
    """`kubectl todo inbox --watch`, whose output goes to a pipe or to a terminal."""

    def __init__(self, process: "subprocess.Popen[bytes]", output: int) -> None:
        self._process = process
        self._output = output
        self.text = ""
        os.set_blocking(output, False)

    def until(self, fits: Callable[[str], bool], wanted: str) -> None:
        """Reads on until the text fits."""
        give_up = time.monotonic() + WITHIN
        while not fits(self.text):
            assert time.monotonic() < give_up, f"no {wanted} after {WITHIN:.0f} s: {self.text!r}"
            assert self._process.poll() is None, f"it ended with {self._process.returncode}: {self.text!r}"
            try:
                self.text += os.read(self._output, 65536).decode()
            except BlockingIOError:
                time.sleep(0.05)

    def interrupt(self) -> int:
        """Ctrl-C; returns the exit code."""
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(WITHIN)


@contextmanager
def watching(plugin: Plugin, *, terminal: bool) -> Iterator[Watch]:
    reader, writer = pty.openpty() if terminal else os.pipe()
    environment = {**plugin.environment("oncall"), "TERM": "xterm", "NO_COLOR": ""}
    process = subprocess.Popen(
        ["kubectl", "todo", "inbox", "--watch", "-n", plugin.namespace],
        executable=PROGRAMS / "kubectl",
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=writer,
        start_new_session=True,
    )
    try:
        yield Watch(process, reader)
    finally:
        process.kill()
        process.wait()
        os.close(reader)
        os.close(writer)


def test_a_pipe_gets_what_is_new(plugin: Plugin, todos: Todos) -> None:
    """A line for each Todo when it begins to wait; what somebody else may decide is not there."""
    ask(todos, "first")
    with watching(plugin, terminal=False) as watch:
        watch.until(lambda text: "first" in text, "first line")
        ask(todos, "theirs", approval={"approvers": [{"kind": "Group", "name": "board"}]})
        ask(todos, "second")
        watch.until(lambda text: "second" in text, "second line")
        code = watch.interrupt()

    assert code == INTERRUPTED
    assert [line.split()[1] for line in watch.text.splitlines()] == ["NAME", "first", "second"]
    assert "\x1b" not in watch.text


def test_a_terminal_is_drawn_anew(plugin: Plugin, todos: Todos) -> None:
    """What no longer waits is gone from the screen; what is overdue is red."""
    with watching(plugin, terminal=True) as watch:
        watch.until(lambda text: "Nothing waits for you." in text, "empty inbox")
        ask(todos, "late", dueTime="2020-01-01T00:00:00Z")
        watch.until(lambda text: "late" in text, "line")
        todos.put_status("late", phase="Succeeded", reason="Completed", message="done")
        watch.until(lambda text: text.count("Nothing waits for you.") == 2, "empty inbox again")
        code = watch.interrupt()

    assert code == INTERRUPTED
    assert watch.text.count("\x1b[2J") >= 3
    assert f"\x1b[31m{plugin.namespace}" in watch.text


def test_all_namespaces_and_one(plugin: Plugin, todos: Todos) -> None:
    """Without -n everything that one may see; with it that namespace alone; -A wins over it, as in kubectl."""
    ask(todos, "here", priority=7)

    for arguments in ((), ("-n", plugin.namespace), ("-n", "default", "-A")):
        code, out, err = plugin.run("todo", "inbox", "-o", "json", *arguments)
        assert code == 0, err
        found = [(item["metadata"]["namespace"], item["metadata"]["name"]) for item in json.loads(out)["items"]]
        assert (plugin.namespace, "here") in found
    assert plugin.run("todo", "inbox", "-n", "default", "-o", "name")[:2] == (0, "")


def test_impersonation_shows_the_inbox_of_another(plugin: Plugin, todos: Todos) -> None:
    """Of whoever the API server takes us for; who may not impersonate is refused by it."""
    ask(todos, "task")

    assert "task" in plugin.todo("inbox", "--as=grace", "--as-group=sre", user="admin")[1]
    nobody = plugin.todo("inbox", "--as=nobody", user="admin")
    assert (nobody[0], "todos.todo.myapp.dev is forbidden" in nobody[2]) == (1, True)
    code, out, err = plugin.todo("inbox", "--as=grace", "--as-group=sre", user="developer")
    assert (code, out) == (1, "")
    assert err.startswith("Error from server (Forbidden): ")
    assert 'User "developer" cannot impersonate' in err
    assert len(err.splitlines()) == 1


def test_who_sees_one_namespace_has_an_inbox_too(plugin: Plugin, todos: Todos, tmp_path: Path) -> None:
    """Where Todos of all namespaces cannot be listed, that of the kubeconfig is looked at, and this is said."""
    ask(todos, "task")
    bind_carol(plugin)
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(plugin.cluster.kubectl("config", "view", "--raw", "--flatten", "-o=json").stdout)
    flag = f"--kubeconfig={kubeconfig}"
    assert plugin.run("config", "set-context", "--current", f"--namespace={plugin.namespace}", flag)[0] == 0

    code, out, err = plugin.run("todo", "inbox", "-o", "name", "--as=carol", flag)

    assert (code, out) == (0, "todo.todo.myapp.dev/task\n")
    assert err == f"Todos of all namespaces cannot be listed; looked at: {plugin.namespace}\n"


def test_who_sees_no_namespace_is_told_so(plugin: Plugin, todos: Todos) -> None:
    """Rights in a namespace that neither command line nor kubeconfig names do not help: the refusal is shown."""
    ask(todos, "task")
    bind_carol(plugin)

    code, out, err = plugin.run("todo", "inbox", "--as=carol", user="admin")

    assert (code, out) == (1, "")
    assert "todos.todo.myapp.dev is forbidden" in err


def bind_carol(plugin: Plugin) -> None:
    """Lets carol complete Todos of this namespace, and waits until the API server knows it."""
    plugin.cluster.kubectl(
        *("create", "rolebinding", "carol", "-n", plugin.namespace, "--clusterrole=myapp-completer", "--user=carol")
    )
    give_up = time.monotonic() + WITHIN
    while "task" not in plugin.todo("inbox", "--as=carol", user="admin")[1]:
        assert time.monotonic() < give_up, "the binding is not known after all this time"
