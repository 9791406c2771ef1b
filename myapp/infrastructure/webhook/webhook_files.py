"""Where the webhook is and how to be admitted there, as files of a mounted Secret.

They are read anew for each request, so that an exchanged address or token needs no restart. Whatever is wrong with them
is told without what they hold: the path of an address is often its secret.
"""

import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from yarl import URL

_NOT_IN_A_HEADER = re.compile(r"[^\x21-\x7e]")


class WebhookFileError(Exception):
    """A file cannot be used as it is now; the message names it and shows nothing of it."""


@dataclass(frozen=True, slots=True)
class WebhookTarget:
    """One request's address and credentials."""

    url: URL = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    trust: ssl.SSLContext

    def __str__(self) -> str:
        return f"{self.url.scheme}://{self.url.host}:{self.url.port}"


class WebhookFiles:
    """The files, by their paths."""

    def __init__(self, url: Path, token: Path | None = None, ca: Path | None = None) -> None:
        self._url = url
        self._token = token
        self._ca = ca
        self._trusted: tuple[str, ssl.SSLContext] | None = None

    def read(self) -> WebhookTarget:
        """What they say now. Raises WebhookFileError."""
        url = _address(_text(self._url), self._url)
        token = _text(self._token) if self._token is not None else ""
        if _NOT_IN_A_HEADER.search(token):
            raise WebhookFileError(f"{self._token}: a token is one word of visible ASCII characters")
        if token and url.user:
            raise WebhookFileError(f"{self._token}: a token, and {self._url} has a user: use one")
        return WebhookTarget(url, {"Authorization": f"Bearer {token}"} if token else {}, self._trust())

    def _trust(self) -> ssl.SSLContext:
        """Whom to trust: the system's authorities, or those of the file. Loaded when they have changed."""
        authorities = _text(self._ca) if self._ca is not None else ""
        if self._trusted is None or self._trusted[0] != authorities:
            try:
                context = ssl.create_default_context(cadata=authorities or None)
            except (ssl.SSLError, ValueError):
                raise WebhookFileError(f"{self._ca}: holds no certificates in PEM form") from None
            self._trusted = authorities, context
        return self._trusted[1]


def _text(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise WebhookFileError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise WebhookFileError(f"{path}: is no text") from None
    if not text:
        raise WebhookFileError(f"{path}: is empty")
    return text


def _address(text: str, path: Path) -> URL:
    try:
        url = URL(text)
        usable = url.scheme in ("https", "http") and bool(url.host) and bool(url.port) and not text.split()[1:]
    except ValueError:
        usable = False
    if not usable:
        raise WebhookFileError(
            f"{path}: holds no URL that begins with https:// or http:// (what it holds is not shown)"
        )
    return url
