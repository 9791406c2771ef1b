"""Images built by the real buildah: without a registry, without a daemon, and without a trace on the system."""

import shutil
import tarfile
import time
from pathlib import Path

import psutil
import pytest

from deploy.local import Buildah, ImageError, LocalCluster, provide_buildah
from deploy.local.node.requirements import find_obstacle
from deploy.local.tools import node_binaries

pytestmark = [pytest.mark.cluster, pytest.mark.node, pytest.mark.xdist_group("node"), pytest.mark.timeout(300)]

DOCKERFILE = """\
FROM scratch
COPY pause helm /
RUN ["/helm", "version"]
USER 65532
ENTRYPOINT ["/pause"]
"""
SYSTEM_FOLDERS = ("/etc/containers", "/var/lib/containers", "/run/containers", "/root/.config/containers")


@pytest.fixture
def buildah(tmp_path: Path) -> Buildah:
    """buildah with an empty storage."""
    if obstacle := find_obstacle():
        pytest.skip(obstacle)
    return provide_buildah(storage=tmp_path / "storage")


@pytest.fixture
def context(tmp_path: Path, helm: Path) -> Path:
    """A folder with a Dockerfile and what it copies."""
    folder = tmp_path / "context"
    folder.mkdir()
    (folder / "Dockerfile").write_text(DOCKERFILE)
    shutil.copy(node_binaries()["pause"], folder)
    shutil.copy(helm, folder)
    return folder


def test_image_is_built_saved_and_loaded(
    buildah: Buildah, context: Path, tmp_path: Path, node_cluster: LocalCluster
) -> None:
    """A Dockerfile becomes an image, an archive, and an image that the node has; the system sees nothing of it."""
    before = [folder for folder in SYSTEM_FOLDERS if Path(folder).exists()]
    buildah.run("bud", "--tag=localhost/built:test", ".", cwd=context)
    archive = tmp_path / "built.tar"
    for _ in range(2):
        buildah.save("localhost/built:test", archive)
    with tarfile.open(archive) as saved:
        assert "manifest.json" in saved.getnames()
    assert node_cluster.node.load(archive) == ["localhost/built:test"]
    assert "localhost/built:test" in node_cluster.node.images()
    assert [folder for folder in SYSTEM_FOLDERS if Path(folder).exists()] == before


def test_build_that_takes_too_long_is_ended_with_all_its_processes(buildah: Buildah, context: Path) -> None:
    """Neither buildah nor what a RUN started survives the time limit, and the next build works."""
    (context / "Dockerfile").write_text('FROM scratch\nCOPY pause /never-ending\nRUN ["/never-ending"]\n')
    with pytest.raises(ImageError, match=r"`buildah bud \.` did not end within 4 s"):
        buildah.run("bud", ".", cwd=context, timeout=4)
    deadline = time.monotonic() + 20
    while left := [process for process in psutil.process_iter(["name", "status"]) if _is_at_work(process)]:
        assert time.monotonic() < deadline, f"left over: {left}"
        time.sleep(0.1)
    (context / "Dockerfile").write_text("FROM scratch\nCOPY pause /pause\n")
    buildah.run("bud", ".", cwd=context)


def test_failed_build_shows_the_step(buildah: Buildah, context: Path) -> None:
    """The error names the command and quotes what buildah said."""
    (context / "Dockerfile").write_text("FROM scratch\nCOPY absent /\n")
    with pytest.raises(ImageError, match=r"`buildah bud \.` ended with \d+:(.|\n)*COPY absent"):
        buildah.run("bud", ".", cwd=context)


def _is_at_work(process: psutil.Process) -> bool:
    return bool(process.info["name"] == "never-ending" and process.info["status"] != psutil.STATUS_ZOMBIE)
