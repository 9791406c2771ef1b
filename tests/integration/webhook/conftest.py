"""A channel that runs, and the sink that it talks to over real HTTP."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from myapp.application.snapshot import TodoSnapshot
from myapp.domain.plan import Notice, NoticeKind
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.todo_status import TodoStatus
from myapp.infrastructure.system_clock import SystemClock, elapsed
from myapp.infrastructure.webhook.webhook_channel import GIVE_UP_AFTER, TIMEOUT, Result, WebhookChannel
from myapp.infrastructure.webhook.webhook_files import WebhookFiles
from tests.fakes.clock import START
from tests.webhook_sink import WebhookSink

PATIENCE = 20.0


@dataclass
class Files:
    """The Secret's files, as the kubelet would mount them."""

    folder: Path

    @property
    def url(self) -> Path:
        """The address."""
        return self.folder / "url"

    @property
    def token(self) -> Path:
        """The token."""
        return self.folder / "token"

    @property
    def ca(self) -> Path:
        """The authority."""
        return self.folder / "ca.crt"

    def read(self) -> WebhookFiles:
        """As the operator reads them, with those that exist."""
        optional = (path if path.exists() else None for path in (self.token, self.ca))
        return WebhookFiles(self.url, *optional)


@dataclass
class Running:
    """A channel, what it counted, and how it ended with each notice."""

    channel: WebhookChannel = field(init=False)
    results: list[tuple[NoticeKind, Result]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    done: list[bool] = field(default_factory=list)

    def webhook_event(self, kind: NoticeKind, result: Result) -> None:
        """WebhookTelemetry."""
        self.results.append((kind, result))

    def webhook_requested(self, code: str) -> None:
        """WebhookTelemetry."""
        self.codes.append(code)

    def offer(self, name: str = "a", kind: NoticeKind = NoticeKind.REMINDER, hours: int = 1) -> None:
        """Offer a notice about a todo."""
        self.channel.offer(waiting(name), notice(kind, hours), self.done.append)

    async def until(self, met: Callable[[], bool], wanted: str) -> None:
        """Return when it is so."""
        give_up = time.monotonic() + PATIENCE
        while not met():
            assert time.monotonic() < give_up, f"not {wanted} after {PATIENCE:.0f} s: {self.results} {self.codes}"
            await asyncio.sleep(0.01)

    async def ended(self, count: int) -> list[Result]:
        """The results, once there are so many."""
        await self.until(lambda: len(self.results) >= count, f"{count} events at their end")
        return [result for _, result in self.results]


def notice(kind: NoticeKind = NoticeKind.REMINDER, hours: int = 1) -> Notice:
    """Something to tell."""
    return Notice("Reminder", "waits for ann", kind, START + timedelta(hours=hours))


def waiting(name: str) -> TodoSnapshot:
    """A todo that waits for people."""
    identity = {"id": f"uid-{name}", "namespace": "shop", "name": name, "created_at": START, "generation": 1}
    status = TodoStatus(1, Phase.ACTIVE, Reason.AWAITING_DECISION, "waits", 1, START)
    return TodoSnapshot(TodoEntry.create_from_dict({**identity, "content": f"Do {name}"}), status, "7")


@asynccontextmanager
async def running(
    files: WebhookFiles,
    *,
    capacity: int = 100,
    answer_within: timedelta = TIMEOUT,
    give_up_after: timedelta = GIVE_UP_AFTER,
    started: bool = True,
    awaits_people: Callable[[TodoKey, str], bool] = lambda _key, _uid: True,
) -> AsyncIterator[Running]:
    """A channel that delivers while the context is open; ``started`` false leaves it to the test when it begins."""
    record = Running()
    record.channel = channel = WebhookChannel(
        files,
        awaits_people=awaits_people,
        cluster="prod-eu",
        agent="myapp/test",
        clock=SystemClock(),
        elapsed=elapsed,
        random=lambda: 1.0,
        telemetry=record,
        capacity=capacity,
        timeout=answer_within,
        give_up_after=give_up_after,
    )
    task = asyncio.create_task(channel.run()) if started else None
    try:
        yield record
    finally:
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def sink() -> Iterator[WebhookSink]:
    """A receiver."""
    with WebhookSink() as listening:
        yield listening


@pytest.fixture
def files(tmp_path: Path, sink: WebhookSink) -> Files:
    """Files that name the receiver."""
    mounted = Files(tmp_path)
    mounted.url.write_text(sink.hook + "\n", encoding="utf-8")
    return mounted
