"""Runs the Go compiler: what it says is passed on line by line, what it fails with is explained.

The environment is pinned as far as it changes the result; what the user has set for the network (GOPROXY, proxies,
certificates) stays.
"""

import errno
import os
import signal
import subprocess
import tempfile
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from deploy.local.build_recipe import BuildRecipe
from deploy.local.errors import BinariesError
from deploy.local.parent_death import die_with_parent
from deploy.local.toolchain import Toolchain

OUTPUT_LINES = 20
QUERY_TIMEOUT = 60.0
INTERRUPT_TIMEOUT = 10.0
NETWORK_SIGNS = (
    "dial tcp",
    "no such host",
    "i/o timeout",
    "connection refused",
    "TLS handshake",
    "proxyconnect",
    "network is unreachable",
    "module lookup disabled by GOPROXY=off",
)
FULL_DISK_SIGN = "no space left on device"
FULL_DISK = (
    "the disk became full during the build: {reason}\nMake about 6 GiB free, or move the caches with "
    "XDG_CACHE_HOME and GOCACHE; then try again: what is compiled already is kept"
)


class GoCommand:
    """The compiler in the folder of one recipe; its temporary files go to `scratch`."""

    def __init__(self, toolchain: Toolchain, recipe: BuildRecipe, scratch: Path) -> None:
        self._toolchain = toolchain
        self._recipe = recipe
        self._scratch = scratch
        self._environment = {
            **{name: value for name, value in os.environ.items() if name not in ("GOOS", "GOARCH", "GOROOT")},
            "CGO_ENABLED": "0",
            "GOFLAGS": "-mod=readonly -modcacherw",
            "GOTOOLCHAIN": "local",
            "GOWORK": "off",
            **toolchain.environment,
        }

    def build_cache(self) -> Path:
        """Where the compiler keeps its own results. Raises BinariesError."""
        try:
            completed = subprocess.run(
                [self._toolchain.go, "env", "GOCACHE"],
                cwd=self._recipe.folder,
                env=self._environment,
                capture_output=True,
                text=True,
                timeout=QUERY_TIMEOUT,
                check=True,
            )
        except subprocess.SubprocessError as error:
            raise BinariesError(f"{self._toolchain.description} does not work: {error}") from error
        return Path(completed.stdout.strip())

    def count_stale(self, packages: Sequence[str], heard: Callable[[str], None]) -> int:
        """How many packages a build would compile; downloads missing modules, naming each to `heard`.

        Raises BinariesError.
        """
        template = "{{if .Stale}}{{.ImportPath}}{{end}}"
        return len(self._run(["list", "-deps", "-f", template, *self._recipe.flags, *packages], heard).split())

    def build(self, packages: Sequence[str], output: Path, heard: Callable[[str], None]) -> None:
        """Build programs into the folder `output`, naming each package that is compiled to `heard`.

        Raises BinariesError.
        """
        self._run(["build", "-v", "-o", f"{output}{os.sep}", *self._recipe.flags, *packages], heard)

    def _run(self, arguments: list[str], heard: Callable[[str], None]) -> str:
        # No timeout: on a slow machine or line nobody can say how long is too long, and the user sees it move.
        last_lines: deque[str] = deque(maxlen=OUTPUT_LINES)
        with (
            tempfile.TemporaryFile("w+", dir=self._scratch) as output,
            subprocess.Popen(
                [self._toolchain.go, *arguments],
                cwd=self._recipe.folder,
                # Linking needs hundreds of megabytes of temporary files: more than /tmp has on many machines.
                env={**self._environment, "GOTMPDIR": str(self._scratch)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                process_group=0,
                preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509 - one prctl call, which takes no lock
            ) as process,
        ):
            try:
                for line in process.stderr or ():
                    last_lines.append(line)
                    heard(line.strip().removeprefix("go: "))
            except BaseException:
                _interrupt(process)
                raise
            if process.wait() != 0:
                raise BinariesError(explain_failure("".join(last_lines), self._recipe.title, self._recipe.alternative))
            output.seek(0)
            return output.read()


def _interrupt(process: subprocess.Popen[str]) -> None:
    # The whole group: the compilers that it runs, too.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(INTERRUPT_TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def explain_os_error(error: OSError) -> str:
    """What kept the build from running or from writing, and what to do about it."""
    if error.errno == errno.ENOSPC:
        return FULL_DISK.format(reason=error)
    return f"the programs cannot be built: {error}"


def explain_failure(output: str, title: str, alternative: str = "") -> str:
    """What the compiler's last words about building `title` mean and what to do about it, or to do without."""
    text = output.strip()
    if FULL_DISK_SIGN in text.lower():
        return FULL_DISK.format(reason=text.splitlines()[-1])
    if any(sign in text for sign in NETWORK_SIGNS):
        return (
            f"the Go modules cannot be downloaded:\n{text}\nThe first build needs the network once (or GOPROXY set to "
            f"a mirror that you can reach). {alternative}"
        ).rstrip()
    return f"{title} does not compile; the compiler's last lines:\n{text}\n{alternative}".rstrip()
