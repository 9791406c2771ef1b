"""How often the API server is asked whether the operator may act as an account."""

import asyncio
from typing import Any

import pytest

from myapp.application.errors import ApiRefusedError
from myapp.domain.effect import Held
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.kube.account_secrets import AccountSecrets
from myapp.infrastructure.kube.kube_client import ApiAnswer
from myapp.infrastructure.kube.service_account import ServiceAccount

CALLER, OTHER = ServiceAccount("shop", "caller"), ServiceAccount("shop", "other")
REFUSED = ApiRefusedError('POST /x: 403 serviceaccounts "caller" is forbidden: cannot impersonate', 403)


class Client:
    """Answers once it is told to, and keeps as whom it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.refusal: ApiRefusedError | None = None
        self.answers = asyncio.Semaphore(0)

    async def request(self, _method: str, _path: str, *, body: object, acting_as: str) -> ApiAnswer:
        """KubeClient's."""
        assert body
        self.asked.append(acting_as)
        refusal = self.refusal
        await self.answers.acquire()
        if refusal is not None:
            raise refusal
        return ApiAnswer(201, {})


async def settle() -> None:
    """Until all who may go on have."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
def client() -> Client:
    """Of the test's own."""
    return Client()


@pytest.fixture
def secrets(client: Client) -> Any:  # noqa: ANN401 - over a client that stands in
    """What is tested."""
    return AccountSecrets(client)  # type: ignore[arg-type]


async def test_who_asks_meanwhile_shares_the_next_question(client: Client, secrets: AccountSecrets) -> None:
    """A hundred requests of one account at once cost two questions, and each is answered by one that began later."""
    asking = [asyncio.create_task(secrets.read(CALLER, ())) for _ in range(1)]
    await settle()
    asking += [asyncio.create_task(secrets.read(CALLER, ())) for _ in range(99)]
    await settle()
    assert client.asked == [CALLER.username]

    client.refusal = REFUSED  # taken away meanwhile
    client.answers.release()
    client.answers.release()
    first, *others = await asyncio.gather(*asking)

    assert client.asked == [CALLER.username] * 2
    assert first == {}
    assert all(isinstance(other, Held) and other.reason is Reason.AUTOMATION_NOT_ALLOWED for other in others)


async def test_another_account_is_another_question(client: Client, secrets: AccountSecrets) -> None:
    """And what was found once does not count later."""
    for _ in range(4):
        client.answers.release()
    await asyncio.gather(secrets.read(CALLER, ()), secrets.read(OTHER, ()))
    await secrets.read(CALLER, ())

    assert client.asked == [CALLER.username, OTHER.username, CALLER.username]
