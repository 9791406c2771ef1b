"""The bases that the Dockerfile names, put together from Debian's packages.

Each holds what the Dockerfile needs of the real one and stands under its name in a storage of our own, so that the same
Dockerfile takes the real ones wherever a registry is reached.
"""

import hashlib
import importlib.util
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from deploy.image.debian_packages import unpack_packages
from deploy.local.errors import ImageError
from deploy.local.node.buildah import Buildah

C_LIBRARY = ("base-files", "netbase", "tzdata", "ca-certificates", "libc6", "libgcc-s1", "libstdc++6", "libssl3")
PYTHON = ("python3.11-minimal", "libpython3.11-minimal", "libpython3.11-stdlib", "dash")
PYTHON_LIBRARIES = ("zlib1g", "libbz2-1.0", "libexpat1", "libffi8", "liblzma5", "libuuid1")
APPLETS = ("sh", "cat", "cut", "echo", "ls", "sha256sum", "sleep", "tr")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ACCOUNTS = {
    "passwd": "root:x:0:0:root:/root:/sbin/nologin\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n"
    "nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n",
    "group": "root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n",
}
NONROOT = 65532
DOCUMENTATION = ("usr/share/doc", "usr/share/man", "usr/share/lintian", "usr/share/info", "usr/share/common-licenses")
CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"


@dataclass(frozen=True, slots=True)
class BaseImage:
    """One base: its name in the Dockerfile, the packages in it, and what their installation would do besides."""

    name: str
    packages: tuple[str, ...]
    complete: Callable[[Path], None]
    user: str = "0"

    @property
    def stored_name(self) -> str:
        """Its own name in the storage, which changes with what it is made of."""
        recipe = " ".join((self.name, self.user, *self.packages)) + Path(__file__).read_text(encoding="utf-8")
        return f"localhost/stand-in:{hashlib.sha256(recipe.encode()).hexdigest()[:16]}"


def _complete_runtime(root: Path) -> None:
    for name, content in ACCOUNTS.items():
        (root / "etc" / name).write_text(content)
    home = root / "home" / "nonroot"
    home.mkdir(parents=True)
    for folder in (home, root / "home"):
        shutil.chown(folder, NONROOT, NONROOT)
    certificates = sorted((root / "usr/share/ca-certificates").rglob("*.crt"))
    bundle = root / CERTIFICATES
    bundle.parent.mkdir(parents=True, exist_ok=True)
    bundle.write_text("".join(path.read_text().rstrip("\n") + "\n" for path in certificates))
    for documentation in DOCUMENTATION:
        for path in (root / documentation).glob("*"):
            _keep_copyright_only(path)


def _keep_copyright_only(path: Path) -> None:
    for file in path.rglob("*") if path.is_dir() and not path.is_symlink() else (path,):
        if file.name != "copyright" and not (file.is_dir() and not file.is_symlink()):
            file.unlink()


def _complete_python(root: Path) -> None:
    _complete_runtime(root)
    for link, target in {"usr/bin/python3": "python3.11", "bin/sh": "dash"}.items():
        (root / link).unlink(missing_ok=True)
        (root / link).symlink_to(target)
    found = importlib.util.find_spec("pip")
    if found is None or found.origin is None:
        raise ImageError("this Python has no pip, which the image's build uses: `make` any target to set up .venv")
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(found.origin).parent, root / "usr/lib/python3/dist-packages/pip", ignore=ignore)


def _complete_shell(root: Path) -> None:
    _complete_runtime(root)
    for name in APPLETS:
        link = root / "bin" / name
        link.unlink(missing_ok=True)
        link.symlink_to("busybox")


RUNTIME = BaseImage("gcr.io/distroless/cc-debian12:nonroot", C_LIBRARY, _complete_runtime, user=str(NONROOT))
BUILDER = BaseImage(
    "docker.io/library/python:3.11-slim-bookworm", (*C_LIBRARY, *PYTHON, *PYTHON_LIBRARIES), _complete_python
)
SHELL = BaseImage("localhost/myapp-shell:12", (*C_LIBRARY, "busybox"), _complete_shell)
"""No stand-in, but the base of one: the image of a server whose start script needs a shell."""


def provide_base(buildah: Buildah, base: BaseImage, console: Console) -> None:
    """Have the base in the storage under the name that the Dockerfile asks for. Raises ImageError."""
    if not _is_stored(buildah, base.stored_name):
        text = f"putting together {base.name} from Debian's packages, once"
        console.print(text, highlight=False, markup=False, soft_wrap=True)
        with tempfile.TemporaryDirectory(prefix="myapp-base-") as folder:
            _make(buildah, base, Path(folder))
    buildah.run("tag", base.stored_name, base.name)


def _is_stored(buildah: Buildah, name: str) -> bool:
    try:
        buildah.run("inspect", "--type=image", "--format={{.FromImageID}}", name)
    except ImageError:
        return False
    return True


def _make(buildah: Buildah, base: BaseImage, folder: Path) -> None:
    context, scratch = folder / "context", folder / "scratch"
    root = context / "root"
    for created in (root, scratch):
        created.mkdir(parents=True)
    root.chmod(0o755)
    unpack_packages(base.packages, scratch, root)
    base.complete(root)
    (context / "Dockerfile").write_text(
        f"FROM scratch\nCOPY root/ /\nENV PATH={PATH} SSL_CERT_FILE=/{CERTIFICATES}\nUSER {base.user}\n"
    )
    buildah.run("bud", "--quiet", f"--tag={base.stored_name}", context)
