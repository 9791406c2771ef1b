"""What ``spec.http`` allows and refuses at its edges, by the API server and by the operator's model alike."""

import pytest
from pydantic import ValidationError

from myapp.domain.actions.http import FORBIDDEN_HEADERS
from myapp.infrastructure.crd.todo_resource import TodoSpec
from tests.api_server import ApiServer, JsonObject
from tests.manifests import ANYWHERE, todo_manifest, todos_path

pytestmark = pytest.mark.cluster

URL = "https://example.com/x?y=1"
SECRET = {"name": "ci", "key": "ca.crt"}


def header(**fields: object) -> JsonObject:
    """One header."""
    return {"headers": [{"name": "X-A", **fields}]}


ACCEPTED: dict[str, JsonObject] = {
    "an address alone": {},
    "the longest address": {"url": "https://a/" + "x" * 2038},
    "the highest port": {"url": "http://[::1]:65535"},
    "an at in the path": {"url": "http://a:8080/@me/a@b?c=@"},
    "everything of a POST": {
        **header(secretRef=SECRET, prefix="Bearer "),
        "method": "POST",
        "body": "x" * 65536,
        "timeout": "5m",
        "idempotent": True,
        "caSecretRef": SECRET,
        "successWhen": "x" * 2048,
        "failureWhen": "true",
    },
    "the most headers": {"headers": [{"name": f"X-{number}", "value": "a" * 4096} for number in range(32)]},
    "a header of all signs": {"headers": [{"name": "!#$%&'*+-.^_`|~09aZ", "value": "\t ~"}]},
    "an empty header": header(value=""),
    "the shortest interval": {"method": "HEAD", "pollInterval": "1s", "timeout": "1ms"},
}
_URL = (
    "must be an address such as https://example.com/path, without a user and password, which belong into a header with "
    "secretRef, and without a fragment"
)
_HEADER = "spec.http.headers[0]"
REFUSED: dict[str, tuple[JsonObject, str, str]] = {
    "a port above all": ({"url": "http://a:65536/"}, "spec.http.url", _URL),
    "no host": ({"url": "http://:80/"}, "spec.http.url", _URL),
    "a long label": ({"url": f"http://{'a' * 64}.example/"}, "spec.http.url", _URL),
    "no scheme": ({"url": "example.com"}, "spec.http.url", _URL),
    "another scheme": ({"url": "ftp://example.com"}, "spec.http.url", _URL),
    "a password": ({"url": "https://me:pw@example.com/"}, "spec.http.url", _URL),
    "a fragment": ({"url": "https://example.com/#x"}, "spec.http.url", _URL),
    "a blank": ({"url": "https://example.com/a b"}, "spec.http.url", _URL),
    "another method": ({"method": "TRACE"}, "spec.http.method", "Unsupported value"),
    "no time": ({"timeout": "0s"}, "spec.http.timeout", "must be a duration above zero and of 5m at most"),
    "too much time": ({"timeout": "301s"}, "spec.http.timeout", "must be a duration above zero and of 5m at most"),
    "too often": ({"pollInterval": "999ms"}, "spec.http.pollInterval", "must be a duration of at least 1s"),
    "a POST again and again": ({"method": "POST", "pollInterval": "5s"}, "spec.http.pollInterval", "GET and HEAD only"),
    "a GET with a body": ({"body": ""}, "spec.http.body", "does not go with the methods GET and HEAD"),
    "authorities without TLS": ({"url": "http://a/", "caSecretRef": SECRET}, "spec.http.caSecretRef", "https:// only"),
    "a body too long": ({"method": "PUT", "body": "x" * 65537}, "spec.http.body", "Too long"),
    "no expression": ({"successWhen": ""}, "spec.http.successWhen", "at least 1 chars"),
    "too many headers": (
        {"headers": [{"name": f"X-{number}", "value": ""} for number in range(33)]},
        "spec.http.headers",
        "Too many",
    ),
    "a header twice": ({"headers": [{"name": "A", "value": "a"}] * 2}, "spec.http.headers[1]", "Duplicate value"),
    "no value": (header(), _HEADER, "exactly one of value and secretRef must be set"),
    "two values": (header(value="a", secretRef=SECRET), _HEADER, "exactly one of value and secretRef must be set"),
    "a prefix of nothing": (header(value="a", prefix="b"), f"{_HEADER}.prefix", "prefix goes with secretRef only"),
    "a forged header": (header(value="a\r\nX-B: c"), f"{_HEADER}.value", "should match"),
    "a forged name": ({"headers": [{"name": "A: b", "value": ""}]}, f"{_HEADER}.name", "must be the name of a header"),
    "a Secret without a key": (header(secretRef={"name": "ci"}), f"{_HEADER}.secretRef.key", "Required value"),
    **{
        f"the operator's {name}": (
            {"headers": [{"name": name.title(), "value": "x"}]},
            f"{_HEADER}.name",
            "the operator sets this header itself",
        )
        for name in FORBIDDEN_HEADERS
    },
}


@pytest.mark.parametrize("fields", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(api: ApiServer, fields: JsonObject) -> None:
    """What is just within."""
    manifest = todo_manifest(http={"url": URL, **fields})
    answer = api.create(todos_path(ANYWHERE), manifest, dry_run=True)
    assert answer.accepted, answer.message
    TodoSpec.model_validate(manifest["spec"])


@pytest.mark.parametrize(("fields", "field", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(api: ApiServer, fields: JsonObject, field: str, message: str) -> None:
    """What is just outside; the API server says where and why."""
    manifest = todo_manifest(http={"url": URL, **fields})
    answer = api.create(todos_path(ANYWHERE), manifest, dry_run=True)
    assert [(where, message in why) for where, why in answer.causes] == [(field, True)]
    with pytest.raises(ValidationError):
        TodoSpec.model_validate(manifest["spec"])


def test_no_reminders(api: ApiServer) -> None:
    """Nobody is waited for."""
    manifest = todo_manifest(http={"url": URL}, reminders={"every": "1h"})
    answer = api.create(todos_path(ANYWHERE), manifest, dry_run=True)
    assert [field for field, _ in answer.causes] == ["spec.reminders"]
    with pytest.raises(ValidationError):
        TodoSpec.model_validate(manifest["spec"])
