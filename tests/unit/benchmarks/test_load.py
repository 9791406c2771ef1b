"""What is handed to the load generator, and how its words are understood. A script stands in for it."""

import base64
import stat
from pathlib import Path

import pytest
import yaml

from benchmarks.load import LoadError, LoadGenerator, LoadPlan


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Path:
    """An admin's kubeconfig as the local cluster writes it."""
    path = tmp_path / "kubeconfig"
    path.write_text(
        yaml.safe_dump(
            {
                "clusters": [
                    {"cluster": {"server": "https://127.0.0.1:1", "certificate-authority-data": _encode("authority")}}
                ],
                "users": [
                    {"user": {"client-certificate-data": _encode("certificate"), "client-key-data": _encode("key")}}
                ],
            }
        )
    )
    return path


def _encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _program(folder: Path, body: str) -> Path:
    path = folder / "loadgen"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o700)
    return path


def test_the_result_and_the_progress_are_read(tmp_path: Path, kubeconfig: Path) -> None:
    """Progress lines reach the caller while the file holds the result."""
    program = _program(
        tmp_path,
        'echo "loadgen: ended 3" >&2; echo "loadgen: ended 5" >&2; '
        f'echo "$@" > {tmp_path}/arguments; '
        'echo \'{"todos": 5, "seconds": 2.0, "create_seconds": 1.0, "cpu_seconds": 0.5, "ends": {"todo-0-0": 1.5}}\''
        f" > {tmp_path}/load.json",
    )
    seen: list[int] = []

    result = LoadGenerator(program, kubeconfig, tmp_path, connections=7).create(LoadPlan(5, chains_of=5), seen.append)

    assert (result.todos, result.seconds, result.ends) == (5, 2.0, {"todo-0-0": 1.5})
    assert seen == [3, 5]
    arguments = (tmp_path / "arguments").read_text().split()
    assert arguments[-1] == "create"
    assert "--action=wait" in arguments
    assert {"--connections=7", "--todos=5", "--chains-of=5", "--server=https://127.0.0.1:1"} <= set(arguments)


def test_statuses_are_patched_as_the_operator(tmp_path: Path, kubeconfig: Path) -> None:
    """The admission policies let nobody else."""
    result = '{"todos": 1, "seconds": 2.0, "cpu_seconds": 0.5}'
    program = _program(tmp_path, f"echo \"$@\" > {tmp_path}/arguments; echo '{result}' > {tmp_path}/load.json")

    LoadGenerator(program, kubeconfig, tmp_path, connections=1).patch()

    assert (tmp_path / "arguments").read_text().split()[-4:] == [
        "--as=system:serviceaccount:myapp-system:myapp",
        "--prefix=todo",
        "--most=0",
        "patch",
    ]


def test_credentials_are_for_nobody_else(tmp_path: Path, kubeconfig: Path) -> None:
    """The key is decoded into a file that only its owner can read."""
    LoadGenerator(Path("unused"), kubeconfig, tmp_path, connections=1)

    key = tmp_path / "key.pem"
    assert key.read_text() == "key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_its_last_words_are_the_error(tmp_path: Path, kubeconfig: Path) -> None:
    """What the load generator said last explains why there is no result."""
    program = _program(tmp_path, 'echo "loadgen: ended 1" >&2; echo "loadgen: watch ended: EOF" >&2; exit 1')

    with pytest.raises(LoadError, match="watch ended: EOF"):
        LoadGenerator(program, kubeconfig, tmp_path, connections=1).patch()
