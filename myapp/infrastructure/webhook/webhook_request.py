"""One request to the webhook, and what its answer means. It deliberately does not retry."""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Literal

import aiohttp

from myapp.infrastructure.webhook.cloud_event import CONTENT_TYPE
from myapp.infrastructure.webhook.webhook_files import WebhookFileError, WebhookFiles

_ANSWER_READ = 16_384
_LONGEST_PAUSE = 300
#: What is wrong with this very message, so that sending it again changes nothing. All else may be cured, by
#: the receiver or by whoever exchanges the address or the token.
_ABOUT_THE_MESSAGE = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)


@dataclass(frozen=True, slots=True)
class Answer:
    """How it went."""

    result: Literal["delivered", "refused", "failed"]
    code: str
    """The HTTP status, or ``error`` where there was none."""
    why: str = ""
    """For people, without a secret; empty where it was delivered."""
    pause: timedelta | None = None
    """What the receiver asked for."""


async def send(session: aiohttp.ClientSession, files: WebhookFiles, body: bytes) -> Answer:
    """Post one event to where the files say now. Redirects are not followed: a secret goes where it was meant to go."""
    try:
        target = files.read()
    except WebhookFileError as error:
        return Answer("failed", "error", str(error))
    headers = {**target.headers, "Content-Type": CONTENT_TYPE}
    try:
        async with session.post(
            target.url, data=body, headers=headers, ssl=target.trust, allow_redirects=False
        ) as response:
            await response.content.read(_ANSWER_READ)
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
        # Its text may quote the address: only the kind of the error is told.
        return Answer("failed", "error", f"no answer from {target} ({type(error).__name__})")
    code = response.status
    if code < HTTPStatus.MULTIPLE_CHOICES:
        return Answer("delivered", str(code))
    why = f"{target} answers {code}"
    if code in _ABOUT_THE_MESSAGE:
        return Answer("refused", str(code), why)
    after = response.headers.get("Retry-After", "")
    pause = timedelta(seconds=min(int(after[:9]), _LONGEST_PAUSE)) if after.isdecimal() else None
    return Answer("failed", str(code), why, pause)
