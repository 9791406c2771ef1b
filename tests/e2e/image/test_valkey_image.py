"""The stand-in for the image of the chart's bundled Redis: what the chart's start script needs of it."""

from pathlib import Path

import pytest

from deploy.image import build_valkey_image
from deploy.image.requirements import find_build_obstacle
from tests.e2e.image.container import Container
from tests.e2e.image.image_archive import ImageArchive

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("image")]

TAG = "docker.io/valkey/valkey:8.1-alpine"
SCRIPT = """
set -eu
echo -n swordfish | tr -d '\\r\\n' | sha256sum | cut -d ' ' -f 1
valkey-server --save '' --bind 127.0.0.1 --port 0 --unixsocket /run/valkey.sock >&2 &
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  if valkey-cli -s /run/valkey.sock ping; then exit 0; fi
  sleep 1
done
exit 1
"""
HASHED = "b9f195c5cc7ef6afadbfbc42892ad47d3b24c6bc94bb510c4564a90a14e8b799"


def test_it_serves(tmp_path: Path) -> None:
    """Under exactly the tag that was asked for, as the user that the real image has, on a read-only root."""
    if obstacle := find_build_obstacle():
        pytest.skip(obstacle)
    image = ImageArchive(build_valkey_image(TAG))
    assert image.names == [TAG]
    image.unpack(tmp_path / "root")
    folder = tmp_path / "container"
    folder.mkdir()
    container = Container(tmp_path / "root", image.config, folder, scratch=("/run",))

    ended = container.run("-c", SCRIPT, entrypoint=["sh"])

    assert (ended.returncode, ended.stdout.split()) == (0, [HASHED, "PONG"]), ended.stderr
    assert image.config["User"] == "999:1000"
    assert image.config["Cmd"] == ["valkey-server"]
