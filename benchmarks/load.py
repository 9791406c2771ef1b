"""Runs the load generator (benchmarks/loadgen) and reads what it measured.

It logs in as the cluster's admin with a client certificate: the cheapest way in, so that the load weighs little.
"""

import base64
import json
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import yaml

from deploy.local.identities import OPERATOR

PREFIX = "todo"
NAMESPACES = tuple(f"bench-{number}" for number in range(4))
RUN_TIMEOUT = 3600.0
ENDED = re.compile(r"loadgen: ended (\d+)")

Progress = Callable[[int], None]
Shape = Literal["chain", "fan", "items"]
"""Each step after the one before; one step, items after it, one step after them; items alone."""
Action = Literal["wait", "manual", "resource", "vigil", "http"]


class LoadError(Exception):
    """The load generator gave up; the message is its own."""


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """Todos to create, each of a chain depending on the one before.

    `first_wait` is how long the first of each chain waits, a Go duration. `chains_per_second` 0 begins all at once.
    With `steps` runs of so many steps are created in place of Todos, `shape` says how they stand, and `first_wait` is
    how long each step waits; with `watch_steps` the ends of their Todos are noted, not those of the runs.
    Todos whose `action` is `manual` or `vigil` (waiting for an object that never comes) do not end by themselves.
    """

    todos: int
    chains_of: int = 1
    first_wait: str = "0s"
    chains_per_second: float = 0.0
    action: Action = "wait"
    steps: int = 0
    shape: Shape = "chain"
    watch_steps: bool = False
    prefix: str = PREFIX


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What the load generator measured; `ends` maps a Todo's name to seconds since the first request.

    `requests` counts what Todos sent to it, `keys` the different Idempotency-Keys among them.
    """

    todos: int
    seconds: float
    cpu_seconds: float
    create_seconds: float = 0.0
    ends: Mapping[str, float] = field(default_factory=dict)
    requests: int = 0
    keys: int = 0


class LoadGenerator:
    """The load generator, aimed at one cluster; `folder` is private and holds its certificate and its results."""

    def __init__(self, program: Path, kubeconfig: Path, folder: Path, *, connections: int) -> None:
        self._program = program
        self._folder = folder
        self._arguments = (*_write_credentials(kubeconfig, folder), f"--connections={connections}")

    def create(self, plan: LoadPlan, progress: Progress) -> LoadResult:
        """Create Todos and wait until all have succeeded.

        Raises LoadError when a request fails or no Todo ends for two minutes.
        """
        return self._run("create", *_options(plan), progress=progress)

    def seed(self, plan: LoadPlan) -> LoadResult:
        """Create Todos and do not wait for their ends.

        Raises LoadError when a request fails.
        """
        return self._run("seed", *_options(plan), progress=lambda _: None)

    def patch(self, prefix: str = PREFIX, most: int = 0) -> LoadResult:
        """Patch the status of each Todo whose name begins so once, of `most` at most (0: of all).

        As the operator: nobody else may. Raises LoadError when a request fails.
        """
        options = (f"--as={OPERATOR.username}", f"--prefix={prefix}", f"--most={most}")
        return self._run("patch", *options, progress=lambda _: None)

    def _run(self, mode: str, *options: str, progress: Progress) -> LoadResult:
        output = self._folder / "load.json"
        command = [str(self._program), *self._arguments, f"--output={output}", *options, mode]
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace"
        ) as process:
            try:
                said = _follow(process, progress)
                code = process.wait(RUN_TIMEOUT)
            finally:
                process.kill()
        if code != 0:
            raise LoadError(said or f"the load generator ended with {code} and said nothing")
        return LoadResult(**json.loads(output.read_text()))


def _options(plan: LoadPlan) -> Sequence[str]:
    return (
        f"--prefix={plan.prefix}",
        f"--todos={plan.todos}",
        f"--chains-of={plan.chains_of}",
        f"--namespaces={len(NAMESPACES)}",
        f"--first-wait={plan.first_wait}",
        f"--chains-per-second={plan.chains_per_second}",
        f"--action={plan.action}",
        f"--steps={plan.steps}",
        f"--shape={plan.shape}",
        *(["--watch-steps"] if plan.watch_steps else []),
    )


def _follow(process: subprocess.Popen[str], progress: Progress) -> str:
    """Pass on the progress; returns the last line that was none."""
    said = ""
    for line in process.stderr or ():
        match = ENDED.match(line)
        if match:
            progress(int(match[1]))
        else:
            said = line.strip()
    return said


def _write_credentials(kubeconfig: Path, folder: Path) -> Sequence[str]:
    content = yaml.safe_load(kubeconfig.read_text())
    cluster = content["clusters"][0]["cluster"]
    user = content["users"][0]["user"]
    options = [f"--server={cluster['server']}"]
    for option, encoded in (
        ("ca", cluster["certificate-authority-data"]),
        ("cert", user["client-certificate-data"]),
        ("key", user["client-key-data"]),
    ):
        path = folder / f"{option}.pem"
        path.touch(mode=0o600)
        path.write_bytes(base64.b64decode(encoded))
        options.append(f"--{option}={path}")
    return options
