"""Cluster folders: one owner at a time, and what a dead owner left is removed by the next."""

import os
from pathlib import Path

import pytest

from deploy.local.errors import ClusterExistsError, LocalClusterError
from deploy.local.state import ClusterRecord, ClusterState, list_clusters


def test_folder_is_held_by_one(state_folder: Path) -> None:
    """While one holds the folder a second claim fails; afterwards it succeeds and finds it empty."""
    state = ClusterState("one")
    assert not state.is_held()
    lock = state.claim()
    state.write_record(ClusterRecord("one", os.getpid(), "ready"))
    assert state.is_held()
    with pytest.raises(ClusterExistsError):
        ClusterState("one").claim()
    os.close(lock)

    assert not state.is_held()
    lock = state.claim()
    assert list((state_folder / "one").iterdir()) == []
    os.close(lock)


def test_left_over_folder_is_reaped_but_a_live_one_is_not(state_folder: Path) -> None:
    """Reaping removes a folder without owner, never one with; the last one takes the parent folder along."""
    live, dead = ClusterState("live"), ClusterState("dead")
    lock = live.claim()
    os.close(dead.claim())
    assert [state.name for state in list_clusters()] == ["dead", "live"]
    assert dead.reap_if_dead()
    assert not live.reap_if_dead()
    assert [state.name for state in list_clusters()] == ["live"]
    os.close(lock)
    assert live.reap_if_dead()
    assert not state_folder.exists()


def test_record_round_trip(state_folder: Path) -> None:
    """What a supervisor writes is what others read; before that there is nothing."""
    state = ClusterState("written")
    assert state.read_record() is None
    lock = state.claim()
    record = ClusterRecord("written", 42, "failed", "https://127.0.0.1:1", "v1.36.3", "etcd ended")
    state.write_record(record)
    assert ClusterState("written").read_record() == record
    assert (state_folder / "written" / "cluster.json").stat().st_mode & 0o077 == 0
    os.close(lock)


@pytest.mark.parametrize("name", ["", "..", "a/b", "-a", "a-", "Big", "x" * 41])
def test_name_must_be_a_label(name: str) -> None:
    """Names become folder names: nothing that could lead elsewhere is allowed."""
    with pytest.raises(LocalClusterError, match="is not allowed"):
        ClusterState(name)
