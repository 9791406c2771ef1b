"""Which requests count as asked by an operator that has nothing to do."""

import json
from pathlib import Path

from benchmarks.api_client import JsonObject
from benchmarks.api_requests import requests_since

OPERATOR = "system:serviceaccount:myapp-system:myapp"


def event(verb: str = "get", *, username: str = OPERATOR, query: str = "", **reference: str) -> bytes:
    """One line of an audit log."""
    document: JsonObject = {"verb": verb, "user": {"username": username}, "requestURI": f"/x{query}"}
    if reference:
        document["objectRef"] = reference
    return json.dumps(document).encode() + b"\n"


def test_watches_and_what_was_before_do_not_count(tmp_path: Path) -> None:
    """Nor does what others ask, or a line that is not yet whole; reads count as writes do, in whoever's name."""
    log = tmp_path / "audit.log"
    before = event(resource="todos", namespace="a")
    others = [event(username="admin", resource="todos"), event("watch", resource="todos"), event(resource="todos")[:-5]]
    impersonated = event("list", resource="configmaps", namespace="a")
    log.write_bytes(before + impersonated + event("patch", resource="todos", namespace="a") + b"".join(others))

    about_todos, own = requests_since(log, len(before), OPERATOR)

    assert about_todos == {"list configmaps": 1, "patch todos": 1}
    assert not own


def test_the_proof_of_the_policies_is_told_apart(tmp_path: Path) -> None:
    """It is there however many Todos there are."""
    log = tmp_path / "audit.log"
    policy = event(resource="validatingadmissionpolicies", apiGroup="admissionregistration.k8s.io")
    forged = event("create", query="?dryRun=All", resource="tododecisions", namespace="a")
    noted = event("patch", resource="configmaps", namespace="myapp-system")
    log.write_bytes(policy + forged + noted + event())

    about_todos, own = requests_since(log, 0, OPERATOR)

    assert about_todos == {"get /x": 1}
    assert own == {"get validatingadmissionpolicies": 1, "create tododecisions": 1, "patch configmaps": 1}
