"""The image, built once for all tests, and containers of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.image import build_operator_image
from deploy.image.requirements import find_build_obstacle
from tests.e2e.image.container import Container
from tests.e2e.image.image_archive import ImageArchive


@pytest.fixture(scope="session")
def image() -> ImageArchive:
    """The operator's image; tests are skipped where it cannot be built."""
    if obstacle := find_build_obstacle():
        pytest.skip(obstacle)
    return ImageArchive(build_operator_image())


@pytest.fixture(scope="session")
def image_root(image: ImageArchive, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image's files, unpacked."""
    root = tmp_path_factory.mktemp("image") / "root"
    image.unpack(root)
    return root


@pytest.fixture
def container(image: ImageArchive, image_root: Path, tmp_path: Path) -> Callable[..., Container]:
    """Makes a container of the image; the arguments are those of `Container`."""

    def make(**options: object) -> Container:
        folder = tmp_path / "container"
        folder.mkdir()
        return Container(image_root, image.config, folder, **options)  # type: ignore[arg-type] # passed on

    return make
