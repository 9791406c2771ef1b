"""What the Todo's spec allows at its edges: every bound just met, every form, and what the API server fills in."""

import pytest

from myapp.infrastructure.crd.todo_resource import TodoSpec
from tests.api_server import ApiServer, JsonObject
from tests.manifests import (
    ANYWHERE,
    assignees,
    dependencies,
    numbered,
    todo_manifest,
    todos_path,
)

pytestmark = pytest.mark.cluster

ACCEPTED: dict[str, JsonObject] = {
    "the longest content": {"content": "x" * 16384},
    "characters are counted, not bytes": {"content": "ü" * 16384},
    "a title and more": {"content": "  Title\n\n- [ ] item\n"},
    "the most tags": {"tags": numbered(32)},
    "the longest tag": {"tags": ["a" * 63]},
    "a tag with all signs": {"tags": ["Team-A_1.2"]},
    "the highest priority": {"priority": 1_000_000},
    "the lowest priority": {"priority": -1_000_000},
    "the most assignees": {"assignees": assignees(32)},
    "a user and a group of one name": {"assignees": [{"kind": "User", "name": "x"}, {"kind": "Group", "name": "x"}]},
    "a service account": {"assignees": [{"kind": "ServiceAccount", "name": "robot"}]},
    "the longest assignee": {"assignees": [{"kind": "User", "name": "a" * 512}]},
    "an assignee as OIDC names them": {
        "assignees": [{"kind": "User", "name": "https://id.example/x#Jo Ö@example.org"}]
    },
    "the most dependencies": {"dependsOn": dependencies(256)},
    "the longest dependency": {"dependsOn": [{"name": "a" * 253}]},
    "a dependency with dots": {"dependsOn": [{"name": "release-1.smoke-test.0"}]},
    "all ends of a dependency": {
        "dependsOn": [{"name": "other", "on": ["Succeeded", "Failed", "Skipped", "Cancelled"]}]
    },
    "a time in UTC": {"startTime": "2026-12-01T08:00:00Z"},
    "a time in a zone": {"startTime": "2026-12-01T08:00:00+05:30"},
    "a time with microseconds": {"startTime": "2026-12-01T08:00:00.123456-08:00"},
    "due at the start": {"startTime": "2026-12-01T08:00:00Z", "dueTime": "2026-12-01T09:00:00+01:00"},
    "a timeout in hours": {"timeout": "72h"},
    "a timeout in all units": {"timeout": "1h30m15.5s250ms"},
    "the shortest timeout": {"timeout": "0.001ms"},
    "the longest timeout": {"timeout": "99999h99999h99999h99999h99999h"},
    "the longest timeout in seconds": {"timeout": "999999999s999999999s999999999s"},
    "every onTimeout": {"onTimeout": "Succeed"},
    "the most outputs": {"outputs": [{"name": f"a{index}", "value": "1"} for index in range(32)]},
    "the longest output": {"outputs": [{"name": "a" * 63, "value": "1" * 2048}]},
    "an output with all signs": {"outputs": [{"name": "_A-b.2", "value": "result"}]},
    "the most attempts": {
        "retry": {
            "maxAttempts": 100,
            "on": ["Error", "Failure", "Timeout"],
            "backoff": {"initial": "1ms", "factor": 10, "max": "72h", "jitter": 1},
        }
    },
    "the fewest attempts": {"retry": {"maxAttempts": 1, "backoff": {"factor": 1.5, "jitter": 0}}},
    "another account": {"serviceAccountName": "a" * 253},
    "every readiness": {"readiness": "Complete"},
    "suspended from the start": {"suspend": True},
    "deleted at once": {"ttlAfterFinished": "0s"},
    "manual": {"manual": {}},
    "the most fields": {"manual": {"form": {"properties": {f"f{number}": {} for number in range(32)}}}},
    "every kind of field": {
        "manual": {
            "form": {
                "properties": {
                    "ticket": {"type": "string", "title": "t" * 128, "minLength": 0, "maxLength": 4096, "default": "x"},
                    "count_2": {"type": "integer", "minimum": -1, "maximum": 10, "enum": ["1", "2"]},
                    "ratio": {"type": "number", "minimum": 0.5, "description": "d" * 1024},
                    "F" + "x" * 62: {"type": "boolean"},
                },
                "required": ["ticket", "ratio"],
            }
        }
    },
    "an approval by anybody": {"approval": {}},
    "the most approvals": {"approval": {"minApprovals": 20, "allowSelfApproval": True}, "onTimeout": "Fail"},
    "the most approvers": {"approval": {"approvers": assignees(16)}},
    "a user and a group": {
        "approval": {"approvers": [{"kind": "User", "name": "x", "minApprovals": 1}, {"kind": "Group", "name": "x"}]}
    },
    "the most of a group": {"approval": {"approvers": [{"kind": "Group", "name": "x", "minApprovals": 10}]}},
    "the most of all groups together": {
        "approval": {"approvers": [{"kind": "Group", "name": name, "minApprovals": 10} for name in numbered(2)]}
    },
    "as many approvals as users": {"approval": {"minApprovals": 2, "approvers": assignees(2)}},
    "wait for nothing": {"wait": {"duration": "0s"}},
    "wait until a time": {"wait": {"until": "2026-12-01T08:00:00Z"}},
    "no reminders in particular": {"reminders": {}},
    "reminders": {
        "reminders": {"every": "1m", "beforeDue": [f"{hours}h" for hours in range(1, 9)], "beforeTimeout": "71h59m"},
        "dueTime": "2026-12-01T08:00:00Z",
        "timeout": "72h",
    },
    "no warning": {"reminders": {"beforeTimeout": "0h0m"}},
    "reminders of an approval": {"approval": {}, "reminders": {"every": "60s"}},
    "null means not set": {"timeout": None, "tags": None, "dependsOn": None},
}


@pytest.mark.parametrize("spec", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_accepted(api: ApiServer, spec: JsonObject) -> None:
    """What is just within the bounds is accepted, by the API server and then by the operator."""
    answer = api.create(todos_path(ANYWHERE), todo_manifest(**spec), dry_run=True)

    assert answer.accepted, answer.message
    TodoSpec.model_validate(answer.body["spec"])


def test_defaults(api: ApiServer) -> None:
    """Defaults are filled in, but not inside lists, where GitOps tools would see an endless difference."""
    answer = api.create(todos_path(ANYWHERE), todo_manifest(dependsOn=[{"name": "other"}]), dry_run=True)

    assert answer.body["spec"] == {
        "content": "Check the dashboards",
        "dependsOn": [{"name": "other"}],
        "onTimeout": "Fail",
        "priority": 0,
        "readiness": "Accepted",
        "serviceAccountName": "default",
        "suspend": False,
    }
    assert answer.body["status"] == {"observedGeneration": -1}
