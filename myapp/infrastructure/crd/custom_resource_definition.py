"""What a CustomResourceDefinition says besides its schema (names, columns, selectable fields), and its manifest.

One version is enough so far. Every kind is namespaced, has a status subresource and belongs to the category `myapp`.
"""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from myapp.infrastructure.crd.schema_revision import REVISION_ANNOTATION
from myapp.infrastructure.crd.structural_schema import structural_schema

GROUP = "todo.myapp.dev"
VERSION = "v1alpha1"
CATEGORY = "myapp"

WIDE = 1
"""Priority of a column that only `-o wide` shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterColumn:
    """A column of `kubectl get`. `date` prints an age, which for a time in the future is `<invalid>`: use `string`."""

    name: str
    json_path: str
    description: str
    type: Literal["string", "integer", "date"] = "string"
    priority: int = 0

    def as_json(self) -> dict[str, Any]:
        """The column as it stands in the CRD: the API server drops a priority of 0."""
        return {
            "name": self.name,
            "type": self.type,
            "jsonPath": self.json_path,
            "description": self.description,
            **({"priority": self.priority} if self.priority else {}),
        }


AGE = PrinterColumn(
    name="Age", type="date", json_path=".metadata.creationTimestamp", description="How long ago the object was created."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomResourceDefinition:
    """A kind of the API.

    AGE goes between the `columns` of the default view and the wide ones. `selectable_fields` (paths, at most 8) serve
    `--field-selector`. `revision` grows by one whenever anything else here, or in the models, changes the manifest.
    """

    revision: int
    model: type[BaseModel]
    kind: str
    plural: str
    short_name: str
    columns: tuple[PrinterColumn, ...]
    selectable_fields: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the CustomResourceDefinition object."""
        return f"{self.plural}.{GROUP}"

    def manifest(self) -> dict[str, Any]:
        """The object to apply, ready for YAML."""
        return {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": self.name, "annotations": {REVISION_ANNOTATION: str(self.revision)}},
            "spec": {
                "group": GROUP,
                "scope": "Namespaced",
                "names": {
                    "kind": self.kind,
                    "listKind": f"{self.kind}List",
                    "plural": self.plural,
                    "singular": self.kind.lower(),
                    "shortNames": [self.short_name],
                    "categories": [CATEGORY],
                },
                "versions": [self._version()],
            },
        }

    def _version(self) -> dict[str, Any]:
        in_default_view = [column for column in self.columns if column.priority < WIDE]
        in_wide_view = [column for column in self.columns if column.priority >= WIDE]
        return {
            "name": VERSION,
            "served": True,
            "storage": True,
            "schema": {"openAPIV3Schema": structural_schema(self.model)},
            "subresources": {"status": {}},
            **(
                {"selectableFields": [{"jsonPath": path} for path in self.selectable_fields]}
                if self.selectable_fields
                else {}
            ),
            "additionalPrinterColumns": [column.as_json() for column in (*in_default_view, AGE, *in_wide_view)],
        }
