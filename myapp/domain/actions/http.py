"""``http``: one request is sent, or repeated until its answer says that something is done.

How it is sent is the performer's; here is what its author may say about it, and when sending it again is safe.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Self

from myapp.domain.action_expressions import ActionExpressions
from myapp.domain.actions.action import ActiveView, Ended, Ongoing
from myapp.domain.actions.effect_progress import effect_progress
from myapp.domain.actions.unattended import Unattended
from myapp.domain.entry_fields import EntryFields
from myapp.domain.todo_phase import Reason

#: The name under which an expression finds the answer.
RESPONSE = "response"
DEFAULT_TIMEOUT = timedelta(seconds=30)
LONGEST_TIMEOUT = timedelta(minutes=5)
SHORTEST_POLL_INTERVAL = timedelta(seconds=1)
#: What the operator says itself, or what would change how the message is framed.
FORBIDDEN_HEADERS = (
    "accept-encoding", "connection", "content-length", "expect", "host", "idempotency-key", "keep-alive",
    "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
)  # fmt: skip
HEADER_NAME = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"
HEADER_VALUE = r"^[\t\x20-\x7e]*$"
_LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = rf"({_LABEL}([.]{_LABEL})*[.]?|\[[0-9A-Fa-f:.]+\])"
_PORT = "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
#: Credentials do not belong into an address, which everybody can read. Other scripts are written as DNS has them.
URL_FORM = rf"^https?://{_HOST}(:{_PORT})?([/?][^#\\\s]*)?$"


class Method(StrEnum):
    """The method of a request."""

    GET = "GET"
    HEAD = "HEAD"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"


_READING = frozenset({Method.GET, Method.HEAD})
#: Doing it twice may not be the same as doing it once.
_ONCE_ONLY = frozenset({Method.POST, Method.PATCH})


@dataclass(frozen=True, slots=True)
class SecretKey:
    """Where a secret is kept: a key of a Secret of the todo's namespace."""

    name: str
    key: str

    @classmethod
    def create_from_fields(cls, fields: EntryFields) -> Self:
        """Raises InvalidTodoError."""
        return cls(fields.text("name"), fields.text("key"))

    def __str__(self) -> str:
        return f"key {self.key} of Secret {self.name}"


@dataclass(frozen=True, slots=True)
class Header:
    """One header of the request: a fixed value, or ``value`` followed by what a Secret holds."""

    name: str
    value: str = ""
    secret: SecretKey | None = None


@dataclass(frozen=True, slots=True)
class Http(Unattended):
    """A request, and what tells that it has succeeded or failed."""

    url: str
    method: Method = Method.GET
    headers: tuple[Header, ...] = ()
    body: str | None = None
    timeout: timedelta = DEFAULT_TIMEOUT
    """Of one request, its redirects and the reading of its answer."""
    success_when: str = ""
    failure_when: str = ""
    poll_interval: timedelta | None = None
    idempotent: bool = False
    """Whether the receiver takes care that a POST or PATCH that it gets twice is done once."""
    ca: SecretKey | None = None
    """The authorities that are trusted, in place of the system's."""

    @classmethod
    def create_from_fields(cls, fields: EntryFields) -> Self:
        """Read ``spec.http``. Raises InvalidTodoError for what could not be sent whatever the receiver is like."""
        url, method = fields.text("url"), fields.choice("method", Method.GET)
        if not re.fullmatch(URL_FORM, url):
            raise fields.invalid("url", "an address such as https://example.com/path, without user and fragment")
        timeout = fields.duration("timeout") if fields.has("timeout") else DEFAULT_TIMEOUT
        interval = fields.duration("poll_interval")
        if timeout is None or not timedelta() < timeout <= LONGEST_TIMEOUT:
            raise fields.invalid("timeout", "a duration above zero, of 5m at most")
        if interval is not None and interval < SHORTEST_POLL_INTERVAL:
            raise fields.invalid("poll_interval", "a duration of at least 1s")
        if interval is not None and method not in _READING:
            raise fields.invalid("poll_interval", "nothing unless method is GET or HEAD: others are not repeated")
        if fields.has("body") and method in _READING:
            raise fields.invalid("body", f"nothing with method: {method}")
        if fields.has("ca_secret_ref") and not url.startswith("https://"):
            raise fields.invalid("ca_secret_ref", "nothing unless url begins with https://")
        return cls(
            url=url,
            method=method,
            headers=_headers(fields),
            body=fields.any_text("body"),
            timeout=timeout,
            success_when=fields.text("success_when") if fields.has("success_when") else "",
            failure_when=fields.text("failure_when") if fields.has("failure_when") else "",
            poll_interval=interval,
            idempotent=fields.flag("idempotent"),
            ca=SecretKey.create_from_fields(fields.within("ca_secret_ref")) if fields.has("ca_secret_ref") else None,
        )

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again where nobody can tell whether it was received."""
        return self.idempotent or self.method not in _ONCE_ONLY

    @property
    def expressions(self) -> ActionExpressions:
        """What is to be evaluated over the answer."""
        return ActionExpressions.create_from_texts(
            RESPONSE, {"spec.http.successWhen": self.success_when, "spec.http.failureWhen": self.failure_when}
        )

    @property
    def target(self) -> str:
        """Method and address, without the query, for messages."""
        return f"{self.method} {self.url.partition('?')[0]}"

    @property
    def secrets(self) -> tuple[SecretKey, ...]:
        """What it needs to know, each once."""
        needed = [header.secret for header in self.headers if header.secret is not None]
        return tuple(dict.fromkeys(needed if self.ca is None else [*needed, self.ca]))

    def progress(self, view: ActiveView) -> Ongoing | Ended:
        """What the performer reports; before that, what it is about to do."""
        if view.report is None and view.told is None:
            attempt = "" if view.attempt == 1 else f"attempt {view.attempt}: "
            return Ongoing(Reason.STARTING, f"{attempt}sends {self.target}")
        return effect_progress(view)


def _headers(fields: EntryFields) -> tuple[Header, ...]:
    headers: dict[str, Header] = {}
    for entry in fields.entries("headers"):
        name = entry.text("name")
        if not re.fullmatch(HEADER_NAME, name):
            raise entry.invalid("name", "the name of a header")
        if name.lower() in FORBIDDEN_HEADERS:
            raise entry.invalid("name", f"another header: the operator sets {name} itself")
        if name.lower() in headers:
            raise entry.invalid("name", "each header once, whatever its case")
        if entry.has("value") == entry.has("secret_ref"):
            raise entry.invalid("value", "exactly one of value and secretRef")
        if entry.has("prefix") and not entry.has("secret_ref"):
            raise entry.invalid("prefix", "nothing without secretRef")
        value = entry.any_text("prefix" if entry.has("secret_ref") else "value") or ""
        if not re.fullmatch(HEADER_VALUE, value):
            raise entry.invalid("value", "printable ASCII characters")
        secret = SecretKey.create_from_fields(entry.within("secret_ref")) if entry.has("secret_ref") else None
        headers[name.lower()] = Header(name, value, secret)
    return tuple(headers.values())
