"""Runs what a document shows: every command of its ```console blocks, in order, and compares what is printed.

A line `oncall$ kubectl ...` is typed by that person; what follows is what the person must see, without what differs
from run to run (times, generated names, the widths of columns). Files that commands name are the ```yaml blocks that
begin with `# NAME`. The document's namespace is `shop`, the test's another.
"""

import os
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local import LocalCluster

WITHIN = 30.0
NAMESPACE = "shop"
AUDIT_LOG = "/var/log/kubernetes/audit.log"
_BLOCK = re.compile(r"^```(console|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^([a-z-]+)\$ (.*)$")
_VARYING = (
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "UID"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)"), "TIME"),
    (re.compile(r"(?<=\s|\()(in )?(\d+[dhms]){1,2}( ago)?(?=\s|$|\))"), "AGE"),
    (re.compile(r"(-(?:approve|comment|complete|reject|resume|suspend)-)[a-z0-9]{5}\b"), r"\1xxxxx"),
    (re.compile(r"(todoworkflow\.todo\.myapp\.dev/[a-z0-9-]+-)[a-z0-9]{5}( created)"), r"\1xxxxx\2"),
    (re.compile(r"[ \t]+"), " "),
)
#: What only looks, and so may look again until it sees what it should.
_LOOKS = re.compile(r"^kubectl (todo (list|inbox|show|tree|why)|get|events|wait)|^(grep|jq) ")


@dataclass(frozen=True, slots=True)
class Example:
    """A command, who types it, and what it prints (stdout, then stderr)."""

    user: str
    command: str
    output: str


def examples(document: str) -> list[Example]:
    """All that the document shows, in order; a command goes on in the next line after a backslash."""
    return [example for kind, content in _BLOCK.findall(document) if kind == "console" for example in _typed(content)]


def _typed(content: str) -> Iterator[Example]:
    user, command, output = "", "", list[str]()
    for line in content.replace("\\\n", " ").splitlines():
        if typed := _COMMAND.match(line):
            if command:
                yield Example(user, command, "\n".join(output))
            user, command, output = typed[1], typed[2], []
        else:
            output.append(line)
    yield Example(user, command, "\n".join(output))


def files(document: str) -> dict[str, str]:
    """The files that the document shows, by name."""
    blocks = (content for kind, content in _BLOCK.findall(document) if kind == "yaml")
    return {content.partition("\n")[0].removeprefix("# "): content for content in blocks if content.startswith("# ")}


@dataclass(frozen=True)
class Shell:
    """Where the commands run: the folder with the document's files, and the cluster."""

    cluster: LocalCluster
    namespace: str
    folder: Path
    programs: Path

    def follow(self, document: str) -> Sequence[Example]:
        """Types all that the document shows. Raises AssertionError at the first that prints something else."""
        for name, content in files(document).items():
            (self.folder / name).write_text(content)
        found = examples(document)
        for example in found:
            self._check(example)
        return found

    def _check(self, example: Example) -> None:
        expected, give_up = self._comparable(example.output), time.monotonic() + WITHIN
        while True:
            printed = self.run(example.user, example.command)
            if self._comparable(printed) == expected:
                return
            again = _LOOKS.match(example.command) and time.monotonic() < give_up
            assert again, f"{example.user}$ {example.command}\nprinted\n{printed}\nthe document shows\n{example.output}"
            time.sleep(0.2)

    def run(self, user: str, command: str) -> str:
        """What the command prints to the person."""
        typed = re.sub(rf"(-n |\"){NAMESPACE}\b", rf"\g<1>{self.namespace}", command)
        done = subprocess.run(
            ["bash", "-c", typed.replace(AUDIT_LOG, str(self.cluster.audit_log))],
            cwd=self.folder,
            env={
                **os.environ,
                "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}",
                "KUBECONFIG": str(self.cluster.kubeconfig(user)),
                "KUBECACHEDIR": str(self.cluster.state_dir / "plugin-test-cache"),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.stdout + done.stderr

    def _comparable(self, text: str) -> str:
        text = text.replace(self.namespace, NAMESPACE)
        for pattern, name in _VARYING:
            text = pattern.sub(name, text)
        return "\n".join(line.strip() for line in text.strip().splitlines())
