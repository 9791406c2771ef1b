"""Settings come from the environment, and a wrong one is told by its name."""

from datetime import timedelta

import pytest

from myapp.infrastructure.settings import Settings, SettingsError, unknown_variables


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in unknown_variables():
        monkeypatch.delenv(name, raising=False)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MYAPP_{name.upper()}", raising=False)


def test_without_any_variable_everything_has_a_default() -> None:
    """The operator runs cluster-wide with JSON logs when nothing is set."""
    settings = Settings.load()

    assert settings.namespaces == ()
    assert settings.log_format == "json"
    assert settings.resync_interval == timedelta(minutes=10)


def test_variables_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists are comma-separated and durations are written as in Go."""
    monkeypatch.setenv("MYAPP_NAMESPACES", "shop, payments")
    monkeypatch.setenv("MYAPP_RESYNC_INTERVAL", "1h30m")
    monkeypatch.setenv("MYAPP_HTTP_PORT", "9090")

    settings = Settings.load()

    assert settings.namespaces == ("shop", "payments")
    assert settings.resync_interval == timedelta(minutes=90)
    assert settings.http_port == 9090


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("MYAPP_HTTP_PORT", "http", "MYAPP_HTTP_PORT: found 'http'"),
        ("MYAPP_HTTP_PORT", "70000", "less than or equal to 65535"),
        ("MYAPP_LOG_FORMAT", "xml", "'json' or 'console'"),
        ("MYAPP_RESYNC_INTERVAL", "ten minutes", "a duration such as 90s, 1h30m or 250ms"),
        ("MYAPP_NAMESPACES", "Shop", "MYAPP_NAMESPACES_0: found 'Shop'"),
        ("MYAPP_WORKERS", "0", "greater than or equal to 1"),
        ("MYAPP_LEADER_ELECTION", "true", "MYAPP_LEASE_NAMESPACE: must be set when MYAPP_LEADER_ELECTION is true"),
        ("MYAPP_LEASE_RENEW_DEADLINE", "20s", "MYAPP_LEASE_DURATION must be longer than MYAPP_LEASE_RENEW_DEADLINE"),
        ("MYAPP_LEASE_RETRY_PERIOD", "9s", "found 15 s, 10 s, 9 s"),
    ],
)
def test_a_wrong_value_is_told_by_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    """The message names the variable, what was found and what is allowed."""
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as raised:
        Settings.load()

    assert told in str(raised.value)


def test_a_misspelt_variable_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """What looks like a setting and is none is named; the variables of a Service called myapp are not ours."""
    monkeypatch.setenv("MYAPP_LOGFORMAT", "json")
    monkeypatch.setenv("MYAPP_PORT_8080_TCP_ADDR", "10.0.0.1")
    monkeypatch.setenv("MYAPP_SERVICE_HOST", "10.0.0.1")

    assert unknown_variables() == ["MYAPP_LOGFORMAT"]
