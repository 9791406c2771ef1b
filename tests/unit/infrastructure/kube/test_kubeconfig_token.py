"""A kubeconfig's token is read anew before it ends, and asked for no more often than that."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kubernetes_asyncio.config import kube_config

from myapp.infrastructure.kube.cluster_access import ClusterAccess
from myapp.infrastructure.kube.kubeconfig_token import SECONDS


@dataclass
class _Stopwatch:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


class _Kubeconfig:
    """The user's kubeconfig, with one user."""

    def __init__(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.file = file
        monkeypatch.setattr(kube_config, "KUBE_CONFIG_DEFAULT_LOCATION", str(file))

    def write(self, user: Mapping[str, Any]) -> None:
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "here",
            "contexts": [{"name": "here", "context": {"cluster": "here", "user": "me"}}],
            "clusters": [{"name": "here", "cluster": {"server": "http://127.0.0.1:1"}}],
            "users": [{"name": "me", "user": dict(user)}],
        }
        self.file.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def kubeconfig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Kubeconfig:
    return _Kubeconfig(tmp_path / "kubeconfig", monkeypatch)


async def _token(access: ClusterAccess) -> str:
    return (await access.authorization())["Authorization"]


async def test_a_token_file_is_read_once_a_minute(kubeconfig: _Kubeconfig, tmp_path: Path) -> None:
    """As long as the first token may still be used the file is left alone; then the new one is sent."""
    token, stopwatch = tmp_path / "token", _Stopwatch()
    token.write_text("first", encoding="utf-8")
    kubeconfig.write({"tokenFile": str(token)})
    access = await ClusterAccess.load("here", stopwatch)
    token.write_text("second", encoding="utf-8")
    stopwatch.now = SECONDS - 1
    assert await _token(access) == "Bearer first"
    stopwatch.now = SECONDS
    assert await _token(access) == "Bearer second"


async def test_a_token_that_cannot_be_read_stays_in_use(
    kubeconfig: _Kubeconfig, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It may be good for a while; the log says why, and a minute later it is tried again."""
    token, stopwatch = tmp_path / "token", _Stopwatch()
    token.write_text("first", encoding="utf-8")
    kubeconfig.write({"tokenFile": str(token)})
    access = await ClusterAccess.load("here", stopwatch)
    token.unlink()
    stopwatch.now = SECONDS
    with caplog.at_level(logging.WARNING):
        assert [await _token(access), await _token(access)] == ["Bearer first"] * 2
    (told,) = caplog.messages
    assert str(token) in told
    token.write_text("second", encoding="utf-8")
    stopwatch.now = 2 * SECONDS
    assert await _token(access) == "Bearer second"


@pytest.mark.parametrize(
    ("minutes", "runs"), [(60, 1), (2, 2)], ids=["good for an hour: not again", "good for two minutes: again"]
)
async def test_a_plug_in_is_run_when_its_answer_runs_out(
    kubeconfig: _Kubeconfig, tmp_path: Path, minutes: int, runs: int
) -> None:
    """Not every minute: it may take a second, or ask somebody."""
    counted, stopwatch = tmp_path / "runs", _Stopwatch()
    answer = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {
            "token": "from-plug-in",
            "expirationTimestamp": (datetime.now(UTC) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
    }
    script = f"echo run >> {counted}; echo '{json.dumps(answer)}'"
    kubeconfig.write(
        {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "sh", "args": ["-c", script]}}
    )
    access = await ClusterAccess.load("here", stopwatch)
    stopwatch.now = SECONDS
    assert await _token(access) == "Bearer from-plug-in"
    assert len(counted.read_text(encoding="utf-8").splitlines()) == runs
