"""Where redirects lead, and what is sent along."""

import pytest
from yarl import URL

from myapp.domain.actions.http import Method
from myapp.infrastructure.http.redirects import Hop, RedirectError

HEADERS = {"Authorization": "secret", "X-Api-Key": "secret", "Content-Type": "text/plain", "Idempotency-Key": "k"}


def hop(method: Method = Method.POST, url: str = "https://a.example/x") -> Hop:
    """The first request."""
    return Hop(method, URL(url), HEADERS, b"body")


@pytest.mark.parametrize("status", [200, 300, 304, 305, 404])
def test_no_redirect(status: int) -> None:
    """An answer like others."""
    assert hop().next(status, "/y") is None
    assert hop().next(302, None) is None


def test_same_origin() -> None:
    """The server that knows the credentials gets them again; 307 repeats the request, 303 asks for its result."""
    repeated = hop().next(307, "/y")
    assert repeated == Hop(Method.POST, URL("https://a.example/y"), HEADERS, b"body")
    asked = hop().next(303, "y")
    kept = {name: value for name, value in HEADERS.items() if name != "Content-Type"}
    assert asked == Hop(Method.GET, URL("https://a.example/y"), kept, None)


@pytest.mark.parametrize(
    "location", ["https://b.example/", "https://a.example:444/", "//b.example/", "https://user:pw@b.example/"]
)
def test_another_origin(location: str) -> None:
    """It gets no header that may be a credential, and none comes back later."""
    there = hop().next(308, location)
    assert there is not None
    assert there.headers == {"Content-Type": "text/plain", "Idempotency-Key": "k"}
    assert there.url.user is None
    back = there.next(308, "https://a.example/z")
    assert back is not None
    assert "Authorization" not in back.headers


@pytest.mark.parametrize("location", ["http://a.example/", "ftp://a.example/", "file:///etc/passwd", "http://[::x]/"])
def test_refused(location: str) -> None:
    """No way out of HTTP, nor out of TLS."""
    with pytest.raises(RedirectError, match=r"https://a\.example redirects to"):
        hop().next(302, location)
