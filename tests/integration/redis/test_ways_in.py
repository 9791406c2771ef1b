"""The ways to a server (E9): a user with few rights, TLS, a password in a file, and a primary that sentinels know."""

import asyncio
import contextlib
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from redis import ConnectionError as RedisConnectionError
from redis import Redis

from deploy.local.certificates import CertificateAuthority
from deploy.local.parent_death import die_with_parent
from deploy.local.ports import reserve_port
from deploy.local.redis_server import RedisServer, server_program
from myapp.infrastructure.redis.redis_address import RedisAddress
from tests.integration.redis.conftest import running_cache, snapshot, until

RIGHTS = ("~todo:*", "+set", "+getrange", "+del")
LOOPBACK = "127.0.0.1"
PRIMARY = "cache"


def _add_user(server: RedisServer, *rights: str) -> None:
    with Redis.from_url(server.url) as client:
        client.execute_command("ACL", "SETUSER", "myapp", "reset", "on", ">secret", *rights)


@asynccontextmanager
async def _tls_in_front_of(port: int, certificate: Path) -> AsyncIterator[int]:
    """Ends TLS before a plain server: the wheel's own speaks none."""

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, ssl.SSLError):
            while block := await reader.read(65536):
                writer.write(block)
                await writer.drain()
        writer.close()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        plain_reader, plain_writer = await asyncio.open_connection(LOOPBACK, port)
        await asyncio.gather(pass_on(reader, plain_writer), pass_on(plain_reader, writer))

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    server = await asyncio.start_server(connect, LOOPBACK, 0, ssl=context)
    yield server.sockets[0].getsockname()[1]
    server.close()


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """An authority's certificate; beside it, in ``server.pem``, one of the loopback address that it signed."""
    issuer = CertificateAuthority()
    pair = issuer.issue_server((LOOPBACK,), name="redis", dns_names=())
    (tmp_path / "server.pem").write_bytes(pair.certificate + pair.key)
    path = tmp_path / "ca.crt"
    path.write_bytes(issuer.certificate)
    return path


async def test_e9_three_commands_on_its_own_keys_are_all_a_user_needs(redis_server: RedisServer) -> None:
    """The user of the docs reads, writes and deletes, and may do nothing else."""
    _add_user(redis_server, *RIGHTS)
    address = RedisAddress.parse(f"redis://myapp:secret@{redis_server.address}")
    todo = snapshot("approve")

    async with running_cache(address) as running:
        await running.put(todo)
        assert await running.get(todo) == todo
        running.cache.drop(todo.key, todo.uid, todo.version)
        await running.put()

    assert running.record.states == ["closed"]
    with Redis.from_url(redis_server.url) as client:
        refused = client.execute_command("ACL", "LOG")
        assert refused == []


@pytest.mark.parametrize("missing", RIGHTS[1:])
async def test_e9_a_right_that_is_missing_is_told(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture, missing: str
) -> None:
    """Whichever it is, and together with all that are needed."""
    _add_user(redis_server, *(right for right in RIGHTS if right != missing))
    address = RedisAddress.parse(f"redis://myapp:secret@{redis_server.address}")

    async with running_cache(address, reached=False) as running:
        await until(lambda: "open" in running.record.states)

    (told,) = [record.getMessage() for record in caplog.records if "state cache" in record.getMessage()]
    assert "the user lacks a right" in told
    assert f"'{missing[1:]}'" in told
    assert "secret" not in told


async def test_e9_keys_outside_of_the_users_prefix_are_told(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    """MYAPP_REDIS_PREFIX and the ACL must fit together."""
    _add_user(redis_server, *RIGHTS)
    address = RedisAddress.parse(f"redis://myapp:secret@{redis_server.address}")

    async with running_cache(address, prefix="other", reached=False) as running:
        await until(lambda: "open" in running.record.states)

    assert "the user lacks a right" in caplog.text


async def test_e9_tls_is_verified(redis_server: RedisServer, authority: Path) -> None:
    """With the authority's certificate all works, also the password."""
    async with _tls_in_front_of(redis_server.port, authority.with_name("server.pem")) as port:
        url = f"rediss://:{redis_server.password}@{LOOPBACK}:{port}"
        todo = snapshot("approve")
        async with running_cache(replace(RedisAddress.parse(url), ca_file=authority)) as running:
            await running.put(todo)
            assert await running.get(todo) == todo


@pytest.mark.parametrize("flaw", ["unknown-authority", "other-name"])
async def test_e9_a_certificate_that_does_not_fit_is_refused(
    redis_server: RedisServer, authority: Path, caplog: pytest.LogCaptureFixture, flaw: str
) -> None:
    """No password is sent to a server that cannot prove who it is."""
    async with _tls_in_front_of(redis_server.port, authority.with_name("server.pem")) as port:
        host = LOOPBACK if flaw == "unknown-authority" else "localhost"
        address = RedisAddress.parse(f"rediss://:{redis_server.password}@{host}:{port}")
        ca_file = None if flaw == "unknown-authority" else authority
        async with running_cache(replace(address, ca_file=ca_file), reached=False) as running:
            await until(lambda: "CERTIFICATE_VERIFY_FAILED" in caplog.text, patience=60)

    assert not running.cache.usable


async def test_a_password_file_that_cannot_be_read_is_told(
    redis_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """By the setting that names it; once it is there it is used."""
    path = tmp_path / "password"
    address = replace(RedisAddress.parse(f"redis://{redis_server.address}"), password_file=path)

    async with running_cache(address, reached=False) as running:
        await until(lambda: "open" in running.record.states)
        assert f"MYAPP_REDIS_PASSWORD_FILE: {path} cannot be read (No such file or directory)" in caplog.text

        path.write_text(redis_server.password)
        await until(lambda: running.cache.usable, patience=30)


@pytest.fixture
def sentinel(tmp_path: Path) -> Iterator[tuple[int, RedisServer, RedisServer]]:
    """A sentinel's port, the primary that it watches, and the replica that follows the primary."""
    with (
        RedisServer() as primary,
        RedisServer(
            {"replicaof": f"{LOOPBACK} {primary.port}", "masterauth": primary.password}, password=primary.password
        ) as replica,
        reserve_port() as reservation,
    ):
        port = reservation.getsockname()[1]
        configuration = tmp_path / "sentinel.conf"
        configuration.write_text(
            f"bind {LOOPBACK}\nport {port}\ndir {tmp_path}\n"
            f"sentinel monitor {PRIMARY} {LOOPBACK} {primary.port} 1\n"
            f"sentinel auth-pass {PRIMARY} {primary.password}\n"
            f"sentinel down-after-milliseconds {PRIMARY} 500\n"
            f"sentinel failover-timeout {PRIMARY} 3000\n"
        )
        reservation.close()
        process = subprocess.Popen(
            [server_program(), str(configuration), "--sentinel"],
            stdout=subprocess.DEVNULL,
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - one prctl call, which takes no lock
        )
        yield port, primary, replica
        process.kill()
        process.wait()


def _told_by(client: Redis, fact: str) -> object:
    """What a server says of its replication; nothing in the moment when a sentinel cuts its connections."""
    with contextlib.suppress(RedisConnectionError):
        return client.info("replication").get(fact)
    return None


@pytest.mark.timeout(180)
async def test_e9_a_failover_by_sentinels_is_followed(sentinel: tuple[int, RedisServer, RedisServer]) -> None:
    """The primary dies, a replica takes its place, and the cache goes on there by itself."""
    port, primary, replica = sentinel
    address = RedisAddress.parse(f"redis+sentinel://:{primary.password}@{LOOPBACK}:{port}/{PRIMARY}")
    todo = snapshot("approve")
    with Redis.from_url(replica.url) as client:
        await until(lambda: _told_by(client, "master_link_status") == "up", patience=60)
        async with running_cache(address, reached=False) as running:
            await until(lambda: running.cache.usable, patience=60)
            await running.put(todo)
            with Redis(host=LOOPBACK, port=port) as asked:
                await until(lambda: asked.sentinel_master(PRIMARY)["num-slaves"] == 1, patience=60)
            primary.stop()
            await until(lambda: _told_by(client, "role") == "master", patience=60)

            async with asyncio.timeout(60):
                while await running.get(snapshot("after")) is None:
                    await running.put(snapshot("after"))
                    await asyncio.sleep(0.2)
            assert _told_by(client, "connected_slaves") == 0
