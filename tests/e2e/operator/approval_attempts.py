"""What can be tried with each field of a Todo to get past an approval: a table of every field that its CRD has."""

from pathlib import Path

import yaml

from deploy.local.layout import CRDS
from tests.api_server import JsonObject

MEDDLER = "meddler"
PAST, FUTURE = "2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"
FOR_MEDDLER = {"kind": "User", "name": MEDDLER}
GATE: JsonObject = {"approval": {"approvers": [{"kind": "Group", "name": "sre"}]}}

#: What is tried with each field of the spec. What belongs to the way in which it is tried comes with it.
SPEC: dict[str, list[JsonObject]] = {
    "content": [{"content": "Nothing to approve"}],
    "tags": [{"tags": ["approved"]}],
    "priority": [{"priority": 1_000_000}],
    "assignees": [{"assignees": [FOR_MEDDLER]}],
    "dependsOn": [{"dependsOn": []}, {"dependsOn": [{"name": "done", "on": ["Succeeded"]}]}],
    "when": [{"when": "true"}, {"when": "false"}, {"when": "1 / 0 == 1"}],
    "outputs": [{"outputs": [{"name": "approved", "value": "true"}]}],
    "startTime": [{"startTime": PAST}, {"startTime": FUTURE}],
    "dueTime": [{"dueTime": PAST}],
    "timeout": [{"timeout": "1ms"}, {"timeout": "1s"}],
    "onTimeout": [{"onTimeout": "Succeed", "timeout": "1ms"}, {"onTimeout": "Skip", "timeout": "1ms"}],
    "reminders": [{"reminders": {"every": "1m"}}],
    "retry": [{"retry": {"maxAttempts": 3}}],
    "serviceAccountName": [{"serviceAccountName": "other"}],
    "suspend": [{"suspend": True}],
    "readiness": [{"readiness": "Complete"}],
    "ttlAfterFinished": [{"ttlAfterFinished": "0s"}],
    "manual": [{"manual": {}}, {"manual": {}, "approval": None}],
    "approval": [
        {"approval": None},
        {"approval": {"minApprovals": 1, "approvers": [FOR_MEDDLER], "allowSelfApproval": True}},
        {"approval": {"minApprovals": 0}},
        {"approval": {"approvers": []}},
    ],
    "http": [{"approval": None, "http": {"url": "http://example.com"}}],
    "job": [{"approval": None, "job": {"template": {}}}],
    "resource": [{"approval": None, "resource": {"operation": "Apply", "manifest": {}}}],
    "wait": [{"wait": {"duration": "0s"}}, {"approval": None, "wait": {"duration": "0s"}}],
}
ENDED = {"type": "Complete", "status": "True", "reason": "Approved", "message": "", "lastTransitionTime": PAST}
APPROVED = {"uid": "1", "action": "Approve", "username": "oncall", "time": FUTURE, "groups": ["sre"]}
STATUS: dict[str, object] = {
    "observedGeneration": 99,
    "phase": "Succeeded",
    "reason": "Approved",
    "message": "approved by oncall",
    "attempt": 2,
    "startTime": PAST,
    "attemptStartTime": PAST,
    "completionTime": PAST,
    "deadline": PAST,
    "nextTransitionTime": PAST,
    "suspendTime": PAST,
    "suspendedFor": "1h",
    "effect": {"withdrawing": False},
    "attempts": [],
    "lastReminderTime": PAST,
    "warnedDeadline": PAST,
    "claimedBy": MEDDLER,
    "requester": MEDDLER,
    "outputs": {"approved": True},
    "decisions": [APPROVED],
    "conditions": [ENDED],
}
METADATA: list[JsonObject] = [
    {"labels": {"approved": "true"}},
    {"annotations": {"approved": "true"}},
    {"annotations": {"todo.myapp.dev/created-by": MEDDLER}},
    {"annotations": {"todo.myapp.dev/created-by": None}},
    {"finalizers": ["example.com/meddler"]},
    {"ownerReferences": [{"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": "0"}]},
    {"generation": 99},
    {"creationTimestamp": PAST},
    {"managedFields": [{}]},
    {"deletionTimestamp": PAST},
]


def fields_of(crd: str, part: str) -> JsonObject:
    """The properties of the spec or the status, as the shipped CRD has them."""
    definition = yaml.safe_load((Path(CRDS) / f"{crd}.todo.myapp.dev.yaml").read_text())
    schema = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    return dict(schema["properties"][part]["properties"])
