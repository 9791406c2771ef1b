"""`kubectl todo list` against the real API server, for people and for scripts."""

import json
import os
import pty
import re
import subprocess

import pytest

from tests.e2e.plugin.plugin_runner import PROGRAMS, Plugin

pytestmark = pytest.mark.cluster


def test_table_shows_where_each_todo_stands(plugin: Plugin) -> None:
    """One line a Todo, with title, who is asked, and after it ended who decided (-o wide)."""
    plugin.create_todo("approve", content="# Approve\nwith care", assignees=[{"kind": "Group", "name": "sre"}])
    plugin.create_todo("done")
    plugin.end_todo("done")

    code, out, err = plugin.todo("list", "-o", "wide")

    assert (code, err) == (0, "")
    headings, approve, done = (re.split(" {3,}", line) for line in out.splitlines())
    assert headings[:6] == ["NAME", "PHASE", "REASON", "TITLE", "ASSIGNEES", "DUE"]
    assert headings[6:] == ["AGE", "DECIDED BY", "MESSAGE"]
    assert (approve[0], approve[3], approve[4]) == ("approve", "Approve", "group:sre")
    assert (done[1], done[2], done[7], done[8]) == ("Succeeded", "Completed", "ada", "completed by ada")


@pytest.mark.parametrize("output", ["json", "yaml", "name"])
def test_formats_are_exactly_kubectls(plugin: Plugin, output: str) -> None:
    """Scripts get what `kubectl get` would have given them."""
    plugin.create_todo("approve")
    plugin.end_todo("approve")

    code, out, _ = plugin.todo("list", "-o", output)

    arguments = ("get", "todos.todo.myapp.dev", "-n", plugin.namespace, "-o", output)
    assert (code, out) == (0, plugin.cluster.kubectl(*arguments, user="oncall").stdout)


def test_selectors_are_kubectls(plugin: Plugin) -> None:
    """--field-selector reaches the API server."""
    plugin.create_todo("one")
    plugin.create_todo("two")

    code, out, err = plugin.todo("list", "--field-selector=metadata.name=two", "--no-headers")

    assert (code, out.split()[0]) == (0, "two"), err
    assert len(out.splitlines()) == 1


def test_all_namespaces_name_the_namespace(plugin: Plugin) -> None:
    """With -A each line begins with its namespace."""
    plugin.create_todo("approve")

    code, out, err = plugin.todo("list", "-A")

    assert code == 0, err
    assert [plugin.namespace, "approve"] in [line.split()[:2] for line in out.splitlines()]


def test_nothing_found_is_said_as_kubectl_says_it(plugin: Plugin) -> None:
    """An empty namespace is no error."""
    assert plugin.todo("list") == (0, "", f"No resources found in {plugin.namespace} namespace.\n")


def test_refusal_is_kubectls(plugin: Plugin) -> None:
    """Who may not list reads the API server's sentence, with exit code 1."""
    code, out, err = plugin.todo("list", "--as=nobody", user="admin")

    assert (code, out) == (1, "")
    assert err.startswith("Error from server (Forbidden): ")
    assert 'User "nobody" cannot list resource "todos"' in err


def test_unreachable_server_is_told_in_kubectls_words(plugin: Plugin) -> None:
    """A closed port ends with 1 and kubectl's question."""
    code, _, err = plugin.todo("list", "--server=https://127.0.0.1:1")

    assert code == 1
    assert "connection" in err
    assert "127.0.0.1:1" in err


@pytest.mark.parametrize(("forbidden", "coloured"), [("", True), ("1", False)])
def test_terminal_sees_colours_unless_forbidden(plugin: Plugin, forbidden: str, *, coloured: bool) -> None:
    """On a terminal the phase is coloured; NO_COLOR is respected."""
    plugin.create_todo("done")
    plugin.end_todo("done")
    controller, terminal = pty.openpty()
    try:
        subprocess.run(
            ["kubectl", "todo", "list", "-n", plugin.namespace],
            executable=PROGRAMS / "kubectl",
            env={**plugin.environment("oncall"), "TERM": "xterm", "NO_COLOR": forbidden},
            stdout=terminal,
            timeout=60,
            check=True,
        )
        shown = os.read(controller, 65536).decode()
    finally:
        os.close(controller)
        os.close(terminal)

    assert ("\x1b[32mSucceeded\x1b[0m" in shown) is coloured
    assert "Succeeded" in shown


def test_json_of_the_list_can_be_read_by_a_program(plugin: Plugin) -> None:
    """Nothing but JSON is on stdout."""
    plugin.create_todo("approve")

    _, out, _ = plugin.todo("list", "-o", "json")

    assert [item["metadata"]["name"] for item in json.loads(out)["items"]] == ["approve"]
