"""What spec.reminders refuses, with the field and the message of each; the operator's model refuses each too."""

import pytest
from pydantic import ValidationError

from myapp.infrastructure.crd.todo_resource import TodoSpec
from tests.api_server import ApiServer, JsonObject
from tests.manifests import ANYWHERE, DURATION_FORM, todo_manifest, todos_path

pytestmark = pytest.mark.cluster

DUE = {"dueTime": "2026-12-01T08:00:00Z"}
SHORT = f"must be a duration of at least 1m, {DURATION_FORM}"
NO_WARNING = f"{SHORT}, or 0s for no warning"
NOT_SHORTER = "reminders.beforeTimeout must be shorter than timeout, which it needs"

REFUSED: dict[str, tuple[JsonObject, str, set[str]]] = {
    "too often": ({"reminders": {"every": "59.999s"}}, "every", {f'Invalid value: "59.999s": {SHORT}'}),
    "never": ({"reminders": {"every": "0s"}}, "every", {f'Invalid value: "0s": {SHORT}'}),
    "in words": ({"reminders": {"every": "daily"}}, "every", {f'Invalid value: "daily": {SHORT}'}),
    "as a number": (
        {"reminders": {"every": 60}},
        "every",
        {'Invalid value: "integer": spec.reminders.every in body must be of type string: "integer"'},
    ),
    "too many before the due time": (
        {"reminders": {"beforeDue": [f"{hours}h" for hours in range(1, 10)]}, **DUE},
        "beforeDue",
        {"Too many: 9: must have at most 8 items"},
    ),
    "too close to the due time": (
        {"reminders": {"beforeDue": ["1h", "1s"]}, **DUE},
        "beforeDue[1]",
        {f'Invalid value: "1s": {SHORT}'},
    ),
    "in days before the due time": (
        {"reminders": {"beforeDue": ["1d"]}, **DUE},
        "beforeDue[0]",
        {f'Invalid value: "1d": {SHORT}'},
    ),
    "twice at a time": (
        {"reminders": {"beforeDue": ["1h", "1h"]}, **DUE},
        "beforeDue[1]",
        {'Duplicate value: "1h"'},
    ),
    "before no due time": (
        {"reminders": {"beforeDue": ["1h"]}},
        "beforeDue",
        {"Invalid value: reminders.beforeDue needs a dueTime"},
    ),
    "before no timeout": ({"reminders": {"beforeTimeout": "1h"}}, "beforeTimeout", {f"Invalid value: {NOT_SHORTER}"}),
    "before it began": (
        {"reminders": {"beforeTimeout": "60m"}, "timeout": "1h"},
        "beforeTimeout",
        {f"Invalid value: {NOT_SHORTER}"},
    ),
    "a warning too late": (
        {"reminders": {"beforeTimeout": "30s"}, "timeout": "1h"},
        "beforeTimeout",
        {f'Invalid value: "30s": {NO_WARNING}'},
    ),
    "a malformed warning is one error": (
        {"reminders": {"beforeTimeout": "soon"}, "timeout": "1h"},
        "beforeTimeout",
        {f'Invalid value: "soon": {NO_WARNING}'},
    ),
    "of what waits for nobody": (
        {"reminders": {"every": "1h"}, "wait": {"duration": "9h"}},
        "",
        {"Invalid value: reminders are for what waits for people: manual and approval"},
    ),
}


@pytest.mark.parametrize(("spec", "field", "messages"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(api: ApiServer, spec: JsonObject, field: str, messages: set[str]) -> None:
    """The API server says which field is wrong and why, and nothing else."""
    manifest = todo_manifest(**spec)

    answer = api.create(todos_path(ANYWHERE), manifest, dry_run=True)

    path = f"spec.reminders.{field}".rstrip(".")
    assert answer.causes == {(path, message) for message in messages}
    with pytest.raises(ValidationError):
        TodoSpec.model_validate(manifest["spec"])


def test_a_malformed_timeout_is_one_error_beside_a_warning(api: ApiServer) -> None:
    """The rule that compares the two leaves it to the timeout's own."""
    manifest = todo_manifest(timeout="soon", reminders={"beforeTimeout": "1h"})

    answer = api.create(todos_path(ANYWHERE), manifest, dry_run=True)

    assert answer.causes == {("spec.timeout", f'Invalid value: "soon": must be a duration above zero, {DURATION_FORM}')}


def test_an_unknown_field_is_named(api: ApiServer) -> None:
    """And not dropped in silence."""
    answer = api.create(todos_path(ANYWHERE), todo_manifest(reminders={"evry": "1h"}), dry_run=True)

    assert answer.message.endswith('strict decoding error: unknown field "spec.reminders.evry"')
