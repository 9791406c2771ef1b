"""A session of aiohttp that is open while a client is: opened in the loop that uses it, closed with its connections."""

from abc import abstractmethod
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Self

import aiohttp


class ClientSession(AbstractAsyncContextManager["ClientSession"]):
    """Base of what sends requests; says how its session is made."""

    #: None before it is opened.
    _session: aiohttp.ClientSession | None = None

    @abstractmethod
    def _new_session(self) -> aiohttp.ClientSession:
        """Make the session, within a running loop."""

    async def __aenter__(self) -> Self:
        self._session = self._new_session()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
