"""docs/plugin.md, docs/workflows.md and docs/audit.md show what is really typed and printed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import LocalCluster
from myapp.cli.todo.main import todo
from tests.console_examples import Shell, examples
from tests.e2e.plugin.plugin_runner import PROGRAMS
from tests.running_operator.operator_process import OperatorProcess

DOCS = Path(__file__).parents[3] / "docs"
PLUGIN = (DOCS / "plugin.md").read_text()
WORKFLOWS = (DOCS / "workflows.md").read_text()
#: Shown by its script, which the shell has to read.
WITHOUT_EXAMPLE = frozenset({"completion"})


@pytest.fixture
def shell(cluster: LocalCluster, namespace: str, tmp_path: Path) -> Iterator[Shell]:
    """A shell in a namespace in which an operator works."""
    with OperatorProcess(cluster.kubeconfig("operator"), tmp_path / "operator.log", [namespace]):
        yield Shell(cluster, namespace, tmp_path, PROGRAMS)


@pytest.mark.cluster
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["plugin.md", "audit.md", "workflows.md"])
def test_the_document_tells_what_happens(name: str, shell: Shell) -> None:
    """Every command is run, in order and by the person who is named; every output is compared."""
    assert len(shell.follow((DOCS / name).read_text())) >= 10


def test_every_command_is_listed_and_shown() -> None:
    """And no other."""
    commands = set(todo.commands) | set(todo.list_commands(todo.make_context("kubectl todo", [])))
    table = PLUGIN[PLUGIN.index("| command |") : PLUGIN.index("The examples below")]
    listed = {
        name
        for line in table.splitlines()[2:]
        for name in re.findall(r"`([a-z]+)`", line.split("|")[1:2][0] if line else "")
    }
    typed = [each.command for page in (PLUGIN, WORKFLOWS) for each in examples(page)]
    shown = {match[1] for command in typed if (match := re.match(r"kubectl todo ([a-z]+) ", command))}

    assert listed == commands
    assert shown == commands - WITHOUT_EXAMPLE


def test_every_flag_that_is_named_exists() -> None:
    """In the text and in the table."""
    context = todo.make_context("kubectl todo", [])
    commands = [todo, *(todo.get_command(context, name) for name in todo.list_commands(context))]
    flags = {option for command in commands if command for parameter in command.params for option in parameter.opts}

    named = set(re.findall(r"`(--[a-z-]+)", PLUGIN))
    assert len(named) > 10
    assert named - flags - {"--help"} == set()
