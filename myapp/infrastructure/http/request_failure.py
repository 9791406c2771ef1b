"""Why a request came to no answer, told apart by whether it may have been received, and without what it held.

The library's own messages are not repeated: they may quote a header.
"""

import ssl
from collections.abc import Iterator
from typing import TypeVar

import aiohttp

from myapp.domain.effect import FailureKind
from myapp.domain.todo_phase import Reason
from myapp.infrastructure.http.address_guard import ForbiddenAddressError
from myapp.infrastructure.http.exchange import NoAnswer

_Error = TypeVar("_Error", bound=BaseException)
_NO_HTTP = (aiohttp.ClientResponseError, aiohttp.ClientPayloadError)
#: UnicodeError is a name with a label that DNS does not know.
_NO_ADDRESS = (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError, UnicodeError)


def failure_of(error: Exception, origin: str, *, sent: bool, redirected: bool) -> NoAnswer:
    """What has become of a request to ``origin``; ``redirected`` if another server has sent it there."""
    forbidden = _among(error, ForbiddenAddressError)
    if forbidden is not None:
        message = f"{origin} is not asked: {forbidden}"
        return NoAnswer(Reason.ADDRESS_NOT_ALLOWED, message, FailureKind.FAILURE, final=True)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        message = f"the name in {origin} cannot be resolved: {_words(error.os_error)}"
        return NoAnswer(Reason.NAME_NOT_RESOLVED, message, received=redirected)
    return _of_tls(error, origin, sent=sent) or _of_connection(error, origin, sent=sent)


def _of_tls(error: Exception, origin: str, *, sent: bool) -> NoAnswer | None:
    trouble = _among(error, ssl.SSLError)
    if trouble is None:
        return None
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return NoAnswer(Reason.TLS_FAILED, f"the certificate of {origin} is not trusted: {trouble.verify_message}")
    message = f"no secure connection to {origin}: {trouble.reason or 'the handshake failed'}"
    return NoAnswer(Reason.TLS_FAILED, message, received=sent)


def _of_connection(error: Exception, origin: str, *, sent: bool) -> NoAnswer:
    if isinstance(error, _NO_ADDRESS):
        return NoAnswer(Reason.ADDRESS_NOT_ALLOWED, f"{origin} is no address", FailureKind.FAILURE, final=True)
    if isinstance(error, _NO_HTTP):
        return NoAnswer(Reason.INVALID_RESPONSE, f"{origin} answers in no valid HTTP", received=True)
    if not sent:
        return NoAnswer(Reason.CONNECTION_FAILED, f"no connection to {origin}: {_words(error)}")
    return NoAnswer(Reason.CONNECTION_FAILED, f"the connection to {origin} broke before the answer", received=True)


def _words(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "it takes too long"
    found = _among(error, OSError)
    return (found.strerror if found is not None else None) or type(error).__name__


def _among(error: BaseException, kind: type[_Error]) -> _Error | None:
    """The first error of a kind among an error and what caused it."""
    return next((cause for cause in _causes(error) if isinstance(cause, kind)), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        for inner in (getattr(error, "os_error", None), getattr(error, "certificate_error", None)):
            if isinstance(inner, BaseException):
                yield inner
        yield error
        error = error.__cause__
