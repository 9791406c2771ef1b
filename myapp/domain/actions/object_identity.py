"""Which object of the cluster a manifest is about."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from myapp.domain.errors import InvalidTodoError

#: Group and kind of Secrets, whose content is never shown.
SECRET = ("", "Secret")
_GROUP_VERSION = re.compile(r"([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?v[a-z0-9]{1,62}")
_KIND = re.compile(r"[A-Z][A-Za-z0-9]{0,62}")
#: One segment of a path. RBAC's names have colons, other kinds have more.
_NAME = re.compile(r"(?!\.{1,2}$)[^/%\s]{1,253}")
_NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class ObjectIdentity:
    """An object by its kind and name; with ``uid`` that very one and none that takes its name later."""

    api_version: str
    kind: str
    name: str
    namespace: str = ""
    """Empty where the manifest names none: that of the todo, if the kind has namespaces at all."""
    uid: str = ""

    @property
    def group_kind(self) -> tuple[str, str]:
        """What the object is, whatever the version."""
        group, slash, _ = self.api_version.rpartition("/")
        return (group if slash else "", self.kind)

    def __str__(self) -> str:
        within = f" in namespace {self.namespace}" if self.namespace else ""
        return f"{self.kind} {self.name}{within}"


def read_identity(manifest: Mapping[str, Any], path: str) -> ObjectIdentity:
    """The object that ``manifest``, which stands at ``path``, is about. Raises InvalidTodoError."""
    metadata = manifest.get("metadata")
    if not isinstance(metadata, Mapping):
        raise InvalidTodoError(f"{path}.metadata", metadata, "an object with a name")
    return ObjectIdentity(
        api_version=_text(manifest, "apiVersion", path, _GROUP_VERSION, "a version such as v1 or apps/v1"),
        kind=_text(manifest, "kind", path, _KIND, "a kind such as Deployment"),
        name=_text(metadata, "name", f"{path}.metadata", _NAME, "a name, which generateName is not"),
        namespace=_optional(metadata, "namespace", f"{path}.metadata", _NAMESPACE, "a namespace"),
        uid=_optional(metadata, "uid", f"{path}.metadata", _NAME, "a uid"),
    )


def _text(fields: Mapping[str, Any], name: str, path: str, form: re.Pattern[str], allowed: str) -> str:
    found = fields.get(name)
    if not isinstance(found, str) or not form.fullmatch(found):
        raise InvalidTodoError(f"{path}.{name}", found, allowed)
    return found


def _optional(fields: Mapping[str, Any], name: str, path: str, form: re.Pattern[str], allowed: str) -> str:
    return _text(fields, name, path, form, allowed) if fields.get(name) else ""
