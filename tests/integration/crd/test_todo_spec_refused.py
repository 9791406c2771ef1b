"""What the Todo's spec refuses: every bound just missed, every malformed value, with the field and the message of each.

The operator's model must refuse each of them too.
"""

import pytest
from pydantic import ValidationError

from myapp.infrastructure.crd.todo_resource import TodoSpec
from tests.api_server import ApiServer, JsonObject
from tests.manifests import (
    ANYWHERE,
    DURATION_FORM,
    assignees,
    dependencies,
    numbered,
    todo_manifest,
    todos_path,
)

pytestmark = pytest.mark.cluster

NAME_PATTERN = r"'^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'"
TAG_PATTERN = "'^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$'"
TIME_PATTERN = (
    r"'^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[-+]([01][0-9]|2[0-3]):[0-5][0-9])$'"
)
NO_SUCH_DAY = "2026-02-30T08:00:00Z"

_NO_RETRY = "an approval has no retry: what was rejected, or not approved in time, is asked anew by a new Todo"

REFUSED: dict[str, tuple[JsonObject, str, set[str]]] = {
    "content too long": ({"content": "x" * 16385}, "spec.content", {"Too long: may not be more than 16384 bytes"}),
    "content empty": (
        {"content": ""},
        "spec.content",
        {'Invalid value: "": the first line is the title that kubectl shows: it must not be blank'},
    ),
    "content with a blank first line": (
        {"content": " \nx"},
        "spec.content",
        {'Invalid value: " \\nx": the first line is the title that kubectl shows: it must not be blank'},
    ),
    "too many tags": ({"tags": numbered(33)}, "spec.tags", {"Too many: 33: must have at most 32 items"}),
    "tag too long": ({"tags": ["a" * 64]}, "spec.tags[0]", {"Too long: may not be more than 63 bytes"}),
    "tag with a blank": (
        {"tags": ["a b"]},
        "spec.tags[0]",
        {f'Invalid value: "a b": spec.tags[0] in body should match {TAG_PATTERN}'},
    ),
    "tag twice": ({"tags": ["a", "a"]}, "spec.tags[1]", {'Duplicate value: "a"'}),
    "priority too high": (
        {"priority": 1_000_001},
        "spec.priority",
        {"Invalid value: 1000001: spec.priority in body should be less than or equal to 1000000"},
    ),
    "priority too low": (
        {"priority": -1_000_001},
        "spec.priority",
        {"Invalid value: -1000001: spec.priority in body should be greater than or equal to -1000000"},
    ),
    "priority as text": (
        {"priority": "1"},
        "spec.priority",
        {'Invalid value: "string": spec.priority in body must be of type integer: "string"'},
    ),
    "too many assignees": (
        {"assignees": assignees(33)},
        "spec.assignees",
        {"Too many: 33: must have at most 32 items"},
    ),
    "assignee of another kind": (
        {"assignees": [{"kind": "Robot", "name": "x"}]},
        "spec.assignees[0].kind",
        {'Unsupported value: "Robot": supported values: "User", "Group", "ServiceAccount"'},
    ),
    "assignee without a kind": ({"assignees": [{"name": "x"}]}, "spec.assignees[0].kind", {"Required value"}),
    "assignee without a name": ({"assignees": [{"kind": "User"}]}, "spec.assignees[0].name", {"Required value"}),
    "assignee with an empty name": (
        {"assignees": [{"kind": "User", "name": ""}]},
        "spec.assignees[0].name",
        {'Invalid value: "": spec.assignees[0].name in body should be at least 1 chars long'},
    ),
    "assignee too long": (
        {"assignees": [{"kind": "User", "name": "a" * 513}]},
        "spec.assignees[0].name",
        {"Too long: may not be more than 512 bytes"},
    ),
    "assignee twice": (
        {"assignees": assignees(1) * 2},
        "spec.assignees[1]",
        {'Duplicate value: {"kind":"User","name":"n0"}'},
    ),
    "too many dependencies": (
        {"dependsOn": dependencies(257)},
        "spec.dependsOn",
        {"Too many: 257: must have at most 256 items"},
    ),
    "dependency twice": (
        {"dependsOn": dependencies(1) * 2},
        "spec.dependsOn[1]",
        {'Duplicate value: {"name":"n0"}'},
    ),
    "dependency without a name": ({"dependsOn": [{}]}, "spec.dependsOn[0].name", {"Required value"}),
    "dependency that is no name": (
        {"dependsOn": [{"name": "Smoke_Test"}]},
        "spec.dependsOn[0].name",
        {f'Invalid value: "Smoke_Test": spec.dependsOn[0].name in body should match {NAME_PATTERN}'},
    ),
    "dependency too long": (
        {"dependsOn": [{"name": "a" * 254}]},
        "spec.dependsOn[0].name",
        {"Too long: may not be more than 253 bytes"},
    ),
    "no end of a dependency": (
        {"dependsOn": [{"name": "other", "on": []}]},
        "spec.dependsOn[0].on",
        {"Invalid value: 0: spec.dependsOn[0].on in body should have at least 1 items"},
    ),
    "a phase that is no end": (
        {"dependsOn": [{"name": "other", "on": ["Active"]}]},
        "spec.dependsOn[0].on[0]",
        {'Unsupported value: "Active": supported values: "Succeeded", "Failed", "Skipped", "Cancelled"'},
    ),
    "an end twice": (
        {"dependsOn": [{"name": "other", "on": ["Failed", "Failed"]}]},
        "spec.dependsOn[0].on[1]",
        {'Duplicate value: "Failed"'},
    ),
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
    "a form without fields": (
        {"manual": {"form": {"properties": {}}}},
        "spec.manual.form.properties",
        {"Invalid value: 0: spec.manual.form.properties in body should have at least 1 properties"},
    ),
    "too many fields": (
        {"manual": {"form": {"properties": {f"f{number}": {} for number in range(33)}}}},
        "spec.manual.form.properties",
        {"Too many: 33: must have at most 32 items"},
    ),
    "a field that CEL could not name": (
        {"manual": {"form": {"properties": {"a-b": {}}}}},
        "spec.manual.form.properties",
        {"Invalid value: a form field's name begins with a letter and has letters, digits and _ only (at most 63)"},
    ),
    "a field of no type": (
        {"manual": {"form": {"properties": {"a": {"type": "object"}}}}},
        "spec.manual.form.properties.a.type",
        {'Unsupported value: "object": supported values: "string", "integer", "number", "boolean"'},
    ),
    "a required field that is none": (
        {"manual": {"form": {"properties": {"a": {}}, "required": ["b"]}}},
        "spec.manual.form.required",
        {"Invalid value: required must name properties of the form"},
    ),
    "no approval needed": (
        {"approval": {"minApprovals": 0}},
        "spec.approval.minApprovals",
        {"Invalid value: 0: spec.approval.minApprovals in body should be greater than or equal to 1"},
    ),
    "too many approvals": (
        {"approval": {"minApprovals": 21}},
        "spec.approval.minApprovals",
        {"Invalid value: 21: spec.approval.minApprovals in body should be less than or equal to 20"},
    ),
    "more approvals than users": (
        {"approval": {"minApprovals": 3, "approvers": assignees(2)}},
        "spec.approval.minApprovals",
        {"Invalid value: minApprovals must not be more than there are users among the approvers"},
    ),
    "a user who approves twice": (
        {"approval": {"approvers": [{"kind": "User", "name": "x", "minApprovals": 2}]}},
        "spec.approval.approvers[0].minApprovals",
        {"Invalid value: a user approves once: minApprovals of a User must be 1 at most"},
    ),
    "too many of a group": (
        {"approval": {"approvers": [{"kind": "Group", "name": "x", "minApprovals": 11}]}},
        "spec.approval.approvers[0].minApprovals",
        {"Invalid value: 11: spec.approval.approvers[0].minApprovals in body should be less than or equal to 10"},
    ),
    "too many approvers": (
        {"approval": {"approvers": assignees(17)}},
        "spec.approval.approvers",
        {"Too many: 17: must have at most 16 items"},
    ),
    "a machine approves": (
        {"approval": {"approvers": [{"kind": "ServiceAccount", "name": "x"}]}},
        "spec.approval.approvers[0].kind",
        {'Unsupported value: "ServiceAccount": supported values: "User", "Group"'},
    ),
    "an approval that time gives": (
        {"approval": {}, "onTimeout": "Succeed"},
        "spec.onTimeout",
        {"Invalid value: an approval allows onTimeout: Fail only: silence is no consent"},
    ),
    "an approval that is tried again": (
        {"approval": {}, "retry": {"maxAttempts": 2}},
        "spec.retry",
        {f"Invalid value: {_NO_RETRY}"},
    ),
    "too many outputs": (
        {"outputs": [{"name": f"a{index}", "value": "1"} for index in range(33)]},
        "spec.outputs",
        {"Too many: 33: must have at most 32 items"},
    ),
    "an output twice": (
        {"outputs": [{"name": "a", "value": "1"}, {"name": "a", "value": "2"}]},
        "spec.outputs[1]",
        {'Duplicate value: {"name":"a"}'},
    ),
    "an output with a blank": (
        {"outputs": [{"name": "a b", "value": "1"}]},
        "spec.outputs[0].name",
        {"Invalid value: \"a b\": spec.outputs[0].name in body should match '^[A-Za-z_][A-Za-z0-9_.-]*$'"},
    ),
    "an output's name too long": (
        {"outputs": [{"name": "a" * 64, "value": "1"}]},
        "spec.outputs[0].name",
        {"Too long: may not be more than 63 bytes"},
    ),
    "an output without a value": (
        {"outputs": [{"name": "a"}]},
        "spec.outputs[0].value",
        {"Required value"},
    ),
    "an output's value too long": (
        {"outputs": [{"name": "a", "value": "1" * 2049}]},
        "spec.outputs[0].value",
        {"Too long: may not be more than 2048 bytes"},
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
    "unknown readiness": (
        {"readiness": "Never"},
        "spec.readiness",
        {'Unsupported value: "Never": supported values: "Accepted", "Complete"'},
    ),
    "suspend as text": (
        {"suspend": "yes"},
        "spec.suspend",
        {'Invalid value: "string": spec.suspend in body must be of type boolean: "string"'},
    ),
    "two actions": (
        {"manual": {}, "wait": {"duration": "1s"}},
        "spec",
        {
            (
                "Invalid value: at most one action may be set: manual, approval, http, job, resource or wait "
                "(none of them means manual)"
            )
        },
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
    manifest = todo_manifest(**spec)

    answer = api.create(todos_path(ANYWHERE), manifest, dry_run=True)

    assert answer.causes == {(field, message) for message in messages}
    with pytest.raises(ValidationError):
        TodoSpec.model_validate(manifest["spec"])


def test_unknown_field(api: ApiServer) -> None:
    """A misspelt field is named, and not dropped in silence."""
    answer = api.create(todos_path(ANYWHERE), todo_manifest(timout="1h"), dry_run=True)

    assert answer.message.endswith('strict decoding error: unknown field "spec.timout"')


def test_content_is_required(api: ApiServer) -> None:
    """A Todo without content says nothing about what is to be done."""
    manifest = todo_manifest()
    del manifest["spec"]["content"]

    answer = api.create(todos_path(ANYWHERE), manifest, dry_run=True)

    assert answer.causes == {("spec.content", "Required value")}
