"""Executables that stand in for Go and for the control plane, where the real ones would be slow or would not fail."""

from pathlib import Path

FAKE_GO = """\
#!/bin/sh
# Answers as `go` does to the three commands that a build uses; what it does is logged beside it.
echo "$1" >> "$(dirname "$0")/calls"
case "$1" in
  env) [ "$2" = GOVERSION ] && echo {version} || echo "{cache}" ;;
  list) echo one; echo two; echo three; echo four; echo 'go: downloading example.com/module v1.0.0' >&2 ;;
  build)
    {build}
    ;;
esac
"""

COMPILES = """\
while [ "$1" != "-o" ]; do shift; done
    {first}
    mkdir -p "$2"
    for program in server kube-apiserver kube-controller-manager; do
      echo "example.com/$program" >&2
      echo "built" > "$2/$program"
    done"""


def write_program(path: Path, script: str) -> Path:
    """Create an executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script)
    path.chmod(0o755)
    return path


def write_fake_go(folder: Path, *, build: str = COMPILES.format(first="true"), version: str = "go1.99.0") -> Path:
    """A `go` in `folder` whose `build` runs the given shell commands."""
    return write_program(folder / "go", FAKE_GO.format(version=version, cache=folder / "cache", build=build))


def calls_of(folder: Path) -> list[str]:
    """The commands that the fake `go` in `folder` was run with, in order."""
    log = folder / "calls"
    return log.read_text().split() if log.exists() else []
