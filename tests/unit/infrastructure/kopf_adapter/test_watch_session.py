"""Each request of kopf's says who we are at that moment, not who we were when it logged in."""

from dataclasses import dataclass

import aiohttp
import pytest

from myapp.application.errors import ApiUnavailableError
from myapp.infrastructure.kopf_adapter.watch_session import log_in
from tests.http_sink import HttpSink

TODOS = "/apis/todo.myapp.dev/v1alpha1/todos"


@dataclass
class _Access:
    server: str
    bearer: str

    def connector(self, connections: int) -> aiohttp.TCPConnector:
        return aiohttp.TCPConnector(limit=connections)

    async def authorization(self) -> dict[str, str]:
        if not self.bearer:
            raise ApiUnavailableError("there is no token")
        return {"Authorization": f"Bearer {self.bearer}"}


async def test_a_request_carries_the_token_of_its_moment() -> None:
    """A watch that is begun anew after hours does not learn by a 401 that its token has ended."""
    with HttpSink() as sink:
        access = _Access(f"http://127.0.0.1:{sink.port}", bearer="first")
        session = (await log_in(access, lambda: None, [TODOS])).aiohttp_session
        async with session:
            for token in ("first", "second"):
                access.bearer = token
                await (await session.get(access.server + TODOS)).read()
    assert [request.headers["authorization"] for request in sink.received] == ["Bearer first", "Bearer second"]


async def test_without_credentials_kopf_waits_and_tries_again() -> None:
    """What it takes for a broken connection, since all else would end it."""
    with HttpSink() as sink:
        access = _Access(f"http://127.0.0.1:{sink.port}", bearer="")
        async with (await log_in(access, lambda: None, [TODOS])).aiohttp_session as session:
            with pytest.raises(aiohttp.ClientConnectionError, match="there is no token"):
                await session.get(access.server + TODOS)
    assert sink.received == []
