"""What stands in the place of a cache outside of the process where none is configured."""

import asyncio

from myapp.application.snapshot import Snapshot
from myapp.domain.todo_key import TodoKey


class MemoryOnly:
    """SnapshotCache that has nothing."""

    async def get(self, key: TodoKey, uid: str, version: str) -> Snapshot | None:  # noqa: ARG002 - the port's signature
        """Nothing."""
        return None

    def put(self, snapshot: Snapshot) -> None:
        """It is forgotten."""

    def drop(self, key: TodoKey, uid: str, version: str) -> None:
        """It was forgotten before."""

    async def run(self) -> None:
        """Do nothing until cancelled."""
        await asyncio.Event().wait()
