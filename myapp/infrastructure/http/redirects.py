"""Where a redirect leads, and what may be sent there.

Each target passes the same checks of its address as the first one did. Whatever the author has put into headers is for
the author's server: another one gets only what describes the body.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

from yarl import URL

from myapp.domain.actions.http import Method

MOST_REDIRECTS = 5
_REPEATED = frozenset({HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT})
_REDIRECTS = _REPEATED | {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER}
_READING = frozenset({Method.GET, Method.HEAD})
_FOR_EVERYBODY = frozenset({"accept", "accept-language", "content-type", "user-agent", "idempotency-key"})


class RedirectError(Exception):
    """A redirect that is not followed; the message says why."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One request on the way."""

    method: Method
    url: URL
    headers: Mapping[str, str]
    body: bytes | None

    @property
    def origin(self) -> str:
        """Whom it goes to, for messages: without path, user or password."""
        return origin_of(self.url)

    def processed_by(self, status: int) -> bool:
        """Whether the status says that the request was taken, and that its outcome is to be read elsewhere."""
        return status in _REDIRECTS - _REPEATED and self.method not in _READING

    def next(self, status: int, location: str | None) -> "Hop | None":
        """What follows an answer; None where it is no redirect. Raises RedirectError."""
        if status not in _REDIRECTS or location is None:
            return None
        url = self._target(location)
        hop = replace(self, url=url)
        if origin_of(url) != self.origin:
            kept = {name: value for name, value in self.headers.items() if name.lower() in _FOR_EVERYBODY}
            hop = replace(hop, headers=kept)
        if status in _REPEATED or self.method in _READING:
            return hop
        kept = {name: value for name, value in hop.headers.items() if name.lower() != "content-type"}
        return replace(hop, method=Method.GET, body=None, headers=kept)

    def _target(self, location: str) -> URL:
        try:
            url = self.url.join(URL(location)).with_user(None).with_fragment(None)
            host, port = url.host, url.port
        except ValueError:
            raise RedirectError(f"{self.origin} redirects to what is no address") from None
        if url.scheme not in ("http", "https") or not host or not port:
            raise RedirectError(
                f"{self.origin} redirects to {url.scheme or 'nowhere'}: only http and https are followed"
            )
        if self.url.scheme == "https" and url.scheme == "http":
            raise RedirectError(f"{self.origin} redirects to {origin_of(url)}: from https to http is not followed")
        return url


def origin_of(url: URL) -> str:
    """Scheme, host and port."""
    host = f"[{url.host}]" if url.host and ":" in url.host else url.host
    return f"{url.scheme}://{host}" + ("" if url.is_default_port() else f":{url.port}")
