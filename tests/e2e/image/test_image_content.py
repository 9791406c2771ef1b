"""What is in the operator's image, and what is not."""

import re
import stat

import pytest

from deploy.image import build_operator_image
from myapp import __version__
from tests.e2e.image.image_archive import ImageArchive

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("image")]

MEGABYTE = 1_000_000
SHELLS = {"sh", "bash", "dash", "ash", "busybox", "zsh", "rbash"}
TOOLS = {"pip", "pip3", "apt", "apt-get", "dpkg", "curl", "wget", "perl", "gcc"}
LEFT_OVER = re.compile(r"/pip[^/]*(/|\.conf$)|\.(whl|pyx|pyi)$|/tests?/|^build|cli/todo")
LABELS = {
    "org.opencontainers.image.title": "myapp",
    "org.opencontainers.image.licenses": "Apache-2.0",
    "org.opencontainers.image.version": __version__,
}


def test_configuration(image: ImageArchive) -> None:
    """A numeric user that is not root, the command with a default, and no health check beside the kubelet's."""
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", image.config["User"])
    assert (image.config["Entrypoint"], image.config["Cmd"]) == (["myapp"], ["run"])
    assert "Healthcheck" not in image.config
    assert f"docker.io/library/myapp:{__version__}" in image.names


def test_labels(image: ImageArchive) -> None:
    """Scanners and registries find out what it is and what commit it was made of."""
    labels = image.config["Labels"]

    assert {name: labels[name] for name in LABELS} == LABELS
    assert re.fullmatch(r"[0-9a-f]{40}(-dirty)?|unknown", labels["org.opencontainers.image.revision"])
    assert labels["org.opencontainers.image.source"].startswith("https://")
    assert labels["org.opencontainers.image.description"]


def test_no_shell_and_no_tools(image: ImageArchive) -> None:
    """Who breaks in finds nothing to go on with, and no program that lends rights."""
    names = {path.rpartition("/")[2] for path, entry in image.entries.items() if not entry.isdir()}

    assert names.isdisjoint(SHELLS | TOOLS)
    assert "python3.11" in names
    assert [path for path, entry in image.entries.items() if entry.mode & (stat.S_ISUID | stat.S_ISGID)] == []


def test_nothing_of_the_build_is_left(image: ImageArchive) -> None:
    """No settings of the builder's package index, no wheels, no tests, no sources for compilers."""
    paths = [
        path for path in image.entries if path.startswith(("usr/lib/myapp/", "usr/lib/python3.11/", "build", "etc/"))
    ]

    assert [
        path for path in paths if re.search(r"/pip[^/]*(/|\.conf$)|\.whl$|\.pyx$|\.pyi$|/tests?/|^build|cli/todo", path)
    ] == []
    assert "pip" not in str(image.config).lower()
    assert not any(name.startswith(("PIP_", "HTTP", "NO_PROXY")) for name in image.config["Env"])


def test_only_root_can_change_it(image: ImageArchive) -> None:
    """Also where somebody turns the read-only root file system off."""
    writable = [
        path
        for path, entry in image.entries.items()
        if not entry.issym() and not path.startswith(("home", "tmp", "var/tmp", "run/lock", "var/lock"))
        if entry.uid != 0 or entry.mode & stat.S_IWOTH
    ]

    assert writable == []


def test_everything_is_compiled(image: ImageArchive) -> None:
    """Nothing can be written at run time: a module without bytecode would be compiled at every start."""
    sources = [path for path in image.entries if path.startswith("usr/lib/") and path.endswith(".py")]
    uncompiled = []
    for path in sources:
        folder, _, name = path.rpartition("/")
        if f"{folder}/__pycache__/{name.removesuffix('.py')}.cpython-311.pyc" not in image.entries:
            uncompiled.append(path)

    assert len(sources) > 500
    assert uncompiled == []


def test_licences_come_along(image: ImageArchive) -> None:
    """The project's own, and for each package what its wheel brings."""
    assert "usr/lib/myapp/LICENSE" in image.entries
    assert any(re.match(r"usr/lib/myapp/aiohttp-.*\.dist-info/licenses/", path) for path in image.entries)


def test_size(image: ImageArchive) -> None:
    """Pulled in a second; docs/design/image.md says what it is made of."""
    unpacked = sum(entry.size for entry in image.entries.values())

    assert unpacked < 140 * MEGABYTE
    assert image.compressed_size() < 47 * MEGABYTE


def test_the_same_inputs_give_the_cached_image(image: ImageArchive) -> None:
    """A second build does nothing."""
    before = image.path.stat()

    assert build_operator_image() == image.path
    assert image.path.stat() == before


@pytest.mark.long
def test_the_same_inputs_give_the_same_layers(image: ImageArchive) -> None:
    """Built anew, byte for byte: what was changed by a commit can be told from the digests."""
    again = ImageArchive(build_operator_image("myapp:again"))

    assert again.path != image.path
    assert again.layers == image.layers
