"""The documentation's commands are of this chart and this repository: their values exist, and so do their files."""

import re
import shlex
from collections.abc import Iterator

import pytest

from deploy.chart.helm import CHART, run_helm
from deploy.local.layout import PROJECT_ROOT

PAGES = ("README.md", "docs/install.md", "docs/operations.md", "docs/security.md", "docs/reminders.md")
#: Flags that say what is rendered; the others say what is done with it.
RENDERED = ("--set", "--namespace", "-n", "--show-only", "--api-versions")


def _commands() -> Iterator[tuple[str, list[str]]]:
    for page in PAGES:
        text = (PROJECT_ROOT / page).read_text(encoding="utf-8")
        blocks = re.findall(r"^```(?:console|bash|sh)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        inline = re.findall(r"`(kubectl apply [^`]+)`", text)
        for line in "\n".join((*blocks, *inline)).replace("\\\n", " ").splitlines():
            for command in re.split(r"\s\|\s|\s#\s", line):
                words = shlex.split(command) if command.startswith(("helm ", "kubectl apply")) else []
                if words:
                    yield f"{page}: {' '.join(words)}", words


COMMANDS = dict(_commands())
OF_HELM = {told: words for told, words in COMMANDS.items() if words[:2] in (["helm", "install"], ["helm", "upgrade"])}
OF_HELM |= {told: words for told, words in COMMANDS.items() if words[:2] == ["helm", "template"]}
APPLIED = {told: words for told, words in COMMANDS.items() if words[0] == "kubectl"}


def _flags(words: list[str], names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for number, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in names:
            yield name, value if equals else words[number + 1]


@pytest.mark.parametrize("told", OF_HELM)
def test_what_helm_is_told_renders(told: str) -> None:
    """With the values as they are written there: the schema refuses one that does not exist."""
    words = OF_HELM[told]
    flags = [f"{'--namespace' if name == '-n' else name}={value}" for name, value in _flags(words, RENDERED)]

    assert words[2:4] == ["myapp", "."], told
    assert "kind: " in run_helm("template", "myapp", str(CHART), *flags).stdout


@pytest.mark.parametrize("told", APPLIED)
def test_what_is_applied_exists(told: str) -> None:
    """Each file and folder of the repository that a command names."""
    named = [path for _, path in _flags(APPLIED[told], ("-f", "-k", "--filename"))]
    theirs = [path for path in named if path.startswith(("crds", "deploy", "examples"))]

    assert [path for path in theirs if not (PROJECT_ROOT / path).exists()] == []


def test_enough_commands_were_found() -> None:
    """Else the two tests above would say nothing."""
    assert len(OF_HELM) >= 6, list(OF_HELM)
    assert len([told for told, words in APPLIED.items() if "deploy/" in " ".join(words)]) >= 3, list(APPLIED)


def test_a_cluster_admin_prepares_every_policy() -> None:
    """The command for a release in some namespaces renders all that the chart has, by name."""
    (prepared,) = [words for words in OF_HELM.values() if "--show-only" in words]
    shown = {path for name, path in _flags(prepared, ("--show-only",)) if "/policies/" in path}
    policies = {f"templates/policies/{path.name}" for path in (CHART / "templates/policies").glob("*.yaml")}

    assert shown == policies - {"templates/policies/configmap.yaml"}
