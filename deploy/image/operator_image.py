"""The operator's image, built from the project's Dockerfile."""

import subprocess
import tempfile
from pathlib import Path

from rich.console import Console

from deploy.image.archives import content_key, provide_archive
from deploy.image.base_images import BUILDER, RUNTIME, provide_base
from deploy.image.builder import image_builder, save_and_forget
from deploy.image.requirements import require_build
from deploy.image.wheels import LOCK, provide_wheels
from deploy.local.errors import ImageError
from deploy.local.layout import PROJECT_ROOT
from deploy.local.node.buildah import Buildah
from myapp import __version__

DOCKERFILE = PROJECT_ROOT / "Dockerfile"
INPUTS = ("Dockerfile", ".dockerignore", "LICENSE", "deploy/image/assemble.py", "requirements/operator.lock", "myapp")
WHEELS = "/wheels"
PIP_CONF = f"[global]\nno-index = true\nfind-links = {WHEELS}\n"
GIT_TIMEOUT = 20.0


def build_operator_image(tag: str | None = None, console: Console | None = None) -> Path:
    """The docker archive of the image, under `tag` or `myapp:VERSION`; built only if anything in it has changed.

    Raises NodeError where images cannot be built, ImageError and BinariesError when something is missing.
    """
    require_build()
    name, console = tag or f"myapp:{__version__}", console or Console(stderr=True)
    revision = find_revision()
    key = content_key(_input_files(), name, revision, BUILDER.stored_name, RUNTIME.stored_name)
    return provide_archive(name, key, lambda archive: _build(name, revision, archive, console))


def find_revision() -> str:
    """The last commit that changed what the image is made of, `-dirty` when that is not committed."""
    commit = _git("log", "-1", "--format=%H", "--", *INPUTS)
    return f"{commit}-dirty" if commit and _git("status", "--porcelain", "--", *INPUTS) else commit or "unknown"


def _build(name: str, revision: str, archive: Path, console: Console) -> None:
    buildah = image_builder(console)
    for base in (BUILDER, RUNTIME):
        provide_base(buildah, base, console)
    wheels = provide_wheels()
    console.print(f"building {name} from {LOCK.name} and myapp/", highlight=False, markup=False, soft_wrap=True)
    with tempfile.TemporaryDirectory(prefix="myapp-image-") as folder:
        secret = Path(folder) / "pip.conf"
        secret.write_text(PIP_CONF)
        _bud(buildah, name, revision, secret, wheels)
    save_and_forget(buildah, name, archive)


def _bud(buildah: Buildah, name: str, revision: str, secret: Path, wheels: Path) -> None:
    buildah.run(
        "bud",
        "--pull-never",
        "--timestamp=0",
        f"--secret=id=pip.conf,src={secret}",
        f"--volume={wheels}:{WHEELS}:ro",
        f"--build-arg=VERSION={__version__}",
        f"--build-arg=REVISION={revision}",
        f"--file={DOCKERFILE}",
        f"--tag={name}",
        PROJECT_ROOT,
    )


def _input_files() -> list[Path]:
    paths = [PROJECT_ROOT / name for name in INPUTS]
    files = [path for folder in paths for path in (folder.rglob("*") if folder.is_dir() else (folder,))]
    return [path for path in files if path.is_file() and path.suffix != ".pyc"]


def _git(*arguments: str) -> str:
    """What git says; nothing outside a repository, as in a source archive."""
    try:
        completed = subprocess.run(
            ["git", *arguments], cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=GIT_TIMEOUT, check=False
        )
    except FileNotFoundError:
        return ""
    except subprocess.TimeoutExpired as error:
        raise ImageError(f"git did not answer in {GIT_TIMEOUT:.0f} s") from error
    return completed.stdout.strip() if completed.returncode == 0 else ""
