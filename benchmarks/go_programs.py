"""Builds the benchmarks' two Go programs into the user's cache folder, once per state of their sources.

The compiler, its installation where there is none, and the progress line are the local cluster's.
"""

import hashlib
import os
import platform
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from rich.console import Console

from deploy.local.build_progress import BuildProgress
from deploy.local.cache import cache_folder
from deploy.local.errors import BinariesError
from deploy.local.go_command import explain_failure
from deploy.local.toolchain import Toolchain, find_toolchain

MODULES = Path(__file__).parent
LOADGEN = "loadgen"
YARDSTICK = "yardstick"
FLAGS = ("-trimpath", "-ldflags=-s -w", "-buildvcs=false")
BUILD_TIMEOUT = 1800.0


def provide_program(name: str, console: Console) -> Path:
    """The program of the module `benchmarks/NAME`, built unless the cache has it.

    Raises BinariesError: no compiler, no network, no space, or it does not compile.
    """
    sources = sorted(path for path in (MODULES / name).iterdir() if path.suffix in {".go", ".mod", ".sum"})
    digest = hashlib.sha256(f"{platform.system()} {platform.machine()} {FLAGS}".encode())
    for source in sources:
        digest.update(source.read_bytes())
    program = cache_folder() / "benchmarks" / f"{name}-{digest.hexdigest()[:12]}"
    if not program.is_file():
        program.parent.mkdir(exist_ok=True)
        _build(MODULES / name, program, console)
    return program


def _build(module: Path, program: Path, console: Console) -> None:
    toolchain = find_toolchain(_go_version(module), cache_folder(), console.print)
    with tempfile.TemporaryDirectory(dir=program.parent) as folder, BuildProgress(console) as progress:
        progress.begin(f"building {module.name} with {toolchain.description}")
        output = Path(folder) / program.name
        _run_go(toolchain, module, output, progress)
        output.rename(program)
    if toolchain.scratch:
        shutil.rmtree(toolchain.scratch, ignore_errors=True)


def _run_go(toolchain: Toolchain, module: Path, output: Path, progress: BuildProgress) -> None:
    environment = {
        **os.environ,
        "CGO_ENABLED": "0",
        "GOFLAGS": "-mod=readonly -modcacherw",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        **toolchain.environment,
    }
    command = [str(toolchain.go), "build", "-v", *FLAGS, "-o", str(output), "."]
    said: list[str] = []
    with subprocess.Popen(
        command, cwd=module, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            for line in process.stderr or ():
                said.append(line)
                progress.advance(line.strip())
            code = process.wait(BUILD_TIMEOUT)
        finally:
            process.kill()
    if code != 0:
        raise BinariesError(f"{module} could not be built: {explain_failure(''.join(said[-20:]), module.name)}")


def _go_version(module: Path) -> tuple[int, ...]:
    match = re.search(r"^go (\S+)$", (module / "go.mod").read_text(), re.MULTILINE)
    if match is None:
        raise BinariesError(f"{module / 'go.mod'} names no Go version")
    return tuple(int(part) for part in match[1].split("."))
