"""Settings come from the environment, and a wrong one is told by its name."""

from datetime import timedelta
from pathlib import Path

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


def test_redis_is_off_until_a_url_is_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Then user, password file and authority are taken from their own variables."""
    assert Settings.load().redis_address() is None
    password, authority = tmp_path / "password", tmp_path / "ca.crt"
    password.touch()
    authority.touch()
    monkeypatch.setenv("MYAPP_REDIS_URL", "rediss://redis.cache.svc/1")
    monkeypatch.setenv("MYAPP_REDIS_USERNAME", "myapp")
    monkeypatch.setenv("MYAPP_REDIS_PASSWORD_FILE", str(password))
    monkeypatch.setenv("MYAPP_REDIS_CA_FILE", str(authority))

    address = Settings.load().redis_address()

    assert address is not None
    assert (address.hosts, address.tls, address.database) == ((("redis.cache.svc", 6379),), True, 1)
    assert (address.username, address.password_file, address.ca_file) == ("myapp", password, authority)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"URL": "http://:hunter2@redis"}, "MYAPP_REDIS_URL: its scheme is 'http'"),
        ({"URL": "redis://:hunter2@redis", "PASSWORD_FILE": __file__}, "use one"),
        ({"URL": "redis://:hunter2@redis", "CA_FILE": __file__}, "does not begin with rediss://"),
        ({"USERNAME": "myapp"}, "MYAPP_REDIS_USERNAME is set and MYAPP_REDIS_URL is not"),
        ({"URL": "redis://redis", "PASSWORD_FILE": "/no/such/file"}, "MYAPP_REDIS_PASSWORD_FILE: found"),
        ({"URL": "redis://redis", "PREFIX": "todo*"}, "MYAPP_REDIS_PREFIX: found 'todo*'"),
        ({"URL": "redis://redis", "TTL": "1s"}, "MYAPP_REDIS_TTL: found '1s'"),
    ],
)
def test_what_does_not_fit_together_is_told_without_a_password(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], told: str
) -> None:
    """Each by its variable."""
    for name, value in values.items():
        monkeypatch.setenv(f"MYAPP_REDIS_{name}", value)

    with pytest.raises(SettingsError) as raised:
        Settings.load()

    assert told in str(raised.value)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"WEBHOOK_URL_FILE": "/no/such/file"}, "MYAPP_WEBHOOK_URL_FILE: found"),
        ({"WEBHOOK_TOKEN_FILE": __file__}, "MYAPP_WEBHOOK_TOKEN_FILE is set and MYAPP_WEBHOOK_URL_FILE is not"),
        ({"WEBHOOK_CA_FILE": __file__}, "MYAPP_WEBHOOK_CA_FILE is set and MYAPP_WEBHOOK_URL_FILE is not"),
        ({"CLUSTER_NAME": "prod/eu"}, "MYAPP_CLUSTER_NAME: found 'prod/eu'"),
    ],
)
def test_a_webhook_that_cannot_be_is_told(monkeypatch: pytest.MonkeyPatch, values: dict[str, str], told: str) -> None:
    """By the variable. What the files hold is looked at when an event is sent, since it may change."""
    for name, value in values.items():
        monkeypatch.setenv(f"MYAPP_{name}", value)

    with pytest.raises(SettingsError) as raised:
        Settings.load()

    assert told in str(raised.value)
