"""The API server and the operator's model agree on every spec: what one accepts the other accepts.

If the API server were laxer, objects would get in that the operator can only park; if the model were laxer, it would
let pass what can no longer be written.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from myapp.infrastructure.crd.todo_resource import TodoSpec
from tests.api_server import ApiServer, JsonObject
from tests.manifests import ANYWHERE, todo_manifest, todos_path

pytestmark = pytest.mark.cluster

NAME = "name-that-no-dependency-has"
PHASES = ["Succeeded", "Failed", "Skipped", "Cancelled", "Active", "succeeded"]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=70)
names = st.one_of(st.from_regex(r"\A[a-z0-9.-]{0,5}\Z"), st.just("a" * 253), st.just("a" * 254), texts)
tags = st.one_of(st.from_regex(r"\A[A-Za-z0-9_. -]{0,5}\Z"), st.just("t" * 63), st.just("t" * 64), texts)
usernames = st.one_of(texts, st.sampled_from(["a", "u" * 512, "u" * 513]))
contents = st.one_of(texts, st.sampled_from(["Title", " \t\r\nrest", "x" * 16384, "x" * 16385, "\u00a0", "\x00", "\n"]))
durations = st.one_of(
    st.from_regex(r"\A(\d{1,9}(\.\d{1,6})?(h|m|s|ms)){1,3}\Z"),
    st.from_regex(r"\A([0-9]{0,3}[.,]?[0-9]{0,7}(h|m|s|ms|us|d|H|)){0,4}\Z"),
    st.sampled_from(["0", "0s", "0h0m0.000000s", "1h\n", "-1h", "+1h", "1h 30m", "٣h", "1e3s"]),
)
times = st.builds(
    "{}-{}-{}{}{}:{}:{}{}{}".format,
    st.sampled_from(["2026", "2028", "1000", "2999", "0000", "0999", "3000", "9999", "26"]),
    st.sampled_from(["01", "02", "12", "00", "13", "1"]),
    st.sampled_from(["01", "28", "29", "30", "31", "00", "32"]),
    st.sampled_from(["T", "T", "T", "t", " "]),
    st.sampled_from(["00", "23", "24"]),
    st.sampled_from(["00", "59", "60"]),
    st.sampled_from(["00", "59", "60"]),
    st.sampled_from(["", "", ".0", ".123456", ".1234567", ",5", "."]),
    st.sampled_from(["Z", "Z", "+01:00", "-23:59", "+24:00", "+01:60", "z", "", "+0100", " UTC"]),
)
scalars = st.one_of(st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), texts)
priorities = st.one_of(st.integers(-1_000_002, 1_000_002), st.sampled_from([1_000_000, 1_000_001, 1.0, 1.5]), scalars)

dependencies = st.fixed_dictionaries({"name": names}, optional={"on": st.lists(st.sampled_from(PHASES), max_size=5)})
assignees = st.fixed_dictionaries(
    {"kind": st.sampled_from(["User", "Group", "ServiceAccount", "user", ""]), "name": usernames}
)
form_fields = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", "number", "boolean", "object"]),
        "default": texts,
        "enum": st.lists(texts, max_size=3),
        "minLength": st.integers(-1, 4097),
        "maximum": st.floats(allow_nan=False, allow_infinity=False),
    },
)
field_names = st.one_of(st.from_regex(r"\A[A-Za-z0-9_-]{1,4}\Z"), st.sampled_from(["a", "b", "a" * 63, "a" * 64]))
forms = st.fixed_dictionaries(
    {"properties": st.dictionaries(field_names, form_fields, max_size=3)},
    optional={"required": st.lists(field_names, max_size=2)},
)
approvers = st.fixed_dictionaries(
    {"kind": st.sampled_from(["User", "Group", "ServiceAccount"]), "name": usernames},
    optional={"minApprovals": st.integers(-1, 11)},
)
approvals = st.fixed_dictionaries(
    {},
    optional={
        "minApprovals": st.integers(0, 21),
        "approvers": st.lists(approvers, max_size=3),
        "allowSelfApproval": st.one_of(st.booleans(), scalars),
    },
)
intervals = st.one_of(durations, st.sampled_from(["1m", "59s", "60s", "59.999s", "0s", "24h", "60000ms"]))
reminders = st.fixed_dictionaries(
    {},
    optional={"every": intervals, "beforeDue": st.lists(intervals, max_size=9), "beforeTimeout": intervals},
)
retries = st.fixed_dictionaries(
    {},
    optional={
        "maxAttempts": st.one_of(st.integers(0, 101), scalars),
        "on": st.lists(st.sampled_from(["Error", "Failure", "Timeout", "timeout"]), max_size=4),
        "backoff": st.fixed_dictionaries(
            {},
            optional={
                "initial": durations,
                "factor": st.one_of(st.sampled_from([1, 2.5, 10, 11, 0.9]), scalars),
                "max": durations,
                "jitter": st.one_of(st.sampled_from([0, 0.5, 1, 1.1, -0.1]), scalars),
            },
        ),
    },
)
waits = st.fixed_dictionaries({}, optional={"duration": durations, "until": times})

specs = st.fixed_dictionaries(
    {"content": contents},
    optional={
        "tags": st.lists(tags, max_size=4),
        "priority": priorities,
        "assignees": st.lists(assignees, max_size=4),
        "dependsOn": st.lists(dependencies, max_size=4),
        "startTime": times,
        "dueTime": times,
        "timeout": durations,
        "onTimeout": st.sampled_from(["Fail", "Skip", "Succeed", "fail", ""]),
        "retry": retries,
        "serviceAccountName": names,
        "suspend": st.one_of(st.booleans(), scalars),
        "readiness": st.sampled_from(["Accepted", "Complete", "complete"]),
        "ttlAfterFinished": durations,
        "manual": st.fixed_dictionaries({}, optional={"form": forms}),
        "approval": approvals,
        "reminders": reminders,
        "wait": waits,
    },
)
one_doubtful_field = specs.flatmap(
    lambda spec: st.sampled_from(sorted(spec)).map(lambda field: {"content": "Title", field: spec[field]})
)


def model_accepts(spec: JsonObject) -> bool:
    """Whether the operator could work with the spec."""
    try:
        TodoSpec.model_validate(spec)
    except ValidationError:
        return False
    return True


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spec=st.one_of(one_doubtful_field, specs))
def test_both_judge_alike(api: ApiServer, spec: JsonObject) -> None:
    """What the API server stores the model takes, and what the API server refuses the model refuses."""
    answer = api.create(todos_path(ANYWHERE), todo_manifest(NAME, **spec), dry_run=True)

    # What is stored may differ from what was sent: defaults are added, and 1.0 becomes 1.
    judged = answer.body["spec"] if answer.accepted else spec
    assert model_accepts(judged) == answer.accepted, answer.message
