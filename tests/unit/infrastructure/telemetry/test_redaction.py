"""A canary: no form in which a secret may reach a log line lets it through, in either format."""

import json
import logging

import pytest

from myapp.infrastructure.telemetry.log_setup import JsonLines, PlainLines
from myapp.infrastructure.telemetry.redaction import HIDDEN, redact

CANARY = "c4nary-S3cret"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    "text",
    [
        f"cannot reach redis://myapp:{CANARY}@redis:6379/0",
        f"cannot reach rediss://:{CANARY}@redis:6379",
        f"redis://u:p@ss/{CANARY}@redis:6379 is down",
        f"headers {{'Authorization': 'Bearer {CANARY}'}}",
        f"Authorization: Bearer {CANARY}",
        f"authorization: Basic {CANARY}",
        f"Authorization={CANARY}",
        f"used bearer {CANARY} for it",
        f"AUTH failed for password={CANARY}",
        f"REDIS_PASSWORD: {CANARY}",
        f'{{"password": "{CANARY} with spaces"}}',
        f"client_secret='{CANARY}'",
        f"?token={CANARY}&x=1",
        f"api-key: {CANARY}",
        f"Redis(host=redis, username=myapp, password='{CANARY}')",
    ],
)
def test_f4_no_shape_lets_the_canary_through(text: str) -> None:
    """Alone, and as what an exception says, in a traceback."""
    assert CANARY not in redact(text)
    assert HIDDEN in redact(text)
    error = ValueError(text)
    for formatter in (JsonLines(), PlainLines()):
        trouble = (ValueError, error, None)
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed: %s", (error,), trouble)
        record.__dict__["detail"] = text
        line = formatter.format(record)
        assert CANARY not in line
        assert "ValueError" in line


def test_a_service_accounts_token_is_known_by_its_shape() -> None:
    """Wherever it stands."""
    assert JWT not in redact(f"sent {JWT} to it")


@pytest.mark.parametrize(
    "text",
    [
        "PATCH /apis/todo.myapp.dev/v1alpha1/namespaces/shop/todos/deploy/status: 403 forbidden",
        'todos.todo.myapp.dev "deploy" is forbidden: User "system:serviceaccount:a:b" cannot patch resource',
        "cannot listen on 0.0.0.0:8080 (address in use); set MYAPP_HTTP_PORT to a free port",
        "Cannot connect to host redis:6379 ssl:default [Connect call failed ('10.0.0.1', 6379)]",
        "myapp 1.0 at https://10.96.0.1:443",
    ],
)
def test_what_is_no_secret_stays_as_it_is(text: str) -> None:
    """A log that hides everything helps nobody."""
    assert redact(text) == text


def test_redacted_lines_are_still_json() -> None:
    """Secrets are taken out before the text is quoted."""
    record = logging.LogRecord("x", logging.INFO, __file__, 1, '{"password": "a\\"b"} redis://u:"p@h', (), None)
    assert HIDDEN in json.loads(JsonLines().format(record))["msg"]
