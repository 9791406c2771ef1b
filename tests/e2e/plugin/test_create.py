"""`kubectl todo create` against the real API server."""

import json

import pytest
import yaml

from tests.e2e.plugin.plugin_runner import Plugin

pytestmark = pytest.mark.cluster

SOAK = ("create", "soak", "--content", "Soak", "--wait", "10m")


def test_created_by_whoever_the_api_server_sees(plugin: Plugin) -> None:
    """The annotation names the person; -o prints the stored object."""
    code, out, err = plugin.todo(*SOAK, "-o", "json", user="developer")

    stored = json.loads(out)
    assert (code, err) == (0, "")
    assert stored["metadata"]["annotations"]["todo.myapp.dev/created-by"] == "developer"
    assert plugin.todo("list", "-o", "name")[1] == "todo.todo.myapp.dev/soak\n"


def test_dry_run_for_git_needs_no_cluster_and_can_be_applied_by_a_pipeline(plugin: Plugin) -> None:
    """--dry-run=client stores nothing and names nobody, so that another may apply what it prints."""
    code, out, err = plugin.todo(*SOAK, "--dry-run=client", "-o", "yaml", "--server=https://127.0.0.1:1")

    assert (code, err) == (0, "")
    assert yaml.safe_load(out)["spec"] == {"content": "Soak", "wait": {"duration": "10m"}}
    assert plugin.todo("list", "-o", "name")[1] == ""
    plugin.cluster.kubectl("apply", "-n", plugin.namespace, "-f", "-", user="pipeline", stdin=out)
    assert plugin.todo("list", "-o", "name")[1] == "todo.todo.myapp.dev/soak\n"


def test_dry_runs_say_what_they_are(plugin: Plugin) -> None:
    """In kubectl's words; the one of the server is checked there and stores nothing."""
    assert plugin.todo(*SOAK, "--dry-run=client") == (0, "todo.todo.myapp.dev/soak created (dry run)\n", "")
    code, out, err = plugin.todo(*SOAK, "--dry-run=server", user="developer")
    assert (code, out) == (0, "todo.todo.myapp.dev/soak created (server dry run)\n"), err
    assert plugin.todo("list", "-o", "name")[1] == ""


@pytest.mark.parametrize(
    ("arguments", "user", "words"),
    [
        pytest.param(
            ("--content", "x"), "oncall", 'user "oncall" may not create todos here: the verb "create"', id="no-right"
        ),
        pytest.param((), "developer", "error: exactly one of --content and --from-file is needed", id="no-content"),
        pytest.param(
            ("--content", "x", "--wait", "1h", "--approval"), "developer", "exclude each other", id="two-actions"
        ),
        pytest.param(("--content", "x", "--due", "soon"), "developer", "found 'soon', allowed is a time", id="no-time"),
        pytest.param(
            ("--content", "x", "--assignee", "sre"), "developer", "allowed is user:NAME or group:NAME", id="no-kind"
        ),
        pytest.param(("--content", "x", "--depends-on", "No"), "developer", "is invalid", id="refused-by-the-server"),
    ],
)
def test_what_cannot_be_created_is_told(plugin: Plugin, arguments: tuple[str, ...], user: str, words: str) -> None:
    """One clear sentence, exit code 1, nothing stored, and no word of a file that the user has not written."""
    code, out, err = plugin.todo("create", "x", *arguments, user=user)

    assert (code, out) == (1, "")
    assert words in err
    assert "kubectl-todo-" not in err
    assert plugin.todo("list", "-o", "name")[1] == ""


def test_a_name_that_is_taken_is_refused_by_the_server(plugin: Plugin) -> None:
    """With kubectl's error."""
    plugin.create_todo("soak")

    code, _, err = plugin.todo(*SOAK, user="developer")

    assert (code, err) == (1, 'Error from server (AlreadyExists): todos.todo.myapp.dev "soak" already exists\n')
