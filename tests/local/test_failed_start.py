"""A start that fails says why and leaves nothing. The components are fakes that fail as real ones do."""

from pathlib import Path

import pytest

from deploy.local import ClusterOptions, LocalCluster
from deploy.local.control_plane_binaries import ASSETS_VARIABLE
from deploy.local.errors import StartError
from deploy.local.ports import reserve_port
from tests.local.conftest import wait_until_nothing_is_left
from tests.local.fake_programs import write_program


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Components that do nothing, for ever."""
    folder = tmp_path / "assets"
    for name in ("etcd", "kube-apiserver", "kube-controller-manager"):
        write_program(folder / name, "#!/bin/sh\nexec sleep 100\n")
    monkeypatch.setenv(ASSETS_VARIABLE, str(folder))
    return folder


def test_component_that_ends_is_quoted(state_folder: Path, assets: Path) -> None:
    """The error names the component, its exit code and the last lines of its log."""
    write_program(assets / "kube-apiserver", "#!/bin/sh\necho first\necho 'E: cannot read the key' >&2\nexit 7\n")
    with pytest.raises(StartError) as raised:
        LocalCluster.start(ClusterOptions(name="fails", log_lines=1))
    assert str(raised.value) == (
        "kube-apiserver ended with exit code 7; the end of its log:\n    E: cannot read the key"
    )
    wait_until_nothing_is_left(state_folder, timeout=0.5)


def test_program_that_cannot_run_is_named(state_folder: Path, assets: Path) -> None:
    """A binary of another machine's kind, say, is an error that names the file."""
    (assets / "etcd").write_bytes(b"\x7fELF of another machine")
    with pytest.raises(StartError, match=r"Exec format error.*etcd"):
        LocalCluster.start(ClusterOptions(name="fails"))
    wait_until_nothing_is_left(state_folder, timeout=0.5)


@pytest.mark.usefixtures("assets")
def test_taken_port_is_named(state_folder: Path) -> None:
    """A port that the user asked for and that is taken ends the start with a way out."""
    with reserve_port() as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"port {port} on 127.0.0.1 is taken by another process; leave out --port"):
            LocalCluster.start(ClusterOptions(name="fails", port=port))
    wait_until_nothing_is_left(state_folder, timeout=0.5)
