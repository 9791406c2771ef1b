"""What the author of a todo may say about its Job."""

from typing import Any

import pytest

from myapp.domain.actions.job import LONGEST_TEMPLATE, Job
from myapp.domain.entry_fields import EntryFields
from myapp.domain.errors import InvalidTodoError

CONTAINER = {"name": "main", "image": "busybox"}


def template(pod: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """A template with one container, and what a test is about."""
    return {"spec": {"template": {"spec": {"containers": [CONTAINER], **(pod or {})}}, **spec}}


def read(fields: dict[str, Any]) -> Job:
    """The action."""
    return Job.create_from_fields(EntryFields(fields, "spec.job"))


def test_template_is_kept_as_it_is() -> None:
    """Kubernetes knows more about Jobs than we do."""
    written = template(backoffLimit=2, someday={"a": [1]}) | {"metadata": {"labels": {"team": "a"}}}
    assert read({"template": written}) == Job(written)
    assert read({"template": written, "idempotent": True}).idempotent


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (None, "spec.job.template: found None, allowed is an object"),
        ([], "spec.job.template: found"),
        ({}, "spec.job.template.spec: found None, allowed is an object"),
        ({"spec": {}}, "spec.job.template.spec.template: found None, allowed is an object"),
        ({"spec": {"template": {}}}, "spec.job.template.spec.template.spec: found None, allowed is an object"),
        ({"spec": {"template": {"spec": {}}}}, "spec.job.template.spec.template.spec.containers: found None"),
        (template({"containers": []}), "spec.containers: found .., allowed is at least one container"),
        (template({"containers": ["a"]}), "spec.containers: found .*, allowed is a list of objects"),
        (template({"initContainers": {}}), "spec.initContainers: found .*, allowed is a list of objects"),
        (template({"serviceAccountName": "admin"}), "serviceAccountName: found 'admin', allowed is nothing: pods run"),
        (template({"serviceAccount": "admin"}), "serviceAccount: found 'admin'"),
        (template(selector={"matchLabels": {"a": "b"}}), "spec.job.template.spec.selector: found"),
        (template(manualSelector=True), "spec.job.template.spec.manualSelector: found True"),
        (template() | {"metadata": {"name": "mine"}}, "spec.job.template.metadata.name: found 'mine', allowed is only"),
        (template() | {"metadata": {"ownerReferences": []}}, "metadata.ownerReferences"),
        (template() | {"metadata": {"finalizers": ["a/b"]}}, "metadata.finalizers"),
        (
            template() | {"metadata": {"labels": {"todo.myapp.dev/todo-uid": "other"}}},
            "metadata.labels: found 'todo.myapp.dev/todo-uid', allowed is names that do not begin with todo.myapp.dev/",
        ),
        (template() | {"metadata": {"labels": ["a"]}}, "metadata.labels: found .*, allowed is an object"),
        (template() | {"metadata": []}, "spec.job.template.metadata: found"),
        (template() | {"status": {}}, "spec.job.template: found 'status', allowed is only metadata, spec"),
        (template(note="x" * LONGEST_TEMPLATE), f"spec.job.template: found '.* bytes', allowed is at most {64 * 1024}"),
    ],
)
def test_refused(written: object, told: str) -> None:
    """By the field, with what was found and what is allowed."""
    with pytest.raises(InvalidTodoError, match=told):
        read({"template": written})


def test_pods_have_metadata_too() -> None:
    """The same rules, one level down."""
    written = template()
    written["spec"]["template"]["metadata"] = {"namespace": "kube-system"}
    with pytest.raises(InvalidTodoError, match=r"spec\.job\.template\.spec\.template\.metadata\.namespace"):
        read({"template": written})
