"""What one identity asked of the API server, but for watches, by the audit log: who does nothing should ask nothing."""

import json
from collections import Counter
from pathlib import Path

ADMISSION = "admissionregistration.k8s.io"


def requests_since(audit_log: Path, offset: int, username: str) -> tuple[Counter[str], Counter[str]]:
    """Requests by "verb resource" since the log was `offset` bytes long, in any account's name.

    The first are about Todos and what they wait for. The second prove that the admission policies hold, which the
    operator does every few minutes however many Todos there are: it reads them, tries what they must refuse, and notes
    the result.
    """
    about_todos: Counter[str] = Counter()
    own: Counter[str] = Counter()
    with audit_log.open("rb") as log:
        log.seek(offset)
        for line in log:
            if not line.endswith(b"\n"):
                break  # the server is still writing it
            event = json.loads(line)
            if event["user"]["username"] != username or event["verb"] == "watch":
                continue
            reference = event.get("objectRef", {})
            what = f"{event['verb']} {reference.get('resource', event['requestURI'])}"
            is_own = (
                reference.get("apiGroup") == ADMISSION
                or "dryRun=All" in event["requestURI"]
                or reference.get("namespace") == "myapp-system"
            )
            (own if is_own else about_todos)[what] += 1
    return about_todos, own
