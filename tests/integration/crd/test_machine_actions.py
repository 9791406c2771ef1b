"""What ``spec.resource`` and ``spec.job`` allow and refuse at their edges, by the API server and the model alike."""

import pytest
from pydantic import ValidationError

from myapp.infrastructure.crd.todo_resource import TodoSpec
from tests.api_server import ApiServer, JsonObject
from tests.manifests import ANYWHERE, todo_manifest, todos_path

pytestmark = pytest.mark.cluster

OBJECT: JsonObject = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}}
STEP: JsonObject = {"op": "add", "path": "/data/a", "value": "b"}


def resource(operation: str = "Wait", **fields: object) -> JsonObject:
    """A Todo's spec with that operation."""
    return {"resource": {"operation": operation, "manifest": OBJECT, **fields}}


def on(**changes: object) -> JsonObject:
    """The same, about another object."""
    return resource(manifest={**OBJECT, **changes})


def steps(*made: JsonObject) -> JsonObject:
    """The same, as a JSON patch."""
    return resource("Patch", patchType="JSON", jsonPatch=list(made))


ACCEPTED: dict[str, JsonObject] = {
    "a wait": resource(),
    "a wait with conditions": resource(successWhen="x" * 2048, failureWhen="true"),
    "an apply with all of it": resource("Apply", fieldManager="a/b:c", force=True, setOwnerReference=True),
    "an apply of any fields": resource("Apply", manifest={**OBJECT, "data": {"a": "b"}, "someday": [1]}),
    "a deletion": resource("Delete"),
    "a patch without a type": resource("Patch"),
    "a strategic patch": resource("Patch", patchType="Strategic"),
    "the most steps": steps(*[STEP] * 64),
    "all kinds of steps": steps(
        {"op": "remove", "path": ""},
        {"op": "move", "from": "/a", "path": "/b"},
        {"op": "test", "path": "/a", "value": {"b": [1]}},
    ),
    "another group and namespace": on(
        apiVersion="apps.example.com/v1beta1", metadata={"name": "a:b", "namespace": "other", "uid": "u"}
    ),
    "a job": {"job": {"template": {"spec": {"any": {"thing": 1}}}}},
    "a job that may run twice": {"job": {"template": {}, "idempotent": True}},
}
_SPEC = "spec.resource"
_MANIFEST = f"{_SPEC}.manifest"
_TYPE = "patchType goes with operation: Patch only"
_STEPS = "jsonPatch goes with operation: Patch and patchType: JSON, and only with them"
_APPLY = "force, setOwnerReference and fieldManager go with operation: Apply only"
_DELETION = "successWhen and failureWhen do not go with it"
REFUSED: dict[str, tuple[JsonObject, str, str]] = {
    "another operation": (resource("Replace"), f"{_SPEC}.operation", "Unsupported value"),
    "no kind": (resource(manifest={"apiVersion": "v1", "metadata": {"name": "a"}}), f"{_MANIFEST}.kind", "Required"),
    "a kind that is none": (on(kind="configMap"), f"{_MANIFEST}.kind", "should match"),
    "a version that is none": (on(apiVersion="apps"), f"{_MANIFEST}.apiVersion", "should match"),
    "no name": (on(metadata={}), f"{_MANIFEST}.metadata.name", "Required value"),
    "an empty name": (on(metadata={"name": ""}), f"{_MANIFEST}.metadata.name", "at least 1 chars"),
    "a wrong namespace": (
        on(metadata={"name": "a", "namespace": "A"}),
        f"{_MANIFEST}.metadata.namespace",
        "should match",
    ),
    "a type without a patch": (resource("Apply", patchType="Merge"), f"{_SPEC}.patchType", _TYPE),
    "another type": (resource("Patch", patchType="Diff"), f"{_SPEC}.patchType", "Unsupported value"),
    "steps without their type": (resource("Patch", jsonPatch=[STEP]), f"{_SPEC}.jsonPatch", _STEPS),
    "steps of a merge": (resource("Patch", patchType="Merge", jsonPatch=[STEP]), f"{_SPEC}.jsonPatch", _STEPS),
    "steps of a wait": (resource(jsonPatch=[STEP]), f"{_SPEC}.jsonPatch", _STEPS),
    "a JSON patch without steps": (resource("Patch", patchType="JSON"), f"{_SPEC}.jsonPatch", _STEPS),
    "no step": (steps(), f"{_SPEC}.jsonPatch", "at least 1 items"),
    "too many steps": (steps(*[STEP] * 65), f"{_SPEC}.jsonPatch", "Too many"),
    "another step": (steps({**STEP, "op": "merge"}), f"{_SPEC}.jsonPatch[0].op", "Unsupported value"),
    "a path that is none": (steps({**STEP, "path": "data"}), f"{_SPEC}.jsonPatch[0].path", "should match"),
    "force of a patch": (resource("Patch", force=False), _SPEC, _APPLY),
    "an owner of a wait": (resource(setOwnerReference=True), _SPEC, _APPLY),
    "a manager of a deletion": (resource("Delete", fieldManager="a"), _SPEC, _APPLY),
    "a manager that is none": (resource("Apply", fieldManager="-a"), f"{_SPEC}.fieldManager", "should match"),
    "success of a deletion": (resource("Delete", successWhen="true"), _SPEC, _DELETION),
    "failure of a deletion": (resource("Delete", failureWhen="true"), _SPEC, _DELETION),
    "no expression": (resource(successWhen=""), f"{_SPEC}.successWhen", "at least 1 chars"),
    "an expression too long": (resource(failureWhen="x" * 2049), f"{_SPEC}.failureWhen", "Too long"),
    "a job without a template": ({"job": {}}, "spec.job.template", "Required value"),
    "a template that is a text": ({"job": {"template": "a"}}, "spec.job.template", "must be of type object"),
    "perhaps twice": ({"job": {"template": {}, "idempotent": "yes"}}, "spec.job.idempotent", "must be of type boolean"),
    "reminders of a wait for an object": ({**resource(), "reminders": {"every": "1h"}}, "spec.reminders", ""),
    "reminders of a job": ({"job": {"template": {}}, "reminders": {"every": "1h"}}, "spec.reminders", ""),
}


@pytest.mark.parametrize("spec", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(api: ApiServer, spec: JsonObject) -> None:
    """What is just within."""
    manifest = todo_manifest(**spec)
    answer = api.create(todos_path(ANYWHERE), manifest, dry_run=True)
    assert answer.accepted, answer.message
    TodoSpec.model_validate(manifest["spec"])


@pytest.mark.parametrize(("spec", "field", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(api: ApiServer, spec: JsonObject, field: str, message: str) -> None:
    """What is just outside; the API server says where and why."""
    manifest = todo_manifest(**spec)
    answer = api.create(todos_path(ANYWHERE), manifest, dry_run=True)
    assert [(where, message in why) for where, why in answer.causes] == [(field, True)], answer.causes
    with pytest.raises(ValidationError):
        TodoSpec.model_validate(manifest["spec"])
