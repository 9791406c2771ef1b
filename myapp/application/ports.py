"""What the application needs of the world, each port named by what it can do.

Every method that talks to the API server has a time limit and may raise ApiError; cancelling it is safe.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from myapp.application.effect import Effect
from myapp.application.finished_todo import Sight
from myapp.application.lease import Lease
from myapp.application.outcomes import WriteResult
from myapp.application.proven_time import Marks, ProvenTime, ServerMoment
from myapp.application.snapshot import Snapshot
from myapp.domain.decision import Answer, Decision, DecisionReason
from myapp.domain.effect import Accomplished, Held, Underway, Unsuccessful
from myapp.domain.plan import Notice
from myapp.domain.todo_entry import TodoEntry
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_status import TodoStatus

CacheLevel = Literal["memory", "redis", "api"]
CacheResult = Literal["hit", "miss", "error"]


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The wall clock's time, with zone UTC."""
        ...


class TodoReader(Protocol):
    """Reads one todo from the API server itself, past every cache."""

    async def read(self, key: TodoKey) -> Snapshot | None:
        """The todo as it is now; None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class ListedTodo:
    """An object of a listing. ``sight`` parses it, which costs more than all the rest: only news is worth it."""

    key: TodoKey
    uid: str
    version: str
    sight: Callable[[], Sight]


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a listing; ``version`` is the resourceVersion of the listing as a whole."""

    version: str
    todos: Sequence[ListedTodo]


class SnapshotCache(Protocol):
    """Keeps todos outside of the process. It may lose anything at any time, and is never wrong about what it has."""

    async def get(self, key: TodoKey, uid: str, version: str) -> Snapshot | None:
        """The todo in exactly this version; None where it cannot be had at once. Never raises; safe to cancel."""
        ...

    def put(self, snapshot: Snapshot) -> None:
        """Keep it, soon and if possible. Never waits and never raises."""
        ...

    def drop(self, key: TodoKey, uid: str, version: str) -> None:
        """This version will not be asked for any more. Never waits and never raises."""
        ...


class CacheTelemetry(Protocol):
    """Counts where todos are read from."""

    def cache_read(self, level: CacheLevel, result: CacheResult) -> None:
        """A level was asked. An ``error`` is one that did not answer, or with what cannot be used."""
        ...


class TodoLister(Protocol):
    """Lists all todos that the operator is responsible for."""

    def pages(self) -> AsyncIterator[Page]:
        """All todos as of one version, in parts, so that they need not fit into memory at once."""
        ...


class DecisionLister(Protocol):
    """Lists what people decided."""

    def pages(self) -> AsyncIterator[Sequence[Decision]]:
        """All decisions that have not been judged, in parts."""
        ...


class TodoStatusWriter(Protocol):
    """Writes what has become of a todo."""

    async def write(self, snapshot: Snapshot, status: TodoStatus) -> WriteResult:
        """Replace the status, provided that the object still has the snapshot's version."""
        ...


class AnswerWriter(Protocol):
    """Tells people what became of their decisions."""

    async def write(self, answer: Answer, moment: datetime) -> WriteResult:
        """Write the decision's own status, provided that the decision still has the version that was judged."""
        ...

    async def postpone(self, decision: Decision, reason: DecisionReason, message: str) -> WriteResult:
        """Write there why it is not judged yet, under the same condition."""
        ...


class TodoDeleter(Protocol):
    """Deletes todos whose time to live is over."""

    async def delete(self, snapshot: Snapshot) -> WriteResult:
        """Delete this very object at this very version, or nothing."""
        ...


class EffectPerformer(Protocol):
    """Carries out one kind of action, with the rights of the todo's own account."""

    async def perform(
        self, effect: Effect, tell: Callable[[Underway | Held], None]
    ) -> Accomplished | Unsuccessful | Held:
        """Bring the effect to its end, telling what is worth knowing on the way; safe to cancel at any moment.

        It is asked again for the same effect after a restart, and finds what it had begun. It is also asked again, with
        back-off, when it returns ``Held``, and when it raises ApiError or anything else, which is told as ``Held``.
        What it tells often costs little: ``application.effect_news`` says when a status is written for it.
        """
        ...

    async def withdraw(self, effect: Effect) -> None:
        """End what would go on by itself, because the attempt is over. Idempotent; raises ApiError."""
        ...


class Rehearser(Protocol):
    """Tries the work of one kind of action as a dry run, with the rights of the todo's own account."""

    async def rehearse(self, todo: TodoEntry) -> Held | Unsuccessful | None:
        """What its first attempt would run into; None where it would be accepted. Stores nothing; raises ApiError."""
        ...


class LeaseStore(Protocol):
    """Keeps the lease that says which replica leads."""

    async def read(self) -> Lease | None:
        """The lease as it is now; None where nobody has ever held it."""
        ...

    async def write(self, lease: Lease) -> Lease | None:
        """Create the lease, or replace the very version that it carries: as it is afterwards, None if that failed."""
        ...


@dataclass(frozen=True, slots=True)
class PolicyReading:
    """The admission policies and bindings as they are now, and what is wrong with them, if anything."""

    marks: Marks
    problem: str = ""


class Policies(Protocol):
    """Reads the policies that prove who decides."""

    async def read(self) -> PolicyReading:
        """All of them, past every cache, compared with what was shipped."""
        ...


class Forger(Protocol):
    """Tries to pass off decisions as somebody else's."""

    async def problem(self) -> str:
        """Why it is not proven that forged decisions are refused; empty where it is. Nothing is ever stored."""
        ...


class ServerClock(Protocol):
    """Tells the API server's time."""

    async def moment(self) -> ServerMoment:
        """Now; every later write of a decision has a later version."""
        ...


class GuardRecord(Protocol):
    """Keeps what the guard has proven from one process to the next."""

    async def load(self) -> ProvenTime:
        """What was kept; nothing proven where there is none."""
        ...

    async def save(self, proven: ProvenTime) -> None:
        """Keep this instead."""
        ...


class NoticeBoard(Protocol):
    """Shows people what should be looked at."""

    def publish(self, snapshot: Snapshot, notice: Notice) -> None:
        """Post a notice about a todo. Never waits and never fails: a notice is a courtesy, the status is the record."""
        ...


class NoticeChannel(Protocol):
    """One way to tell people."""

    def offer(self, snapshot: Snapshot, notice: Notice, done: Callable[[bool], None]) -> None:
        """Tell people soon, and call ``done`` once that is over, be it at once.

        True says that there is nothing more to do about it; false that it is worth while to offer it again later.
        Never waits and never raises.
        """
        ...


class QueueTelemetry(Protocol):
    """Counts what a queue and its workers do. Called thousands of times a second: never waits, never fails."""

    def queued(self, depth: int) -> None:
        """A key was added; ``depth`` is how many wait now."""
        ...

    def started(self, waited: float, depth: int) -> None:
        """A key was taken after ``waited`` seconds."""
        ...

    def finished(self, result: str, seconds: float) -> None:
        """A reconcile ended with ``success``, ``requeue_after`` or ``error``."""
        ...

    def retried(self) -> None:
        """A key will be tried again because it failed."""
        ...

    def panicked(self) -> None:
        """A reconcile raised what nobody had planned for: a bug, or an object that hits one."""
        ...


class Telemetry(QueueTelemetry, Protocol):
    """Counts what the queue and the reconcilers of todos do. Never waits, never fails."""

    def listed(self) -> None:
        """Everything was listed, and compared with what is known."""
        ...

    def moved(self, before: TodoStatus, after: TodoStatus) -> None:
        """A todo's status was written."""
        ...

    def answered(self, answer: Answer) -> None:
        """A person's decision has its answer."""
        ...
