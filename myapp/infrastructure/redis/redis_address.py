"""Where the Redis server is and how to log in there. Nothing here is ever shown with a password."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

_PORT = 6379
_ALLOWED = (
    "redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE], the same with rediss:// for TLS, or "
    "redis+sentinel://[USER:PASSWORD@]HOST[:PORT][,HOST[:PORT]...]/PRIMARY[/DATABASE]"
)


class RedisAddressError(ValueError):
    """The URL is none of a Redis server; the message says what is wrong and does not repeat the URL."""


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """One server, or the primary that sentinels know by its name: then ``hosts`` are the sentinels."""

    hosts: tuple[tuple[str, int], ...]
    tls: bool = False
    primary: str = ""
    """The name of the primary; empty where there are no sentinels."""
    database: int = 0
    username: str = ""
    password: str = field(default="", repr=False)
    password_file: Path | None = None
    ca_file: Path | None = None

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read a URL. Raises RedisAddressError."""
        try:
            parts = urlsplit(url)
            netloc, path = parts.netloc, parts.path
        except ValueError:
            raise RedisAddressError(f"it is no URL; allowed is {_ALLOWED}") from None
        if parts.scheme not in ("redis", "rediss", "redis+sentinel"):
            raise RedisAddressError(f"its scheme is {parts.scheme[:20]!r}; allowed is {_ALLOWED}")
        if parts.query or parts.fragment:
            raise RedisAddressError(f"it has a query or a fragment; allowed is {_ALLOWED}")
        login, _, hosts = netloc.rpartition("@")
        username, _, password = login.partition(":")
        segments = [segment for segment in path.split("/") if segment]
        sentinel = parts.scheme == "redis+sentinel"
        if sentinel and not segments:
            raise RedisAddressError(f"it does not name the primary; allowed is {_ALLOWED}")
        primary = unquote(segments.pop(0)) if sentinel else ""
        if not sentinel and "," in hosts:
            raise RedisAddressError(f"it names several hosts; allowed is {_ALLOWED}")
        return cls(
            hosts=tuple(_host(host, 26379 if sentinel else _PORT) for host in hosts.split(",")),
            tls=parts.scheme == "rediss",
            primary=primary,
            database=_database(segments),
            username=unquote(username),
            password=unquote(password),
        )

    def __str__(self) -> str:
        hosts = ",".join(f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.hosts)
        return f"{self.primary} (sentinels {hosts})" if self.primary else hosts


def _host(text: str, port: int) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{text}")
        if parts.hostname and not parts.path:
            return parts.hostname, parts.port or port
    except ValueError:
        pass  # a port that is no number, or an address that is none
    raise RedisAddressError(f"a host or its port cannot be read; allowed is {_ALLOWED}")


def _database(segments: list[str]) -> int:
    if not segments:
        return 0
    if len(segments) > 1 or not segments[0].isdecimal():
        raise RedisAddressError(f"its database is no number; allowed is {_ALLOWED}")
    return int(segments[0])
