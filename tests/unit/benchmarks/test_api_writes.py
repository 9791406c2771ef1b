"""Counting one identity's writes in an audit log."""

import json
from pathlib import Path

from benchmarks.api_writes import AuditLogBookmark, count_writes

OPERATOR = "system:serviceaccount:myapp-system:myapp"


def event(
    *,
    username: str = OPERATOR,
    verb: str = "patch",
    resource: str = "todos",
    subresource: str | None = "status",
    group: str = "todo.myapp.dev",
    query: str = "",
    code: int = 200,
    stage: str = "ResponseComplete",
) -> bytes:
    """One line of an audit log."""
    reference = {"resource": resource, "apiGroup": group} | ({"subresource": subresource} if subresource else {})
    document = {
        "stage": stage,
        "verb": verb,
        "requestURI": f"/apis/{group}{query}",
        "user": {"username": username},
        "objectRef": reference,
        "responseStatus": {"code": code},
    }
    return json.dumps(document).encode() + b"\n"


def test_writes_are_counted_by_kind_and_code() -> None:
    """A refused write counts, and is told from one that succeeded."""
    lines = [event(), event(), event(code=409), event(verb="create", resource="events", subresource=None, code=201)]

    assert count_writes(lines, OPERATOR) == {
        "patch todos/status 200": 2,
        "patch todos/status 409": 1,
        "create events 201": 1,
    }


def test_only_the_identitys_own_writes_count() -> None:
    """Reads, other users (also one whose request mentions the identity), early stages and Leases are left out."""
    mention = json.loads(event(username="somebody"))
    mention["requestURI"] = f"/x?user={OPERATOR}"
    lines = [
        event(verb="watch", subresource=None),
        event(verb="get", subresource=None),
        event(username="admin"),
        json.dumps(mention).encode() + b"\n",
        event(stage="Panic"),
        event(resource="leases", verb="update", subresource=None),
    ]

    assert count_writes(lines, OPERATOR).total() == 0


def test_what_could_never_be_stored_does_not_count() -> None:
    """The guard's forged decisions are dry runs, refused or not; a review is created, and nothing of it is kept."""
    lines = [
        event(verb="create", resource="tododecisions", subresource=None, query="?dryRun=All", code=403),
        event(verb="create", resource="tododecisions", subresource=None, query="?dryRun=All", code=201),
        event(query="?fieldManager=myapp&dryRun=All"),
        event(verb="create", resource="selfsubjectreviews", subresource=None, group="authentication.k8s.io", code=201),
        event(verb="create", resource="tokenreviews", subresource=None, group="authentication.k8s.io", code=201),
        event(verb="create", resource="subjectaccessreviews", subresource=None, group="authorization.k8s.io", code=201),
        event(verb="create", resource="selfsubjectaccessreviews", subresource=None, group="authorization.k8s.io"),
    ]
    stored = [event(query="?fieldManager=myapp", code=409), event(verb="create", resource="tododecisions", code=403)]

    assert count_writes(lines, OPERATOR).total() == 0
    assert count_writes(lines + stored, OPERATOR).total() == len(stored)


def test_a_half_written_line_is_not_read() -> None:
    """The server may be writing while we read."""
    assert count_writes([event(), event()[:-10]], OPERATOR).total() == 1


def test_a_bookmark_counts_only_what_comes_later(tmp_path: Path) -> None:
    """What was in the log before belongs to somebody else's measurement."""
    log = tmp_path / "audit.log"
    log.write_bytes(event() + event())
    bookmark = AuditLogBookmark(log, OPERATOR)

    assert bookmark.writes_since().total() == 0

    with log.open("ab") as file:
        file.write(event(code=409))

    assert bookmark.writes_since() == {"patch todos/status 409": 1}
