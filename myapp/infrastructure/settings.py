"""The settings of the operator: environment variables ``MYAPP_*``, validated once, immutable afterwards."""

import os
import re
import socket
from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, DirectoryPath, Field, FilePath, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from myapp.domain.duration import parse_duration
from myapp.infrastructure.redis.redis_address import RedisAddress, RedisAddressError

_PREFIX = "MYAPP_"
_SET_FOR_SERVICES = re.compile(r"_(SERVICE|PORT|TCP|UDP)(_|$)")


class SettingsError(Exception):
    """A setting has a value that it cannot have; the message names the variable."""


def _from_go(value: object) -> object:
    return parse_duration(value) if isinstance(value, str) else value


def _from_commas(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Duration = Annotated[timedelta, BeforeValidator(_from_go)]
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_from_commas)]
Namespace = Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")]


class Settings(BaseSettings):
    """One attribute a variable: ``http_port`` is ``MYAPP_HTTP_PORT``. Durations are written as in Go (``10m``)."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True)

    namespaces: Annotated[tuple[Namespace, ...], NoDecode, BeforeValidator(_from_commas)] = ()
    """Comma-separated; empty means the whole cluster."""
    context: str | None = None
    """The context of the kubeconfig; unset means the pod's own access, else the current context."""
    http_host: str = "0.0.0.0"  # noqa: S104 - the kubelet and Prometheus reach a pod by its address
    http_port: Annotated[int, Field(ge=1, le=65535)] = 8080
    log_format: Literal["json", "console"] = "json"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    workers: Annotated[int, Field(ge=1, le=256)] = 32
    """How many todos are reconciled at once."""
    connections: Annotated[int, Field(ge=4, le=256)] = 20
    """How many connections to the API server are used for reads and writes, beside two for watches."""
    request_timeout: Annotated[Duration, Field(gt=timedelta(0))] = timedelta(seconds=10)
    resync_interval: Annotated[Duration, Field(ge=timedelta(seconds=1))] = timedelta(minutes=10)
    """How often everything is listed to make good what watches miss."""
    workflow_status_interval: Annotated[Duration, Field(ge=timedelta(milliseconds=100), le=timedelta(minutes=5))] = (
        timedelta(seconds=2)
    )
    """How often the status of a running workflow is written at most, while only its steps have moved."""
    recent_todos: Annotated[int, Field(ge=100)] = 20_000
    """How many unfinished todos are kept in memory whole."""
    leader_election: bool = False
    """Whether several replicas agree by a Lease on the one that works."""
    lease_namespace: str = ""
    """Where that Lease is; needed when there is leader election."""
    lease_name: str = "myapp"
    lease_duration: Annotated[Duration, Field(ge=timedelta(seconds=3))] = timedelta(seconds=15)
    """How long a leader that has gone silent is waited for."""
    lease_renew_deadline: Annotated[Duration, Field(ge=timedelta(seconds=2))] = timedelta(seconds=10)
    """When a leader that cannot renew its lease stops."""
    lease_retry_period: Annotated[Duration, Field(ge=timedelta(milliseconds=200))] = timedelta(seconds=2)
    """How often the lease is renewed, and how often the others look."""
    policies: DirectoryPath | None = None
    """The folder with the manifests of the admission policies as they were shipped; without it no decision counts."""
    guard_namespace: str = ""
    """Where the guard keeps, in a ConfigMap, what it has proven; empty means that it forgets it with the process."""
    guard_name: str = "myapp-guard"
    """The name of that ConfigMap."""
    identity: str = Field(default_factory=socket.gethostname)
    """Who holds the Lease, for people to read: the pod's name."""
    redis_url: str = ""
    """The server of the state cache; empty means that memory alone is used. May hold a user and a password."""
    redis_username: str = ""
    """The ACL user, if not in the URL."""
    redis_password_file: FilePath | None = None
    """The file with the password, read anew for each connection, so that it can be exchanged at any time."""
    redis_ca_file: FilePath | None = None
    """The authority that signed the server's certificate, where the system does not know it; for ``rediss://``."""
    redis_prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,62}$")] = "todo"
    """What all keys begin with: an ACL user may be limited to ``~PREFIX:*``."""
    redis_ttl: Annotated[Duration, Field(ge=timedelta(minutes=1), le=timedelta(days=30))] = timedelta(hours=24)
    """How long an entry is kept."""
    webhook_url_file: FilePath | None = None
    """The file with the address of the webhook, read anew for each request; unset means that there is none."""
    webhook_token_file: FilePath | None = None
    """The file with the bearer token for it, read anew for each request."""
    webhook_ca_file: FilePath | None = None
    """The authority that signed its certificate, where the system does not know it."""
    http_allowed_cidrs: Networks = ()
    """To where http actions may send although it is loopback, link-local, a metadata service or private."""
    http_denied_cidrs: Networks = ()
    """To where they may not. Of two networks that contain an address, the smaller one counts."""
    http_private_networks: bool = True
    """Whether they may send to private networks, as a cluster's own are."""
    http_max_requests: Annotated[int, Field(ge=1, le=4096)] = 256
    """How many requests of http actions are under way at once; they are shared fairly among namespaces."""
    http_max_timeout: Annotated[Duration, Field(ge=timedelta(seconds=1), le=timedelta(minutes=5))] = timedelta(
        minutes=5
    )
    """How long one of them may take, whatever its author asks for."""
    http_max_response_bytes: Annotated[int, Field(ge=1024, le=1024 * 1024)] = 256 * 1024
    """How large a body may be that expressions look at."""
    http_max_header_bytes: Annotated[int, Field(ge=1024, le=64 * 1024)] = 8 * 1024
    """How long one line of the headers of an answer may be."""
    cluster_name: Annotated[str, Field(pattern=r"^([A-Za-z0-9]([-A-Za-z0-9._]{0,61}[A-Za-z0-9])?)?$")] = ""
    """What the webhook is told of where a todo is; empty means the API server's host."""
    drain_timeout: Annotated[Duration, Field(ge=timedelta(0), le=timedelta(minutes=5))] = timedelta(seconds=15)
    """How long reconciles in hand may take after SIGTERM."""

    @model_validator(mode="after")
    def _lease_fits(self) -> Self:
        if self.leader_election and not self.lease_namespace:
            raise ValueError(f"{_PREFIX}LEASE_NAMESPACE: must be set when {_PREFIX}LEADER_ELECTION is true")
        if not self.lease_duration > self.lease_renew_deadline > self.lease_retry_period * 1.2:
            raise ValueError(
                f"{_PREFIX}LEASE_DURATION must be longer than {_PREFIX}LEASE_RENEW_DEADLINE, and that longer than 1.2"
                f" times {_PREFIX}LEASE_RETRY_PERIOD: found {self.lease_duration.total_seconds():g} s,"
                f" {self.lease_renew_deadline.total_seconds():g} s, {self.lease_retry_period.total_seconds():g} s"
            )
        return self

    @model_validator(mode="after")
    def _redis_fits(self) -> Self:
        self.redis_address()
        return self

    @model_validator(mode="after")
    def _webhook_fits(self) -> Self:
        for name in ("webhook_token_file", "webhook_ca_file"):
            if getattr(self, name) and self.webhook_url_file is None:
                raise ValueError(
                    f"{_PREFIX}{name.upper()} is set and {_PREFIX}WEBHOOK_URL_FILE is not: set both or none"
                )
        return self

    def redis_address(self) -> RedisAddress | None:
        """The server of the state cache and how to log in there; None where there is none."""
        if not self.redis_url:
            for name in ("redis_username", "redis_password_file", "redis_ca_file"):
                if getattr(self, name):
                    raise ValueError(f"{_PREFIX}{name.upper()} is set and {_PREFIX}REDIS_URL is not: set both or none")
            return None
        try:
            address = RedisAddress.parse(self.redis_url)
        except RedisAddressError as error:
            raise ValueError(f"{_PREFIX}REDIS_URL: {error} (it may hold a password, so it is not shown)") from None
        if address.password and self.redis_password_file:
            raise ValueError(f"{_PREFIX}REDIS_PASSWORD_FILE is set, and {_PREFIX}REDIS_URL has a password: use one")
        if self.redis_ca_file and not address.tls:
            raise ValueError(f"{_PREFIX}REDIS_CA_FILE is set, and {_PREFIX}REDIS_URL does not begin with rediss://")
        return replace(
            address,
            username=self.redis_username or address.username,
            password_file=self.redis_password_file,
            ca_file=self.redis_ca_file,
        )

    @classmethod
    def load(cls) -> "Settings":
        """Read the environment. Raises SettingsError, which names every variable that does not fit."""
        try:
            return cls()
        except ValidationError as error:
            raise SettingsError("; ".join(_told(problem) for problem in error.errors())) from error


def unknown_variables() -> list[str]:
    """Variables that look like settings and are none; those that Kubernetes sets for Services are left out."""
    known = {f"{_PREFIX}{name.upper()}" for name in Settings.model_fields}
    found = {name for name in os.environ if name.startswith(_PREFIX) and not _SET_FOR_SERVICES.search(name)}
    return sorted(found - known)


def _told(problem: ErrorDetails) -> str:
    if not problem["loc"]:
        return problem["msg"].removeprefix("Value error, ")
    variable = _PREFIX + "_".join(map(str, problem["loc"])).upper()
    return f"{variable}: found {problem['input']!r}: {problem['msg']}"
