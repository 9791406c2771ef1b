"""An image with a shell under the name of a public one, for Jobs where no registry can be reached."""

from pathlib import Path

from rich.console import Console

from deploy.image.archives import content_key, provide_archive
from deploy.image.base_images import SHELL, provide_base
from deploy.image.builder import image_builder
from deploy.image.requirements import require_build


def build_shell_image(tag: str, console: Console | None = None) -> Path:
    """The docker archive of an image with busybox under exactly this tag; it runs as root unless a pod says otherwise.

    Raises NodeError where images cannot be built, ImageError and BinariesError when something is missing.
    """
    require_build()
    key, shown = content_key([], tag, SHELL.stored_name), console or Console(stderr=True)
    return provide_archive(tag, key, lambda archive: _save(tag, archive, shown))


def _save(tag: str, archive: Path, console: Console) -> None:
    buildah = image_builder(console)
    provide_base(buildah, SHELL, console)
    buildah.run("tag", SHELL.name, tag)
    buildah.save(tag, archive)
    buildah.run("rmi", tag)  # the name; the base keeps its own
