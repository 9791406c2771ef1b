"""The action ``http``: a request is sent, or repeated until its answer says that something is done."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from myapp.domain.actions.http import (
    FORBIDDEN_HEADERS,
    HEADER_NAME,
    HEADER_VALUE,
    LONGEST_TIMEOUT,
    SHORTEST_POLL_INTERVAL,
    URL_FORM,
)
from myapp.domain.duration import parse_duration
from myapp.infrastructure.crd.field_types import DURATION_FORM, GO_DURATION, ObjectName
from myapp.infrastructure.crd.resource_model import ResourceModel
from myapp.infrastructure.crd.schema_extensions import CelRule, ExplainedText, UniqueItems, validations

MAX_EXPRESSION = 2048
"""Characters of a CEL expression."""
MAX_BODY = 64 * 1024
"""Characters of a request's body."""

_READS = "(!has(self.method) || self.method in ['GET', 'HEAD'])"

_URL = CelRule(
    rule=f"self.matches(r'{URL_FORM}')",
    message="must be an address such as https://example.com/path, without a user and password, which belong into a "
    "header with secretRef, and without a fragment",
)
_NAME_OF_A_HEADER = CelRule(rule=f'self.matches(r"{HEADER_NAME}")', message="must be the name of a header")
_TIMEOUT = CelRule(
    rule=f"self.matches(r'{GO_DURATION}') && duration(self) > duration('0s') && duration(self) <= duration('5m')",
    message=f"must be a duration above zero and of 5m at most, {DURATION_FORM}",
)
_POLL_INTERVAL = CelRule(
    rule=f"self.matches(r'{GO_DURATION}') && duration(self) >= duration('1s')",
    message=f"must be a duration of at least 1s, {DURATION_FORM}",
)
_SET_BY_THE_OPERATOR = CelRule(
    rule=f"!(self.name.lowerAscii() in [{', '.join(map(repr, FORBIDDEN_HEADERS))}])",
    message=f"the operator sets this header itself: not allowed are {', '.join(FORBIDDEN_HEADERS)}",
    field_path=".name",
)
_ONE_SOURCE = CelRule(
    rule="has(self.value) != has(self.secretRef)", message="exactly one of value and secretRef must be set"
)
_PREFIX_OF_A_SECRET = CelRule(
    rule="!has(self.prefix) || has(self.secretRef)", message="prefix goes with secretRef only", field_path=".prefix"
)
_READING_IS_REPEATED = CelRule(
    rule=f"!has(self.pollInterval) || {_READS}",
    message="pollInterval goes with the methods GET and HEAD only: others are not repeated",
    field_path=".pollInterval",
)
_READING_HAS_NO_BODY = CelRule(
    rule=f"!has(self.body) || !{_READS}", message="body does not go with the methods GET and HEAD", field_path=".body"
)
_AUTHORITIES_OF_TLS = CelRule(
    rule="!has(self.caSecretRef) || self.url.startsWith('https://')",
    message="caSecretRef goes with a url that begins with https:// only",
    field_path=".caSecretRef",
)


def _within_bounds(duration: str) -> str:
    if not 0 < parse_duration(duration).total_seconds() <= LONGEST_TIMEOUT.total_seconds():
        raise ValueError(_TIMEOUT.message)
    return duration


def _not_too_often(duration: str) -> str:
    if parse_duration(duration) < SHORTEST_POLL_INTERVAL:
        raise ValueError(_POLL_INTERVAL.message)
    return duration


Expression = Annotated[str, Field(min_length=1, max_length=MAX_EXPRESSION)]
Printable = Annotated[str, Field(pattern=HEADER_VALUE, max_length=4096)]
Timeout = Annotated[
    str, ExplainedText(pattern=GO_DURATION, max_length=32, rule=_TIMEOUT), AfterValidator(_within_bounds)
]
PollInterval = Annotated[
    str, ExplainedText(pattern=GO_DURATION, max_length=32, rule=_POLL_INTERVAL), AfterValidator(_not_too_often)
]


class SecretKey(ResourceModel):
    """A key of a Secret of the Todo's namespace."""

    name: ObjectName = Field(description="Name of the Secret, which the Todo's service account must be allowed to get.")
    key: Annotated[str, Field(pattern=r"^[-._A-Za-z0-9]+$", max_length=253)] = Field(description="Key in its data.")


class Header(ResourceModel):
    """One header of the request."""

    model_config = ConfigDict(json_schema_extra=validations(_SET_BY_THE_OPERATOR, _ONE_SOURCE, _PREFIX_OF_A_SECRET))

    name: Annotated[str, ExplainedText(pattern=HEADER_NAME, max_length=128, rule=_NAME_OF_A_HEADER)] = Field(
        description="Name of the header. Host, Idempotency-Key and those that say how a message is framed are the "
        "operator's."
    )
    value: Printable | None = Field(default=None, description="Its value. Everybody who may read the Todo sees it.")
    secret_ref: SecretKey | None = Field(
        default=None,
        description="Where its value is kept. It is read before each attempt, with the rights of serviceAccountName; "
        "where it is missing, the Todo waits (SecretNotFound).",
    )
    prefix: Printable | None = Field(
        default=None, description='What stands before the value that is kept in a Secret, such as "Bearer ".'
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        broken = {
            _SET_BY_THE_OPERATOR: self.name.lower() in FORBIDDEN_HEADERS,
            _ONE_SOURCE: (self.value is None) == (self.secret_ref is None),
            _PREFIX_OF_A_SECRET: self.prefix is not None and self.secret_ref is None,
        }
        for rule, is_broken in broken.items():
            if is_broken:
                raise ValueError(rule.message)
        return self


class Http(ResourceModel):
    """A request over HTTP."""

    model_config = ConfigDict(
        json_schema_extra=validations(_READING_IS_REPEATED, _READING_HAS_NO_BODY, _AUTHORITIES_OF_TLS)
    )

    url: Annotated[str, ExplainedText(pattern=URL_FORM, max_length=2048, rule=_URL)] = Field(
        description="Where the request goes: http or https. Addresses of the node, of link-local networks and of "
        "metadata services are refused, also where a name or a redirect leads to them; which others are, the "
        "operator's admin decides."
    )
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = Field(
        default="GET", description="The method of the request."
    )
    headers: Annotated[tuple[Header, ...], Field(max_length=32), UniqueItems(keys=("name",))] = Field(
        default=(),
        description="Headers of the request. Idempotency-Key is added to each request: the same for all that are sent "
        "in one attempt.",
    )
    body: Annotated[str, Field(max_length=MAX_BODY)] | None = Field(
        default=None,
        description="Body of the request. Without a header Content-Type it is sent as application/json if it is JSON, "
        "else as text/plain.",
    )
    timeout: Timeout = Field(
        default="30s",
        description="How long one request may take, with its redirects and the reading of its answer; 5m at most.",
    )
    success_when: Expression | None = Field(
        default=None,
        description="CEL expression over response (status, headers by their names in lower case, body, and json where "
        "the body is JSON): true means success. When not set, each status of 2xx does.",
    )
    failure_when: Expression | None = Field(
        default=None, description="CEL expression over response: true means failure, whatever successWhen says."
    )
    poll_interval: PollInterval | None = Field(
        default=None,
        description="Repeat a GET or HEAD so often until successWhen or failureWhen holds, or timeout of the Todo "
        "strikes; at least 1s. Answers in between, and none, are waited out. Not repeated when not set.",
    )
    idempotent: Annotated[bool, Field(strict=True)] = Field(
        default=False,
        description="Whether the receiver does a POST or PATCH once that it gets twice. Otherwise retry does not send "
        "it again where it may have been received.",
    )
    ca_secret_ref: SecretKey | None = Field(
        default=None,
        description="Where the PEM file of the authorities is kept that have signed the receiver's certificate, in "
        "place of the operator's own.",
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        reads = self.method in ("GET", "HEAD")
        broken = {
            _READING_IS_REPEATED: self.poll_interval is not None and not reads,
            _READING_HAS_NO_BODY: self.body is not None and reads,
            _AUTHORITIES_OF_TLS: self.ca_secret_ref is not None and not self.url.startswith("https://"),
        }
        for rule, is_broken in broken.items():
            if is_broken:
                raise ValueError(rule.message)
        return self
