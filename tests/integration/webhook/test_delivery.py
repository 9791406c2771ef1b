"""Delivery over real HTTP: what arrives, what is tried again, what never is, and that nobody waits for it."""

import asyncio
import logging
import ssl
import time
from datetime import timedelta

import pytest

from deploy.local.certificates import CertificateAuthority
from myapp.domain.plan import NoticeKind
from tests.http_sink import Reply
from tests.integration.webhook.conftest import Files, running
from tests.webhook_sink import WebhookSink, event_of


async def test_an_event_arrives_as_structured_json_with_the_token(sink: WebhookSink, files: Files) -> None:
    """Once."""
    files.token.write_text("abc.def\n", encoding="utf-8")
    async with running(files.read()) as operator:
        operator.offer()
        assert await operator.ended(1) == ["delivered"]

    (received,) = sink.received
    assert received.path == "/hooks/secret-path"
    assert received.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert received.headers["authorization"] == "Bearer abc.def"
    assert received.headers["user-agent"] == "myapp/test"
    assert event_of(received)["id"] == "uid-a/1/reminder/2026-12-01T09:00:00Z"
    assert operator.done == [True]
    assert operator.codes == ["202"]


@pytest.mark.parametrize("code", [500, 503, 429, 408, 401, 403, 404, 302])
async def test_what_may_be_cured_is_tried_again_with_the_same_id(sink: WebhookSink, files: Files, code: int) -> None:
    """By the receiver, or by an exchange of address or token."""
    sink.replies.append(Reply(code))
    async with running(files.read()) as operator:
        operator.offer()
        assert await operator.ended(1) == ["delivered"]

    assert operator.codes == [str(code), "202"]
    assert len({event_of(entry)["id"] for entry in sink.received}) == 1
    assert operator.done == [True]


@pytest.mark.parametrize("code", [400, 413, 415, 422])
async def test_what_is_wrong_with_the_message_itself_is_not_sent_again(
    sink: WebhookSink, files: Files, code: int
) -> None:
    """It would be refused each time."""
    sink.replies.append(Reply(code))
    async with running(files.read()) as operator:
        operator.offer()
        operator.offer("b")
        assert sorted(await operator.ended(2)) == ["delivered", "refused"]

    assert len(sink.received) == 2
    assert operator.done == [True, True]


async def test_a_redirect_is_not_followed(sink: WebhookSink, files: Files) -> None:
    """Neither the event nor the token goes anywhere else."""
    with WebhookSink() as elsewhere:
        files.token.write_text("abc", encoding="utf-8")
        sink.replies.append(Reply(307, headers={"Location": elsewhere.hook}))
        async with running(files.read()) as operator:
            operator.offer()
            await operator.ended(1)

    assert elsewhere.received == []
    assert operator.codes == ["307", "202"]


async def test_the_pause_that_the_receiver_asks_for_is_kept(sink: WebhookSink, files: Files) -> None:
    """Where it is longer than ours."""
    sink.replies.append(Reply(429, headers={"Retry-After": "2"}))
    async with running(files.read()) as operator:
        began = time.monotonic()
        operator.offer()
        await operator.ended(1)

    assert time.monotonic() - began >= 2


async def test_it_is_given_up_after_its_time(sink: WebhookSink, files: Files) -> None:
    """And counts as settled: it would not be offered for ever."""
    sink.reply = Reply(503)
    async with running(files.read(), give_up_after=timedelta(seconds=1)) as operator:
        operator.offer()
        assert await operator.ended(1) == ["gave_up"]

    assert operator.done == [True]
    assert len(operator.channel) == 0


async def test_a_receiver_that_does_not_answer_is_no_longer_waited_for(sink: WebhookSink, files: Files) -> None:
    """Each request has a time limit; others are delivered meanwhile."""
    sink.replies.append(Reply(delay=60))
    async with running(files.read(), answer_within=timedelta(seconds=1)) as operator:
        operator.offer()
        await operator.until(lambda: len(sink.received) == 1, "received")
        operator.offer("b")
        assert await operator.ended(2) == ["delivered", "delivered"]

    assert sorted(operator.codes) == ["202", "202", "error"]


async def test_an_exchanged_address_and_token_are_used_without_a_restart(sink: WebhookSink, files: Files) -> None:
    """Also by an event that could not be delivered to the old address."""
    files.url.write_text("http://127.0.0.1:1/", encoding="utf-8")
    files.token.write_text("old", encoding="utf-8")
    async with running(files.read()) as operator:
        operator.offer()
        await operator.until(lambda: "error" in operator.codes, "tried")
        files.url.write_text(sink.hook, encoding="utf-8")
        files.token.write_text("new", encoding="utf-8")
        await operator.ended(1)

    assert [entry.headers["authorization"] for entry in sink.received] == ["Bearer new"]


async def test_what_waits_is_bounded_and_a_newer_event_replaces_an_older_one(sink: WebhookSink, files: Files) -> None:
    """Of the same todo and kind; what finds no room may come again."""
    async with running(files.read(), capacity=2, started=False) as operator:
        operator.offer("a", hours=1)
        operator.offer("a", hours=2)
        operator.offer("a", NoticeKind.EXPIRES_SOON)
        operator.offer("b")
        assert operator.done == [True, False]
        assert [result for _, result in operator.results] == ["obsolete", "dropped"]
        delivering = asyncio.create_task(operator.channel.run())
        await operator.ended(4)
        delivering.cancel()

    ids = {event_of(entry)["id"] for entry in sink.received}
    assert ids == {"uid-a/1/reminder/2026-12-01T10:00:00Z", "uid-a/1/expires-soon/2026-12-01T09:00:00Z"}


async def test_people_who_are_waited_for_no_more_are_not_told(sink: WebhookSink, files: Files) -> None:
    """The receiver was away when they decided; what did not depend on it is told. Waiting again, it is due again."""
    deciding = {"a", "b"}
    sink.replies.append(Reply(503))
    async with running(files.read(), awaits_people=lambda key, _uid: key.name in deciding) as operator:
        operator.offer("a")
        await operator.until(lambda: operator.codes == ["503"], "tried")
        deciding.remove("a")
        operator.offer("a", NoticeKind.OVERDUE)
        operator.offer("b")
        assert sorted(await operator.ended(3)) == ["delivered", "delivered", "obsolete"]

    assert [event["data"]["name"] for event in sink.events("reminder")] == ["a", "b"]
    assert sorted(operator.done) == [False, True, True]


async def test_problems_are_not_for_the_webhook(sink: WebhookSink, files: Files) -> None:
    """They are Events; here they are settled at once."""
    async with running(files.read()) as operator:
        operator.offer("a", NoticeKind.PROBLEM)
        operator.offer("b")
        await operator.ended(1)

    assert operator.done == [True, True]
    assert len(sink.received) == 1


async def test_the_end_waits_for_what_was_not_tried_but_not_for_long(sink: WebhookSink, files: Files) -> None:
    """What was tried in vain is left; what hangs is left after the given time."""
    async with running(files.read()) as operator:
        operator.offer("a")
        await operator.channel.flush(timedelta(seconds=10))
        assert len(sink.received) == 1
        sink.replies.append(Reply(503))
        operator.offer("b")
        began = time.monotonic()
        await operator.channel.flush(timedelta(seconds=10))
        assert time.monotonic() - began < 5
        sink.replies.append(Reply(delay=60))
        operator.offer("c")
        began = time.monotonic()
        await operator.channel.flush(timedelta(milliseconds=300))
        assert 0.25 < time.monotonic() - began < 5


async def test_offering_never_waits(files: Files) -> None:
    """Not even for a receiver that takes no connection: a thousand in well under a second."""
    files.url.write_text("http://10.255.255.1:9/", encoding="utf-8")
    async with running(files.read(), capacity=1000) as operator:
        began = time.monotonic()
        for number in range(1000):
            operator.offer(f"todo-{number}")
        assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("address", "token", "told"),
    [
        ("", None, "url: is empty"),
        ("ftp://hooks.example.com/s3cr3t", None, "holds no URL that begins with https://"),
        ("hooks.example.com/s3cr3t", None, "holds no URL"),
        ("https://hooks.example.com/s3cr3t and more", None, "holds no URL"),
        ("https://hooks.example.com:99999/s3cr3t", None, "holds no URL"),
        ("https://user:s3cr3t@hooks.example.com/", "s3cr3t", "use one"),
        ("https://hooks.example.com/", "s3cr3t\nX-Other: s3cr3t", "one word of visible ASCII"),
        (
            "http://127.0.0.1:1/s3cr3t?token=s3cr3t",
            "s3cr3t",
            "no answer from http://127.0.0.1:1 (ClientConnectorError)",
        ),
    ],
)
async def test_what_is_wrong_is_logged_without_a_secret(
    files: Files, caplog: pytest.LogCaptureFixture, address: str, token: str | None, told: str
) -> None:
    """Names the file or the host, and shows neither path nor token."""
    files.url.write_text(address, encoding="utf-8")
    if token is not None:
        files.token.write_text(token, encoding="utf-8")
    with caplog.at_level(logging.INFO):
        async with running(files.read(), give_up_after=timedelta(0)) as operator:
            operator.offer()
            assert await operator.ended(1) == ["gave_up"]

    assert told in caplog.text
    assert "s3cr3t" not in caplog.text


async def test_the_certificate_is_verified_and_an_authority_of_ones_own_can_be_named(files: Files) -> None:
    """Without the file the connection is refused; with it the receiver is trusted, and the event arrives."""
    authority, unrelated = CertificateAuthority(), CertificateAuthority()
    server = authority.issue_server(("127.0.0.1",))
    (files.folder / "server.pem").write_bytes(server.certificate + server.key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.folder / "server.pem")
    with WebhookSink(context) as secure:
        files.url.write_text(secure.hook, encoding="utf-8")
        async with running(files.read(), give_up_after=timedelta(0)) as operator:
            operator.offer()
            assert await operator.ended(1) == ["gave_up"]
        files.ca.write_bytes(unrelated.certificate)
        async with running(files.read()) as operator:
            operator.offer()
            await operator.until(lambda: "error" in operator.codes, "tried")
            files.ca.write_bytes(authority.certificate)
            assert await operator.ended(1) == ["delivered"]

    assert len(secure.received) == 1
