"""buildah with a storage of this package's own: between builds it holds the bases and nothing else.

The storage copies whole images, and the archive is what is wanted, so a built image is not kept in it.
"""

from pathlib import Path

from rich.console import Console

from deploy.local.cache import cache_folder
from deploy.local.node.buildah import Buildah, provide_buildah


def image_builder(console: Console) -> Buildah:
    """buildah, downloaded now if it is not in the cache. Raises NodeError, BinariesError."""
    return provide_buildah(console, cache_folder() / "image-bases")


def save_and_forget(buildah: Buildah, image: str, archive: Path) -> None:
    """Write the image to an archive and remove it, and the stages that it was built in, from the storage."""
    buildah.save(image, archive)
    buildah.run("rmi", image)
    buildah.run("rmi", "--prune")
