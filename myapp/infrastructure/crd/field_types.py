"""The scalar types that fields of the custom resources share: names, times, durations, and how long a message may be.

Every pattern means the same to the API server and CEL (RE2) and to pydantic (Rust); a property test of the CRDs holds
them to it. Durations stay strings here: the domain does the arithmetic.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.config import JsonDict
from pydantic_core import CoreSchema, core_schema

from myapp.infrastructure.crd.schema_extensions import CelRule, ExplainedText

MAX_NAME = 253
"""Characters of a name: a DNS-1123 subdomain."""

MAX_USERNAME = 512
"""Characters of a user or group name; the longest service account name has 339."""

MAX_MESSAGE = 2048
"""Characters of a message that the operator writes."""

MAX_COMMENT = 1024
"""Characters of what a person says about a decision."""

_SUBDOMAIN = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
_LABEL_VALUE = r"^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$"
_CAMEL_CASE = r"^[A-Z][A-Za-z0-9]*$"

# Each unit has its own limit of digits, so that no sum of what fits into 32 characters overflows a signed 64-bit count
# of nanoseconds (292 years), neither in CEL's duration() nor in Go.
GO_DURATION = (
    r"^([0-9]{1,5}(\.[0-9]{1,6})?h|[0-9]{1,7}(\.[0-9]{1,6})?m|[0-9]{1,9}(\.[0-9]{1,6})?s|[0-9]{1,9}(\.[0-9]{1,3})?ms)+$"
)
DURATION_FORM = "such as 90s, 15m, 1h30m or 72h (units h, m, s and ms; days are written as hours)"
_DURATION = CelRule(rule=f"self.matches(r'{GO_DURATION}')", message=f"must be a duration {DURATION_FORM}")
_POSITIVE_DURATION = CelRule(
    rule=f"self.matches(r'{GO_DURATION}') && duration(self) > duration('0s')",
    message=f"must be a duration above zero, {DURATION_FORM}",
)

# Years 1000 to 2999: Python has no year 0, and a shift to UTC must not leave year 9999. Microseconds, because Python
# would cut off the rest and compare two times differently from the API server.
_RFC_3339 = (
    r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[-+]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
_TIME_FORM = "must be a time with its zone, such as 2026-12-01T08:00:00Z or 2026-12-01T09:00:00+01:00"


def _above_zero(duration: str) -> str:
    if not any(digit in duration for digit in "123456789"):
        raise ValueError(_POSITIVE_DURATION.message)
    return duration


class _Rfc3339:
    """Takes the API's strings and, from the operator, datetimes that know their zone; no other form of time."""

    @staticmethod
    def __get_pydantic_core_schema__(source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        from_api = core_schema.chain_schema(
            [core_schema.str_schema(pattern=_RFC_3339), core_schema.datetime_schema(tz_constraint="aware")]
        )
        from_operator = core_schema.datetime_schema(strict=True, tz_constraint="aware")
        return core_schema.union_schema(
            [from_api, from_operator],
            mode="left_to_right",
            custom_error_type="form",
            custom_error_message=_TIME_FORM,
        )

    @staticmethod
    def __get_pydantic_json_schema__(schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonDict:
        return {"type": "string", "format": "date-time", "pattern": _RFC_3339, "maxLength": 32}


Timestamp = Annotated[datetime, _Rfc3339]
"""A point in time: RFC 3339 with a zone."""

GoDuration = Annotated[str, ExplainedText(pattern=GO_DURATION, max_length=32, rule=_DURATION)]
"""A duration of at least zero in the notation of Go's `time.ParseDuration`, which also is Kubernetes' own."""

PositiveGoDuration = Annotated[
    str, ExplainedText(pattern=GO_DURATION, max_length=32, rule=_POSITIVE_DURATION), AfterValidator(_above_zero)
]
"""A duration above zero."""

ObjectName = Annotated[str, Field(pattern=_SUBDOMAIN, max_length=MAX_NAME)]
"""The name of an object: a DNS-1123 subdomain."""

ObjectUid = Annotated[str, Field(min_length=1, max_length=64)]
"""A uid: opaque, compared and never parsed."""

Username = Annotated[str, Field(min_length=1, max_length=MAX_USERNAME)]
"""The name of a user or a group, in whatever form the cluster's authentication gives it."""

Tag = Annotated[str, Field(pattern=_LABEL_VALUE, max_length=63)]
"""A tag, in the form of a label's value."""

CamelCaseReason = Annotated[str, Field(pattern=_CAMEL_CASE, max_length=64)]
"""A reason for programs: one CamelCase word."""

OperatorMessage = Annotated[str, Field(max_length=MAX_MESSAGE)]
"""A sentence for people, written by the operator."""

Comment = Annotated[str, Field(max_length=MAX_COMMENT)]
"""What a person has to say about a decision."""
