"""What the spec refuses, actions and times aside: every bound just missed, every malformed value, and the words."""

import pytest

from tests.api_server import ApiServer, JsonObject
from tests.integration.crd.refusal import Refusal, refused_by_both
from tests.manifests import ANYWHERE, assignees, dependencies, numbered, todo_manifest, todos_path

pytestmark = pytest.mark.cluster

NAME_PATTERN = r"'^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'"
TAG_PATTERN = "'^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$'"

REFUSED: dict[str, Refusal] = {
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
}


@pytest.mark.parametrize(("spec", "field", "messages"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(api: ApiServer, spec: JsonObject, field: str, messages: set[str]) -> None:
    """What is just outside is refused by both, and the API server says which field is wrong and why."""
    refused_by_both(api, spec, field, messages)


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
