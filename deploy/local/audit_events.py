"""What an event of the API server's audit log is about, and whether it is a write, for all who count writes."""

from collections.abc import Mapping
from typing import Any

_WRITE_VERBS = frozenset({"create", "update", "patch", "delete", "deletecollection"})
# All that these groups have are reviews: one creates a question, and the answer is kept nowhere.
_REVIEWS = frozenset({"authentication.k8s.io", "authorization.k8s.io"})


def is_write(event: Mapping[str, Any]) -> bool:
    """Whether the request changed what etcd stores or, where it was refused, would have.

    Dry runs and reviews of who somebody is or what they may do store nothing, whatever is answered.
    """
    return (
        event["verb"] in _WRITE_VERBS
        and "dryRun=" not in event["requestURI"]
        and event.get("objectRef", {}).get("apiGroup") not in _REVIEWS
    )


def resource_of(event: Mapping[str, Any]) -> str:
    """The resource with its subresource (`todos/status`); empty for what is none, such as /healthz."""
    reference = event.get("objectRef", {})
    return "/".join(filter(None, (reference.get("resource"), reference.get("subresource"))))
