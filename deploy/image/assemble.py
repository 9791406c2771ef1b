"""Puts together what the image adds to its base: the interpreter that runs this, its standard library, the packages.

Runs inside the image's build, so it needs the standard library alone. The interpreter is copied as it stands, with
the shared libraries that the base lacks; modules that an operator cannot use stay behind. Everything is compiled here:
at run time nothing may be written, and what is not compiled would be compiled anew at every start.
"""

import argparse
import compileall
import os
import py_compile
import re
import shutil
import struct
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

UNUSED_LIBRARY = (
    *("__pycache__", "site-packages", "dist-packages", "config-*", "EXTERNALLY-MANAGED"),
    *("test", "idlelib", "lib2to3", "tkinter", "turtle.py", "turtledemo", "ensurepip", "venv", "distutils"),
    *("pydoc_data", "curses", "dbm", "sqlite3", "xxlimited*", "_test*", "_xx*", "_ctypes_test*", "_tkinter*"),
    *("_curses*", "_dbm*", "_gdbm*", "_sqlite3*", "readline*", "nis.*", "ossaudiodev*", "_crypt*"),
)
"""Parts of the standard library that need a terminal, a compiler, a display or a database."""

UNUSED_PACKAGES = (
    *("__pycache__", "bin", "*.pyi", "*.pyx", "*.pxd", "*.pxi", "*.c", "*.h", "tests", "test_rest.py"),
    "CHANGELOG.md",
)
"""What packages bring along for compilers, type checkers, readers and their own tests.

Licences are in *.dist-info and stay.
"""

UNUSED_EXTENSIONS = ("ext_bindings.*.so", "ext_proto.*.so")
"""Libraries of expressions that `myapp.infrastructure.cel` does not offer; each has a C++ runtime of its own in it."""

GENERATED = ("kubernetes_asyncio/client/api", "kubernetes_asyncio/client/models")
"""The generated client, which `myapp.infrastructure.kube.kubeconfig_library` never imports."""

ELF_64_LITTLE_ENDIAN = b"\x7fELF\x02\x01"
SEGMENT_HEADER = 56
LIBRARY_LINE = re.compile(r"=> (/\S+) \(")
LAUNCHER = """\
#!{interpreter} -P
import sys

from myapp.cli.operator import main

sys.exit(main())
"""


def main() -> None:
    """Fill the output folder, which becomes one layer at the root of the image."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("packages", "base", "license", "output"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args()
    root: Path = options.output
    interpreter = Path(sys.executable).resolve()
    library = Path(sysconfig.get_path("stdlib"))

    copy_file(interpreter, root)
    shutil.copytree(library, inside(root, library), ignore=shutil.ignore_patterns(*UNUSED_LIBRARY), symlinks=True)
    packages = inside(root, Path("/usr/lib/myapp"))
    unused = shutil.ignore_patterns(*UNUSED_PACKAGES, *UNUSED_EXTENSIONS)
    shutil.copytree(options.packages, packages, ignore=unused)
    for generated in GENERATED:
        shutil.rmtree(packages / generated)
    programs = [interpreter, *root.rglob("*.so")]
    for path in sorted(shared_libraries(programs, options.base)):
        # Where the loader looks without being told: the base's list of further folders knows nothing of these.
        target = (
            path if path.is_relative_to("/lib") or path.is_relative_to("/usr/lib") else Path("/usr/lib") / path.name
        )
        copy_file(path, root, target)
    for program in programs[1:]:
        drop_unloaded(program)
    write_launcher(inside(root, Path("/usr/local/bin/myapp")), interpreter)
    shutil.copyfile(options.license, packages / "LICENSE")
    # The interpreter reads its search path from *.pth files in a folder that it looks into anyway.
    site = inside(root, Path(sysconfig.get_path("purelib")))
    site.mkdir(parents=True)
    (site / "myapp.pth").write_text("/usr/lib/myapp\n")
    compile_all(inside(root, library), packages)


def inside(root: Path, path: Path) -> Path:
    """Where an absolute path lies under the root."""
    return root / path.relative_to("/")


def copy_file(path: Path, root: Path, target: Path | None = None) -> None:
    """Copy a file to the same or another path under the root, following links: its name is what the loader asks for."""
    copy = inside(root, target or path)
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, copy)


def shared_libraries(programs: Iterable[Path], base: Path) -> set[Path]:
    """The libraries that the programs are loaded with and that neither they nor the base bring along."""
    loader = next(path for path in (*Path("/lib64").glob("ld-linux*"), *Path("/lib").glob("ld-linux*")))
    found: set[Path] = set()
    for program in programs:
        listed = subprocess.run([loader, "--list", program], capture_output=True, text=True, check=False, timeout=60)
        if "not found" in listed.stdout:
            raise SystemExit(f"{program} needs a library that this stage does not have:\n{listed.stdout}")
        found.update(Path(os.path.normpath(path)) for path in LIBRARY_LINE.findall(listed.stdout))
    in_base = {path.name for folder in ("lib", "usr/lib") for path in (base / folder).rglob("*.so*")}
    return {path for path in found if path.name not in in_base and is_systems(path)}


def is_systems(path: Path) -> bool:
    """Whether it is a library of the system or the interpreter, not one that a package carries in its own folder."""
    homes = (Path("/lib"), Path("/usr/lib"), Path(sys.base_prefix) / "lib")
    return any(path.is_relative_to(home) for home in homes) and "-packages" not in str(path)


def drop_unloaded(path: Path) -> None:
    """Cut off what the loader never reads of a shared library: debugging information and the names of its sections.

    Some wheels carry ten times their code of it. Segments, which come first in the file, are all that is loaded.
    """
    content = path.read_bytes()
    if content[:6] != ELF_64_LITTLE_ENDIAN:
        return
    table, count = struct.unpack_from("<Q", content, 32)[0], struct.unpack_from("<H", content, 56)[0]
    segments = [struct.unpack_from("<IIQQQQ", content, table + number * SEGMENT_HEADER) for number in range(count)]
    end = max(offset + size for _, _, offset, _, _, size in segments)
    header = bytearray(content[:end])
    struct.pack_into("<Q", header, 40, 0)  # where the sections are listed: nowhere any more
    struct.pack_into("<HHH", header, 58, 0, 0, 0)
    path.write_bytes(header)


def write_launcher(path: Path, interpreter: Path) -> None:
    """The command, which the kernel runs with the interpreter: no shell is needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(LAUNCHER.format(interpreter=interpreter))
    path.chmod(0o755)


def compile_all(library: Path, packages: Path) -> None:
    """Compile every module; the bytecode is never compared with its source, whose time a layer may not keep."""
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    for folder, shown in ((library, str(library)), (packages, "/usr/lib/myapp")):
        compiled = compileall.compile_dir(
            folder, quiet=1, maxlevels=20, workers=0, invalidation_mode=unchecked, ddir=shown
        )
        if not compiled:
            raise SystemExit(f"not every module in {folder} could be compiled")


if __name__ == "__main__":
    main()
