"""What may change in a Todo and when: transition rules, and the updates that no rule may stand in the way of."""

from collections.abc import Callable

import pytest

from tests.api_server import ApiServer, JsonObject
from tests.integration.crd.todo_creator import TodoCreator
from tests.manifests import todo_manifest, todos_path

pytestmark = pytest.mark.cluster

BEFORE: JsonObject = {
    "content": "Check the dashboards",
    "dependsOn": [{"name": "build"}, {"name": "smoke-test", "on": ["Succeeded", "Failed"]}],
    "startTime": "2026-12-01T08:00:00Z",
    "wait": {"duration": "10m"},
    "retry": {"maxAttempts": 3},
}

FIXED_AFTER_START: dict[str, tuple[str, JsonObject]] = {
    "content": ("content", {"content": "Check the logs"}),
    "a dependency goes": ("dependsOn", {"dependsOn": [{"name": "build"}]}),
    "all dependencies go": ("dependsOn", {"dependsOn": None}),
    "a dependency accepts more": (
        "dependsOn",
        {"dependsOn": [{"name": "build", "on": ["Skipped"]}, {"name": "smoke-test", "on": ["Succeeded", "Failed"]}]},
    ),
    "start moves": ("startTime", {"startTime": "2026-12-01T09:00:00Z"}),
    "start goes": ("startTime", {"startTime": None}),
    "when comes": ("when", {"when": "1 < 2"}),
    "outputs come": ("outputs", {"outputs": [{"name": "a", "value": "1"}]}),
    "more attempts": ("retry", {"retry": {"maxAttempts": 4}}),
    "the retry goes": ("retry", {"retry": None}),
    "another account": ("serviceAccountName", {"serviceAccountName": "deployer"}),
    "duration": ("wait", {"wait": {"duration": "11m"}}),
    "duration becomes a time": ("wait", {"wait": {"duration": None, "until": "2026-12-01T08:00:00Z"}}),
}

ALWAYS_EDITABLE: dict[str, JsonObject] = {
    "suspend": {"suspend": True},
    "priority": {"priority": 7},
    "timeout": {"timeout": "2h"},
    "dueTime": {"dueTime": "2026-12-24T18:00:00Z"},
    "ttlAfterFinished": {"ttlAfterFinished": "24h"},
    "tags": {"tags": ["urgent"]},
    "assignees": {"assignees": [{"kind": "Group", "name": "sre"}]},
    "readiness": {"readiness": "Complete"},
    "order of dependencies": {"dependsOn": [{"name": "smoke-test", "on": ["Failed", "Succeeded"]}, {"name": "build"}]},
}

RECREATE = "is fixed when the Todo is created: delete the Todo and create it again to change it"
RENEW = "is fixed once the Todo has started: create a new Todo for what is to be done differently"

FIXED_FROM_CREATION: dict[str, tuple[JsonObject, JsonObject, str, str]] = {
    "onTimeout": (
        {},
        {"onTimeout": "Skip"},
        "spec.onTimeout",
        f'Invalid value: "Skip": onTimeout {RECREATE}',
    ),
    "onTimeout falls back to the default": (
        {"onTimeout": "Succeed"},
        {"onTimeout": None},
        "spec.onTimeout",
        f'Invalid value: "Fail": onTimeout {RECREATE}',
    ),
    "manual becomes wait": (
        {},
        {"wait": {"duration": "1s"}},
        "spec",
        f"Invalid value: the action {RECREATE}",
    ),
    "manual becomes an approval": (
        {},
        {"approval": {}},
        "spec",
        f"Invalid value: the action {RECREATE}",
    ),
    "an approval becomes manual": (
        {"approval": {}},
        {"approval": None},
        "spec",
        f"Invalid value: the action {RECREATE}",
    ),
    "wait becomes manual": (
        {"wait": {"duration": "1s"}},
        {"wait": None, "manual": {}},
        "spec",
        f"Invalid value: the action {RECREATE}",
    ),
}


@pytest.fixture(scope="module")
def started(api_as: Callable[[str], ApiServer], shared_namespace: str) -> str:
    """The path of the Todos `pending` and `active`, for dry runs."""
    create_todo = TodoCreator(api_as("admin"), api_as("operator"), shared_namespace)
    create_todo("pending", phase="Pending", **BEFORE)
    create_todo("active", phase="Active", **BEFORE)
    return todos_path(shared_namespace)


@pytest.mark.parametrize(("field", "change"), FIXED_AFTER_START.values(), ids=FIXED_AFTER_START.keys())
@pytest.mark.statement("A22", "O8")
def test_fixed_after_start(api: ApiServer, started: str, field: str, change: JsonObject) -> None:
    """What defines the work may change while the Todo is Pending, and not once it is Active; the error says so."""
    before = api.patch(f"{started}/pending", {"spec": change}, dry_run=True)
    after = api.patch(f"{started}/active", {"spec": change}, dry_run=True)

    assert before.accepted, before.message
    [(refused_field, message)] = after.causes
    assert refused_field == f"spec.{field}"
    assert message.endswith(f"{field} {RENEW}")


@pytest.mark.statement("A22")
def test_editable_after_start(api: ApiServer, namespace: str, create_todo: TodoCreator) -> None:
    """What steers the work stays editable while it is done, each field for itself and the generation counts it."""
    created = create_todo(phase="Active", **BEFORE)

    for change in ALWAYS_EDITABLE.values():
        answer = api.patch(f"{todos_path(namespace)}/todo", {"spec": change})
        assert answer.accepted, answer.message

    assert answer.body["metadata"]["generation"] == created["metadata"]["generation"] + len(ALWAYS_EDITABLE)


@pytest.mark.parametrize(
    ("spec", "change", "field", "message"), FIXED_FROM_CREATION.values(), ids=FIXED_FROM_CREATION.keys()
)
def test_fixed_from_creation(
    api: ApiServer,
    namespace: str,
    create_todo: TodoCreator,
    *,
    spec: JsonObject,
    change: JsonObject,
    field: str,
    message: str,
) -> None:
    """What never changes is refused before the Todo has started, too."""
    create_todo(**spec)

    answer = api.patch(f"{todos_path(namespace)}/todo", {"spec": change}, dry_run=True)

    assert answer.causes == {(field, message)}


@pytest.mark.parametrize(
    "change",
    [
        {"minApprovals": 1},
        {"approvers": [{"kind": "Group", "name": "dev"}]},
        {"approvers": None},
        {"allowSelfApproval": True},
    ],
)
def test_an_approval_is_frozen_once_votes_count(
    api: ApiServer, namespace: str, create_todo: TodoCreator, change: JsonObject
) -> None:
    """Before, it may change; afterwards votes would count for something else than what was shown."""
    approval = {"minApprovals": 2, "approvers": [{"kind": "Group", "name": "sre"}]}
    create_todo("pending", phase="Pending", approval=approval)
    create_todo("active", phase="Active", approval=approval)

    before = api.patch(f"{todos_path(namespace)}/pending", {"spec": {"approval": change}}, dry_run=True)
    after = api.patch(f"{todos_path(namespace)}/active", {"spec": {"approval": change}}, dry_run=True)

    assert before.accepted, before.message
    [(field, message)] = after.causes
    assert field == "spec.approval"
    assert message.endswith(f"approval {RENEW}")


def test_a_form_is_frozen_once_it_may_be_filled_in(api: ApiServer, namespace: str, create_todo: TodoCreator) -> None:
    """Neither its fields change under the person who fills it in, nor does it come or go."""
    manual: JsonObject = {"form": {"properties": {"ticket": {}}}}
    create_todo("pending", phase="Pending", manual=manual)
    create_todo("active", phase="Active", manual=manual)
    create_todo("without", phase="Active")

    changes: list[JsonObject] = [
        {"manual": {"form": {"properties": {"ticket": None, "other": {}}}}},
        {"manual": {"form": None}},
        {"manual": None},
    ]
    for change in changes:
        assert api.patch(f"{todos_path(namespace)}/pending", {"spec": change}, dry_run=True).accepted
        [(field, message)] = api.patch(f"{todos_path(namespace)}/active", {"spec": change}, dry_run=True).causes
        assert field == "spec.manual"
        assert message.endswith(f"manual.form {RENEW}")
    assert not api.patch(f"{todos_path(namespace)}/without", {"spec": {"manual": manual}}, dry_run=True).accepted


def test_manual_may_be_spelled_out(api: ApiServer, namespace: str, create_todo: TodoCreator) -> None:
    """No action means manual, so writing `manual: {}` down changes nothing, nor does leaving it out again."""
    create_todo(phase="Active")

    manual: JsonObject | None
    for manual in ({}, None):
        answer = api.patch(f"{todos_path(namespace)}/todo", {"spec": {"manual": manual}})
        assert answer.accepted, answer.message


def test_no_self_dependency(api: ApiServer, namespace: str, create_todo: TodoCreator) -> None:
    """A Todo that waits for itself would wait for ever: refused on creation and on update."""
    create_todo()
    on_itself = [{"name": "build"}, {"name": "todo"}]

    created = api.create(todos_path(namespace), todo_manifest(dependsOn=on_itself), dry_run=True)
    updated = api.patch(f"{todos_path(namespace)}/todo", {"spec": {"dependsOn": on_itself}}, dry_run=True)

    expected = {("spec.dependsOn", "Invalid value: a Todo cannot depend on itself")}
    assert (created.causes, updated.causes) == (expected, expected)


@pytest.mark.parametrize("phase", [None, "Pending", "Active", "Succeeded"])
def test_metadata_and_status_updates(
    api: ApiServer, operator_api: ApiServer, namespace: str, create_todo: TodoCreator, phase: str | None
) -> None:
    """Finalizers, owner references and status can be written in every phase, else nothing could be cleaned up."""
    todo = create_todo(phase=phase, **BEFORE)
    path = f"{todos_path(namespace)}/todo"
    other = create_todo("owner")
    owner = {"apiVersion": other["apiVersion"], "kind": "Todo", "name": "owner", "uid": other["metadata"]["uid"]}
    for metadata in ({"finalizers": ["example.org/hold"]}, {"finalizers": None}, {"ownerReferences": [owner]}):
        answer = api.patch(path, {"metadata": metadata})
        assert answer.accepted, answer.message
    answer = operator_api.patch(f"{path}/status", {"status": {"phase": "Failed", "reason": "TimedOut"}})

    assert answer.accepted, answer.message
    assert answer.body["metadata"]["generation"] == todo["metadata"]["generation"]
