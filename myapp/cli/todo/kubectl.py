"""Runs the user's own kubectl, with the user's own flags: the plug-in's one way to a cluster.

Whatever logs in there (client certificates, exec plug-ins, OIDC, impersonation) logs in here. Nothing is retried:
kubectl does what is safe to repeat.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from myapp.cli.todo.errors import KubectlFailedError, KubectlUnavailableError, UnexpectedAnswerError

#: Seconds until a kubectl is given up. Generous, because a log-in may wait for a person in a browser; what is slow at
#: the API server ends earlier, by --request-timeout.
LONGEST_RUN = 300.0


class Kubectl:
    """A kubectl with global flags (`--context=...`) that every call repeats."""

    def __init__(self, flags: Sequence[str], *, longest_run: float = LONGEST_RUN) -> None:
        self._flags = tuple(flags)
        self._longest_run = longest_run

    def output(self, *arguments: str) -> str:
        """What kubectl prints. Its warnings reach the user's stderr; an error raises KubectlFailedError."""
        done = self._run(arguments, capture=True)
        if done.returncode != 0:
            raise KubectlFailedError(done.stderr, done.returncode)
        sys.stderr.write(done.stderr)
        return done.stdout

    def json(self, *arguments: str) -> dict[str, Any]:
        """What kubectl prints with `-o json`, as an object."""
        text = self.output(*arguments, "--output=json")
        try:
            answer = json.loads(text)
        except ValueError as error:
            raise UnexpectedAnswerError(f"kubectl {arguments[0]} printed no JSON ({error}): {text[:200]!r}") from error
        if not isinstance(answer, dict):
            raise UnexpectedAnswerError(
                f"kubectl {arguments[0]} printed a JSON {type(answer).__name__}, allowed is an object"
            )
        return answer

    def answer(self, *arguments: str) -> str:
        """What kubectl prints where its exit code is part of the answer (`auth can-i`); nothing printed is an error."""
        done = self._run(arguments, capture=True)
        if not done.stdout.strip():
            raise KubectlFailedError(done.stderr, done.returncode)
        return done.stdout.strip()

    def create(self, manifest: dict[str, Any]) -> dict[str, Any]:
        """Creates one object and returns it as the API server stored it."""
        with _file(json.dumps(manifest)) as file:
            return self.json("create", f"--filename={file}")

    def show(self, *arguments: str) -> None:
        """Lets kubectl write to the user's own terminal."""
        sys.stdout.flush()
        done = self._run(arguments, capture=False)
        if done.returncode != 0:
            raise KubectlFailedError("", done.returncode)

    def _run(self, arguments: Sequence[str], *, capture: bool) -> subprocess.CompletedProcess[str]:
        command = [_kubectl(), *arguments, *self._flags]
        try:
            return subprocess.run(  # noqa: S603 - no shell; the arguments are the user's own, for the user's own kubectl
                command, capture_output=capture, text=True, check=False, timeout=self._longest_run
            )
        except subprocess.TimeoutExpired as error:
            raise KubectlUnavailableError(
                f"kubectl {arguments[0]} did not end within {self._longest_run:.0f} s and was stopped; "
                "try the same with kubectl alone: kubectl get todos"
            ) from error
        except OSError as error:
            raise KubectlUnavailableError(f"kubectl cannot be started: {error}") from error


def _kubectl() -> str:
    found = shutil.which("kubectl")
    if found is None:
        raise KubectlUnavailableError(
            f"kubectl is not on the PATH ({os.environ.get('PATH', '')}); see https://kubernetes.io/docs/tasks/tools/"
        )
    return found


@contextlib.contextmanager
def _file(content: str) -> Iterator[Path]:
    """A file that only this user can read. Not kubectl's stdin: a log-in plug-in may need the terminal there."""
    handle, name = tempfile.mkstemp(prefix="kubectl-todo-", suffix=".json")
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        yield path
    finally:
        path.unlink(missing_ok=True)
