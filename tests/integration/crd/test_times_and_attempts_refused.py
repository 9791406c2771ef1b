"""Times, durations and attempts that the Todo's spec refuses: every bound just missed, and the words."""

import pytest

from tests.api_server import ApiServer, JsonObject
from tests.integration.crd.refusal import Refusal, refused_by_both
from tests.manifests import DURATION_FORM

pytestmark = pytest.mark.cluster

TIME_PATTERN = (
    r"'^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[-+]([01][0-9]|2[0-3]):[0-5][0-9])$'"
)
NO_SUCH_DAY = "2026-02-30T08:00:00Z"


REFUSED: dict[str, Refusal] = {
    "a word for a time": (
        {"dueTime": "tomorrow"},
        "spec.dueTime",
        {
            'Invalid value: "tomorrow": spec.dueTime in body must be of type date-time: "tomorrow"',
            f'Invalid value: "tomorrow": spec.dueTime in body should match {TIME_PATTERN}',
        },
    ),
    "a day that does not exist": (
        {"startTime": NO_SUCH_DAY},
        "spec.startTime",
        {f'Invalid value: "{NO_SUCH_DAY}": spec.startTime in body must be of type date-time: "{NO_SUCH_DAY}"'},
    ),
    "a zone that does not exist": (
        {"startTime": "2026-12-01T08:00:00+24:00"},
        "spec.startTime",
        {f'Invalid value: "2026-12-01T08:00:00+24:00": spec.startTime in body should match {TIME_PATTERN}'},
    ),
    "time too long": (
        {"wait": {"until": "2026-12-01T08:00:00.1234567+01:00"}},
        "spec.wait.until",
        {"Too long: may not be more than 32 bytes"},
    ),
    "timeout of nothing": (
        {"timeout": "0h0m"},
        "spec.timeout",
        {f'Invalid value: "0h0m": must be a duration above zero, {DURATION_FORM}'},
    ),
    "timeout in days": (
        {"timeout": "3d"},
        "spec.timeout",
        {f'Invalid value: "3d": must be a duration above zero, {DURATION_FORM}'},
    ),
    "timeout below zero": (
        {"timeout": "-1h"},
        "spec.timeout",
        {f'Invalid value: "-1h": must be a duration above zero, {DURATION_FORM}'},
    ),
    "timeout too long": ({"timeout": "1h" * 17}, "spec.timeout", {"Too long: may not be more than 32 bytes"}),
    "time to live without a unit": (
        {"ttlAfterFinished": "60"},
        "spec.ttlAfterFinished",
        {f'Invalid value: "60": must be a duration {DURATION_FORM}'},
    ),
    "a retry without a number": ({"retry": {}}, "spec.retry.maxAttempts", {"Required value"}),
    "no attempt": (
        {"retry": {"maxAttempts": 0}},
        "spec.retry.maxAttempts",
        {"Invalid value: 0: spec.retry.maxAttempts in body should be greater than or equal to 1"},
    ),
    "too many attempts": (
        {"retry": {"maxAttempts": 101}},
        "spec.retry.maxAttempts",
        {"Invalid value: 101: spec.retry.maxAttempts in body should be less than or equal to 100"},
    ),
    "a retry on success": (
        {"retry": {"maxAttempts": 2, "on": ["Success"]}},
        "spec.retry.on[0]",
        {'Unsupported value: "Success": supported values: "Error", "Failure", "Timeout"'},
    ),
    "a backoff that shrinks": (
        {"retry": {"maxAttempts": 2, "backoff": {"factor": 0.5}}},
        "spec.retry.backoff.factor",
        {"Invalid value: 0.5: spec.retry.backoff.factor in body should be greater than or equal to 1"},
    ),
    "more jitter than wait": (
        {"retry": {"maxAttempts": 2, "backoff": {"jitter": 1.1}}},
        "spec.retry.backoff.jitter",
        {"Invalid value: 1.1: spec.retry.backoff.jitter in body should be less than or equal to 1"},
    ),
    "no wait at all": (
        {"retry": {"maxAttempts": 2, "backoff": {"initial": "0s"}}},
        "spec.retry.backoff.initial",
        {f'Invalid value: "0s": must be a duration above zero, {DURATION_FORM}'},
    ),
    "wait with a word": (
        {"wait": {"duration": "soon"}},
        "spec.wait.duration",
        {f'Invalid value: "soon": must be a duration {DURATION_FORM}'},
    ),
    "unknown onTimeout": (
        {"onTimeout": "Explode"},
        "spec.onTimeout",
        {'Unsupported value: "Explode": supported values: "Fail", "Skip", "Succeed"'},
    ),
    "wait for nothing at all": (
        {"wait": {}},
        "spec.wait",
        {"Invalid value: exactly one of duration and until must be set"},
    ),
    "wait for two things": (
        {"wait": {"duration": "1s", "until": "2026-12-01T08:00:00Z"}},
        "spec.wait",
        {"Invalid value: exactly one of duration and until must be set"},
    ),
    "due before the start": (
        {"startTime": "2026-12-01T08:00:00Z", "dueTime": "2026-12-01T08:59:59+01:00"},
        "spec.dueTime",
        {"Invalid value: dueTime must not be earlier than startTime: the Todo would be overdue before it may start"},
    ),
}


@pytest.mark.parametrize(("spec", "field", "messages"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(api: ApiServer, spec: JsonObject, field: str, messages: set[str]) -> None:
    """What is just outside is refused by both, and the API server says which field is wrong and why."""
    refused_by_both(api, spec, field, messages)
