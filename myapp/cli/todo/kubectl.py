"""Runs the user's own kubectl, with the user's own flags: the plug-in's one way to a cluster.

Whatever logs in there (client certificates, exec plug-ins, OIDC, impersonation) logs in here. Nothing is retried:
kubectl does what is safe to repeat.
"""

import contextlib
import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from myapp.cli.todo.errors import KubectlFailedError, KubectlUnavailableError, UnexpectedAnswerError

_KUBECTL = "kubectl"
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
        return self._object(arguments[0], self.output(*arguments, "--output=json"))

    def answer(self, *arguments: str) -> str:
        """What kubectl prints where its exit code is part of the answer (`auth can-i`); nothing printed is an error."""
        done = self._run(arguments, capture=True)
        if not done.stdout.strip():
            raise KubectlFailedError(done.stderr, done.returncode)
        return done.stdout.strip()

    def create(self, manifest: dict[str, Any]) -> dict[str, Any]:
        """Creates one object and returns it as the API server stored it."""
        return self._object("create", self._create(manifest, "--output=json"))

    def raw(self, path: str) -> dict[str, Any]:
        """What the API server answers to a GET, untouched: kubectl takes five times as long to read a long list."""
        return self._object("get", self.output("get", f"--raw={path}"))

    def review(self, manifests: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Asks the API server all these reviews (objects that are answered and not stored) in one kubectl."""
        content = {"apiVersion": "v1", "kind": "List", "items": list(manifests)}
        try:
            text = self._create(content, "--validate=false", "--output=json")
        except KubectlFailedError as failure:  # the same for each of them
            raise KubectlFailedError(failure.stderr.partition("\n")[0], failure.exit_code) from failure
        answers, decoder, position = [], json.JSONDecoder(), 0
        text = text.strip()
        try:
            while position < len(text):
                answer, position = decoder.raw_decode(text, position)
                position += len(text[position : position + 1])  # the line end between two
                answers.append(answer)
        except ValueError as error:
            raise UnexpectedAnswerError(f"kubectl create printed no JSON ({error}): {text[:200]!r}") from error
        if len(answers) != len(manifests):
            raise UnexpectedAnswerError(f"kubectl create answered {len(answers)} of {len(manifests)} reviews")
        return answers

    def lines(self, path: str, quiet: float) -> Iterator[str | None]:
        """The lines that a GET of a watch streams; None whenever none has come for `quiet` seconds."""
        command = [_KUBECTL, "get", f"--raw={path}", *self._flags, "--request-timeout=0"]
        with _starting(), subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603 - as in _run
            assert process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
            assert process.stderr is not None  # noqa: S101 - as above
            try:
                rest = b""
                while True:
                    if not select.select([process.stdout], [], [], quiet)[0]:
                        yield None
                        continue
                    read = os.read(process.stdout.fileno(), 1 << 16)
                    if not read:
                        break
                    *whole, rest = (rest + read).split(b"\n")
                    yield from (line.decode() for line in whole)
                if process.wait(self._longest_run):
                    raise KubectlFailedError(process.stderr.read().decode(), process.returncode)
            finally:
                process.kill()

    def show(self, *arguments: str) -> None:
        """Lets kubectl write to the user's own terminal."""
        sys.stdout.flush()
        done = self._run(arguments, capture=False)
        if done.returncode != 0:
            raise KubectlFailedError("", done.returncode)

    def stream(self, *arguments: str) -> None:
        """The same for what goes on for as long as it takes: no limit on a request, and none on kubectl."""
        sys.stdout.flush()
        with _starting():
            done = subprocess.run([_KUBECTL, *arguments, *self._flags, "--request-timeout=0"], check=False)  # noqa: S603 - as in _run
        if done.returncode != 0:
            raise KubectlFailedError("", done.returncode)

    @staticmethod
    def _object(command: str, text: str) -> dict[str, Any]:
        try:
            answer = json.loads(text)
        except ValueError as error:
            raise UnexpectedAnswerError(f"kubectl {command} printed no JSON ({error}): {text[:200]!r}") from error
        if not isinstance(answer, dict):
            raise UnexpectedAnswerError(
                f"kubectl {command} printed a JSON {type(answer).__name__}, allowed is an object"
            )
        return answer

    def create_and_show(self, manifest: dict[str, Any], *flags: str) -> None:
        """Creates one object and prints what kubectl says of it."""
        sys.stdout.write(self._create(manifest, *flags))

    def _create(self, manifest: dict[str, Any], *flags: str) -> str:
        """The user knows nothing of the file that the object is handed over in, so no error names it."""
        with _file(json.dumps(manifest)) as file:
            try:
                return self.output("create", f"--filename={file}", *flags)
            except KubectlFailedError as failure:
                told = failure.stderr.replace(f'error when creating "{file}": ', "").replace(f'"{file}": ', "")
                raise KubectlFailedError(told, failure.exit_code) from failure

    def _run(self, arguments: Sequence[str], *, capture: bool) -> subprocess.CompletedProcess[str]:
        command = [_KUBECTL, *arguments, *self._flags]
        try:
            with _starting():
                return subprocess.run(  # noqa: S603 - no shell; the arguments are the user's own, for the user's own kubectl
                    command, capture_output=capture, text=True, check=False, timeout=self._longest_run
                )
        except subprocess.TimeoutExpired as error:
            raise KubectlUnavailableError(
                f"kubectl {arguments[0]} did not end within {self._longest_run:.0f} s and was stopped; "
                "try the same with kubectl alone: kubectl get todos"
            ) from error


@contextlib.contextmanager
def _starting() -> Iterator[None]:
    """Explains why kubectl could not be started."""
    try:
        yield
    except FileNotFoundError as error:
        raise KubectlUnavailableError(
            f"kubectl is not on the PATH ({os.environ.get('PATH', '')}); see https://kubernetes.io/docs/tasks/tools/"
        ) from error
    except PermissionError as error:
        raise KubectlUnavailableError(f"kubectl cannot be started: {error}") from error


@contextlib.contextmanager
def _file(content: str) -> Iterator[Path]:
    """A file that only this user can read. Not kubectl's stdin: a log-in plug-in may need the terminal there."""
    import tempfile  # noqa: PLC0415 - imports a third of all that the rest needs, and whoever looks on needs no file

    handle, name = tempfile.mkstemp(prefix="kubectl-todo-", suffix=".json")
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        yield path
    finally:
        path.unlink(missing_ok=True)
