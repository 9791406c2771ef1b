"""Reads a docker archive: the image's configuration, and every file of it."""

import gzip
import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import IO

from tests.api_server import JsonObject


class ImageArchive:
    """One image in one tar file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with tarfile.open(path) as archive:
            self._manifest = json.load(_member(archive, "manifest.json"))[0]
            self._image = json.load(_member(archive, self._manifest["Config"]))
        self.names: list[str] = self._manifest["RepoTags"]

    @property
    def config(self) -> JsonObject:
        """What containers of it start with."""
        config: JsonObject = self._image["config"]
        return config

    @property
    def layers(self) -> list[str]:
        """The digests of the layers' contents."""
        digests: list[str] = self._image["rootfs"]["diff_ids"]
        return digests

    @cached_property
    def entries(self) -> dict[str, tarfile.TarInfo]:
        """Every file by its path in the image, such as `usr/bin/python3.11`."""
        found: dict[str, tarfile.TarInfo] = {}
        for layer in self._layers():
            with tarfile.open(fileobj=layer) as content:
                found |= {entry.name.lstrip("./"): entry for entry in content}
        return found

    def compressed_size(self) -> int:
        """Bytes that a registry would store and a node would pull."""
        return sum(len(gzip.compress(layer.read(), compresslevel=6)) for layer in self._layers())

    def unpack(self, root: Path) -> None:
        """Lay the image's files into a folder, with their owners and modes."""
        root.mkdir()
        for layer in self._layers():
            with subprocess.Popen(["tar", "--extract", f"--directory={root}"], stdin=subprocess.PIPE) as tar:
                assert tar.stdin is not None
                shutil.copyfileobj(layer, tar.stdin)
            assert tar.returncode == 0

    def _layers(self) -> Iterator[IO[bytes]]:
        with tarfile.open(self.path) as archive:
            for name in self._manifest["Layers"]:
                yield _member(archive, name)


def _member(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    member = archive.extractfile(name)
    assert member is not None, name
    return member
