"""What a wrong spec of a Todo is told, by the API server and by the operator's model."""

import pytest
from pydantic import ValidationError

from myapp.infrastructure.crd.todo_resource import TodoSpec
from tests.api_server import ApiServer, JsonObject
from tests.manifests import ANYWHERE, todo_manifest, todos_path

#: A spec, the field that is wrong in it, and what is said of that field.
Refusal = tuple[JsonObject, str, set[str]]


def refused_by_both(api: ApiServer, spec: JsonObject, field: str, messages: set[str]) -> None:
    """The API server names this field with these messages, and nothing else; the operator's model refuses it too."""
    manifest = todo_manifest(**spec)

    answer = api.create(todos_path(ANYWHERE), manifest, dry_run=True)

    assert answer.causes == {(field, message) for message in messages}, answer.message
    with pytest.raises(ValidationError):
        TodoSpec.model_validate(manifest["spec"])
