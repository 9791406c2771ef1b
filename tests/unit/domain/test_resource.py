"""What may be said about an operation on an object, and which operations may be repeated."""

from typing import Any

import pytest

from myapp.domain.actions.object_identity import ObjectIdentity
from myapp.domain.actions.resource import LONGEST_MANIFEST, Operation, PatchType, Resource
from myapp.domain.entry_fields import EntryFields
from myapp.domain.errors import InvalidTodoError

Fields = dict[str, Any]

CONFIG_MAP: Fields = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}}
SECRET: Fields = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "token"}}


def resource(operation: str = "Apply", manifest: Fields | None = None, **fields: object) -> Resource:
    """The action, from the fields that the spec has."""
    given = {"operation": operation, "manifest": manifest or CONFIG_MAP, **fields}
    return Resource.create_from_fields(EntryFields(given, "spec.resource"))


def with_metadata(**metadata: object) -> Fields:
    """A manifest with these instead."""
    return {**CONFIG_MAP, "metadata": metadata}


def step(op: str, path: str, **rest: object) -> Fields:
    """A step of a JSON patch."""
    return {"op": op, "path": path, **rest}


def test_what_is_read() -> None:
    """The object is told by its manifest, the rest by its fields."""
    made = resource("Apply", with_metadata(name="settings", namespace="shop", uid="u"), force=True, success_when="true")

    assert made.operation is Operation.APPLY
    assert made.target == ObjectIdentity("v1", "ConfigMap", "settings", "shop", "u")
    assert (made.force, made.success_when, made.patch_type) == (True, "true", PatchType.MERGE)
    assert str(made.target) == "ConfigMap settings in namespace shop"


@pytest.mark.parametrize(
    ("manifest", "field"),
    [
        ({**CONFIG_MAP, "apiVersion": "apps"}, "manifest.apiVersion"),
        ({**CONFIG_MAP, "apiVersion": "../v1"}, "manifest.apiVersion"),
        ({**CONFIG_MAP, "kind": "config map"}, "manifest.kind"),
        ({"apiVersion": "v1", "kind": "ConfigMap"}, "manifest.metadata"),
        (with_metadata(generateName="a-"), "manifest.metadata.name"),
        (with_metadata(name="a/b"), "manifest.metadata.name"),
        (with_metadata(name=".."), "manifest.metadata.name"),
        (with_metadata(name="a%2Fb"), "manifest.metadata.name"),
        (with_metadata(name="a", namespace="A/b"), "manifest.metadata.namespace"),
        ({**CONFIG_MAP, "data": {"a": "x" * LONGEST_MANIFEST}}, "manifest"),
    ],
)
def test_a_manifest_that_is_none(manifest: Fields, field: str) -> None:
    """It is refused with the field that is wrong."""
    with pytest.raises(InvalidTodoError) as caught:
        resource("Apply", manifest)

    assert caught.value.field == f"spec.resource.{field}"


@pytest.mark.parametrize(
    ("operation", "fields", "field"),
    [
        ("Replace", {}, "operation"),
        ("Apply", {"patch_type": "Merge"}, "patchType"),
        ("Patch", {"patch_type": "JSON"}, "jsonPatch"),
        ("Patch", {"json_patch": [step("add", "/a", value=1)]}, "jsonPatch"),
        ("Wait", {"force": False}, "force"),
        ("Patch", {"set_owner_reference": True}, "setOwnerReference"),
        ("Delete", {"field_manager": "me"}, "fieldManager"),
        ("Delete", {"success_when": "true"}, "successWhen"),
        ("Wait", {"manifest": {**CONFIG_MAP, "data": {}}}, "manifest"),
        ("Delete", {"manifest": with_metadata(name="a", labels={})}, "manifest.metadata"),
    ],
)
def test_fields_that_do_not_go_together(operation: str, fields: Fields, field: str) -> None:
    """What says nothing about the operation is refused: it would be a misunderstanding."""
    with pytest.raises(InvalidTodoError) as caught:
        resource(operation, **fields)

    assert caught.value.field == f"spec.resource.{field}"


@pytest.mark.parametrize(
    ("operation", "fields"),
    [
        ("Apply", {"manifest": {**SECRET, "stringData": {"key": "canary"}}}),
        ("Apply", {"manifest": {**SECRET, "data": {"key": "canary"}}}),
        ("Patch", {"manifest": {**SECRET, "data": {"key": "canary"}}}),
        ("Delete", {"manifest": {**SECRET, "data": {"key": "canary"}}}),
        ("Patch", {"manifest": SECRET, "patch_type": "JSON", "json_patch": [step("add", "/data/key", value="canary")]}),
        ("Patch", {"manifest": SECRET, "patch_type": "JSON", "json_patch": [step("replace", "", value="canary")]}),
        ("Wait", {"manifest": SECRET, "json_patch": [step("test", "/data/key", value="canary")]}),
    ],
)
def test_the_content_of_a_secret_is_refused_and_not_repeated(operation: str, fields: Fields) -> None:
    """A todo is no place for it, and neither is a message."""
    with pytest.raises(InvalidTodoError) as caught:
        resource(operation, **fields)

    assert "Secret" in str(caught.value)
    assert "canary" not in str(caught.value)


def test_a_secret_may_be_waited_for_and_labelled() -> None:
    """What it holds is not needed for that."""
    assert resource("Wait", SECRET).target.kind == "Secret"
    labelled = {**SECRET, "metadata": {"name": "token", "labels": {"a": "b"}}}
    assert resource("Apply", labelled).manifest == labelled


@pytest.mark.parametrize(
    ("operation", "fields", "repeatable"),
    [
        ("Apply", {}, True),
        ("Wait", {}, True),
        ("Patch", {}, True),
        ("Patch", {"patch_type": "Strategic"}, True),
        ("Delete", {}, False),
        ("Delete", {"manifest": with_metadata(name="a", uid="u")}, True),
        ("Patch", {"patch_type": "JSON", "json_patch": [step("replace", "/spec/replicas", value=3)]}, True),
        ("Patch", {"patch_type": "JSON", "json_patch": [step("add", "/spec/replicas", value=3)]}, True),
        ("Patch", {"patch_type": "JSON", "json_patch": [step("add", "/list/-", value=3)]}, False),
        ("Patch", {"patch_type": "JSON", "json_patch": [step("add", "/list/0", value=3)]}, False),
        ("Patch", {"patch_type": "JSON", "json_patch": [step("remove", "/list/0")]}, False),
        ("Patch", {"patch_type": "JSON", "json_patch": [step("remove", "/spec/paused")]}, False),
        ("Patch", {"patch_type": "JSON", "json_patch": [step("move", "/a", **{"from": "/b"})]}, False),
        (
            "Patch",
            {"patch_type": "JSON", "json_patch": [step("test", "/a", value=1), step("replace", "/a", value=2)]},
            False,
        ),
    ],
)
def test_what_may_be_repeated(operation: str, fields: Fields, repeatable: bool) -> None:
    """An operation that says how the object is to be; not one that says what is to become of what is there."""
    assert resource(operation, **fields).repeatable is repeatable
