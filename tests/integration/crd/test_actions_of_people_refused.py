"""Forms and approvals that the Todo's spec refuses: every bound just missed, every malformed value, and the words."""

import pytest

from tests.api_server import ApiServer, JsonObject
from tests.integration.crd.refusal import Refusal, refused_by_both
from tests.manifests import assignees, numbered

pytestmark = pytest.mark.cluster

_NO_RETRY = "an approval has no retry: what was rejected, or not approved in time, is asked anew by a new Todo"

REFUSED: dict[str, Refusal] = {
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
    "too many of all groups together": (
        {"approval": {"approvers": [{"kind": "Group", "name": name, "minApprovals": 7} for name in numbered(3)]}},
        "spec.approval.approvers",
        {"Invalid value: the minApprovals of all approvers together must be 20 at most"},
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
}


@pytest.mark.parametrize(("spec", "field", "messages"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(api: ApiServer, spec: JsonObject, field: str, messages: set[str]) -> None:
    """What is just outside is refused by both, and the API server says which field is wrong and why."""
    refused_by_both(api, spec, field, messages)
