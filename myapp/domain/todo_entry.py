"""A todo as its author wrote it: identity, content, conditions for starting, deadlines and the one action.

What has become of it stands in ``TodoStatus``; how the two lead to the next status, in ``decide``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from myapp.domain.actions.action import Action
from myapp.domain.actions.catalog import ACTIONS
from myapp.domain.actions.http import Http
from myapp.domain.actions.manual import Manual
from myapp.domain.actions.wait import Wait
from myapp.domain.condition import Readiness
from myapp.domain.dependency import Dependency
from myapp.domain.effect import FailureKind
from myapp.domain.entry_fields import EntryFields
from myapp.domain.errors import InvalidTodoError
from myapp.domain.outputs import OutputRule, read_rules
from myapp.domain.owner_run import OwnerRun
from myapp.domain.reminders import Reminders, read_reminders
from myapp.domain.retry import NO_RETRY, RetryPolicy
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import FINAL_PHASES, Phase

#: The account that every namespace has.
DEFAULT_SERVICE_ACCOUNT = "default"


class OnTimeout(StrEnum):
    """What a todo becomes when its timeout strikes."""

    FAIL = "Fail"
    SKIP = "Skip"
    SUCCEED = "Succeed"

    @property
    def phase(self) -> Phase:
        """The phase that the timeout leads to."""
        return _PHASE_ON_TIMEOUT[self]


_PHASE_ON_TIMEOUT = {OnTimeout.FAIL: Phase.FAILED, OnTimeout.SKIP: Phase.SKIPPED, OnTimeout.SUCCEED: Phase.SUCCEEDED}


@dataclass(frozen=True, slots=True)
class Assignee:
    """In whose inbox a todo lies. Being an assignee lends no rights: RBAC does."""

    kind: str
    name: str

    def __str__(self) -> str:
        return self.name if self.kind == "User" else f"{self.kind.lower()} {self.name}"


@dataclass(frozen=True, slots=True)
class TodoEntry:
    """One unit of work."""

    id: str
    """The object's uid: another object of the same name is another todo."""
    key: TodoKey
    created_at: datetime
    generation: int
    content: str
    action: Action
    tags: frozenset[str] = frozenset()
    priority: int = 0
    assignees: tuple[Assignee, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    when: str = ""
    """An expression over the dependencies that says whether it is done at all; empty means that it is."""
    outputs: tuple[OutputRule, ...] = ()
    """What it has to say to others, by expressions over the result of its action; empty leaves that to the action."""
    start_time: datetime | None = None
    due_time: datetime | None = None
    timeout: timedelta | None = None
    on_timeout: OnTimeout = OnTimeout.FAIL
    reminders: Reminders | None = None
    retry: RetryPolicy = NO_RETRY
    suspend: bool = False
    readiness: Readiness = Readiness.ACCEPTED
    ttl_after_finished: timedelta | None = None
    service_account_name: str = DEFAULT_SERVICE_ACCOUNT
    """Whose rights its effects have; of the todo's namespace."""
    requester: str = ""
    """The person who created it, as the API server proved it; empty where nobody is proven."""
    run: OwnerRun | None = None
    """The workflow that it is a step of; None where it stands by itself."""
    ready_at: datetime | None = None
    """When its workflow found that the step is ready to be done; None where it does not say so."""

    @classmethod
    def create_from_dict(
        cls, data: Mapping[str, Any], actions: Mapping[str, Callable[[EntryFields], Action]] = ACTIONS
    ) -> Self:
        """Build a todo from plain values.

        ``data`` has ``id``, ``namespace``, ``name``, ``created_at`` and ``generation`` beside the fields of the spec in
        snake case, and ``run`` (an OwnerRun) and ``ready_at`` where it is a step of one; durations in Go's notation,
        times as aware datetimes. At most one key of ``actions`` may be a key of ``data``; none means manual.

        Raises InvalidTodoError, which names the first field that does not fit.
        """
        fields = EntryFields(data)
        key = TodoKey(fields.text("namespace"), fields.text("name"))
        dependencies = tuple(
            Dependency(entry.text("name"), entry.choices("on", Dependency.DEFAULT_ON, FINAL_PHASES))
            for entry in fields.entries("depends_on")
        )
        if any(dependency.name == key.name for dependency in dependencies):
            raise InvalidTodoError("spec.dependsOn", key.name, "the name of another todo")
        given = [kind for kind in actions if fields.has(kind)]
        if len(given) > 1:
            raise InvalidTodoError("spec", " and ".join(given), "one action at most")
        action = actions[given[0]](fields.within(given[0])) if given else Manual()
        on_timeout = fields.choice("on_timeout", OnTimeout.FAIL)
        if on_timeout is not OnTimeout.FAIL and not action.may_be_skipped:
            raise fields.invalid("on_timeout", "Fail: an approval that nobody gives is none")
        if fields.has("retry") and not action.may_be_retried:
            raise InvalidTodoError("spec.retry", "a retry of an approval", "none: what was not approved is asked anew")
        retry = RetryPolicy.create_from_fields(fields.within("retry")) if fields.has("retry") else NO_RETRY
        timeout = fields.duration("timeout")
        again_after_timeout = timeout is not None and retry.max_attempts > 1 and FailureKind.TIMEOUT in retry.on
        if isinstance(action, Http) and not action.repeatable and again_after_timeout:
            allowed = "no Timeout, unless http.idempotent is true: the request may have been received"
            raise InvalidTodoError("spec.retry.on", ", ".join(sorted(retry.on)), allowed)
        account = fields.text("service_account_name") if fields.has("service_account_name") else DEFAULT_SERVICE_ACCOUNT
        return cls(
            id=fields.text("id"),
            key=key,
            created_at=fields.required_time("created_at"),
            generation=fields.integer("generation"),
            content=fields.text("content"),
            action=action,
            tags=fields.texts("tags"),
            priority=fields.integer("priority"),
            assignees=tuple(Assignee(entry.text("kind"), entry.text("name")) for entry in fields.entries("assignees")),
            dependencies=dependencies,
            when=fields.text("when") if fields.has("when") else "",
            outputs=read_rules(fields),
            start_time=fields.time("start_time"),
            due_time=fields.time("due_time"),
            timeout=timeout,
            on_timeout=on_timeout,
            reminders=read_reminders(fields, for_people=bool(action.accepts)),
            retry=retry,
            suspend=fields.flag("suspend"),
            readiness=fields.choice("readiness", Readiness.ACCEPTED),
            ttl_after_finished=fields.duration("ttl_after_finished"),
            service_account_name=account,
            requester=fields.text("requester") if fields.has("requester") else "",
            run=data.get("run"),
            ready_at=fields.time("ready_at"),
        )

    @property
    def title(self) -> str:
        """The first line of the content."""
        return self.content.strip().partition("\n")[0].strip()

    def set_tag(self, tag: str) -> "TodoEntry":
        """The same todo with ``tag`` among its tags.

        Raises InvalidTodoError for a tag that is empty or has white space in it.
        """
        if not tag or tag.split() != [tag]:
            raise InvalidTodoError("spec.tags", tag, "a word without white space")
        return replace(self, tags=self.tags | {tag})

    def overdue_at(self, now: datetime) -> bool:
        """Whether the soft deadline has passed."""
        return self.due_time is not None and now >= self.due_time

    @property
    def begins_when_created(self) -> bool:
        """Whether its first attempt begins with its creation, so that nobody need record when it did.

        A workflow creates the todo of a step when it is ready to be done, and a wait has no effect to guard.
        """
        return self.run is not None and isinstance(self.action, Wait) and self.start_time is None

    @property
    def began_at(self) -> datetime | None:
        """When that was: to the millisecond where its workflow says so, else the second of its creation."""
        return (self.ready_at or self.created_at) if self.begins_when_created else None

    def expires_at(self, completed_at: datetime | None) -> datetime | None:
        """When a todo that ended at ``completed_at`` may be deleted; None means never, which is the default."""
        if self.ttl_after_finished is None or completed_at is None:
            return None
        return completed_at + self.ttl_after_finished
