"""The spec of a Todo: what people and Git write."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from myapp.infrastructure.crd.approval_action import Approval
from myapp.infrastructure.crd.field_types import (
    GoDuration,
    ObjectName,
    PositiveGoDuration,
    Tag,
    Timestamp,
    Username,
)
from myapp.infrastructure.crd.http_action import Http
from myapp.infrastructure.crd.job_action import Job
from myapp.infrastructure.crd.manual_action import Manual
from myapp.infrastructure.crd.reminders import REMINDER_RULES, Reminders, misfit
from myapp.infrastructure.crd.resource_action import Resource
from myapp.infrastructure.crd.resource_model import ResourceModel
from myapp.infrastructure.crd.retry import Retry
from myapp.infrastructure.crd.schema_extensions import CelRule, ExplainedText, UniqueItems, validations
from myapp.infrastructure.crd.wait_action import Wait

SubjectKind = Literal["User", "Group", "ServiceAccount"]
EndedPhase = Literal["Succeeded", "Failed", "Skipped", "Cancelled"]
OnTimeout = Literal["Fail", "Skip", "Succeed"]
Readiness = Literal["Accepted", "Complete"]

KINDS_OF_ACTION = ("manual", "approval", "http", "job", "resource", "wait")
"""The fields that say what a Todo consists in doing. All but manual, which also is the default, are fixed once the Todo
has started."""

_DONE_BY_PEOPLE = ("manual", "approval")

_OUTPUT_NAME = r"^[A-Za-z_][A-Za-z0-9_.-]*$"
_TITLE = r"^[^\n]*[^ \t\r\n]"

_TITLE_NOT_BLANK = CelRule(
    rule=f"self.matches(r'{_TITLE}')",
    message="the first line is the title that kubectl shows: it must not be blank",
)
_ON_TIMEOUT_FIXED = CelRule(
    rule="self == oldSelf",
    message="onTimeout is fixed when the Todo is created: delete the Todo and create it again to change it",
)
_ONE_ACTION = CelRule(
    rule=f"[{', '.join(f'has(self.{kind})' for kind in KINDS_OF_ACTION)}].filter(isSet, isSet).size() <= 1",
    message=f"at most one action may be set: {', '.join(KINDS_OF_ACTION[:-1])} or {KINDS_OF_ACTION[-1]} (none of them "
    "means manual)",
)
_ACTION_FIXED = CelRule(
    rule=" && ".join(f"has(self.{kind}) == has(oldSelf.{kind})" for kind in KINDS_OF_ACTION if kind != "manual"),
    message="the action is fixed when the Todo is created: delete the Todo and create it again to change it",
)
_DUE_AFTER_START = CelRule(
    rule="!has(self.startTime) || !has(self.dueTime) || self.startTime <= self.dueTime",
    message="dueTime must not be earlier than startTime: the Todo would be overdue before it may start",
    field_path=".dueTime",
)
_APPROVALS_FAIL = CelRule(
    rule="!has(self.approval) || !has(self.onTimeout) || self.onTimeout == 'Fail'",
    message="an approval allows onTimeout: Fail only: silence is no consent",
    field_path=".onTimeout",
)
_APPROVALS_ARE_NOT_RETRIED = CelRule(
    rule="!has(self.approval) || !has(self.retry)",
    message="an approval has no retry: what was rejected, or not approved in time, is asked anew by a new Todo",
    field_path=".retry",
)


class Assignee(ResourceModel):
    """A user, group or service account."""

    kind: SubjectKind = Field(description="What name names: User, Group, or ServiceAccount (of the Todo's namespace).")
    name: Username = Field(
        description="Name of the user, group or service account, as the cluster's authentication knows it."
    )


class Dependency(ResourceModel):
    """Another Todo of the same namespace and the ends of it that this Todo accepts."""

    name: ObjectName = Field(
        description="Name of the Todo to wait for, in the same namespace. It may be created later: until then the "
        "reason is DependencyNotFound."
    )
    on: Annotated[tuple[EndedPhase, ...], Field(min_length=1, max_length=4), UniqueItems()] = Field(
        default=("Succeeded",),
        description="Phases of the dependency that let this Todo go on; [Succeeded] when not set. If the dependency "
        "ends in any other phase, this Todo becomes Skipped with the reason DependencyFailed. Quote the key in YAML "
        '("on"): there a bare on means true.',
    )


class Output(ResourceModel):
    """One value that the Todo has to say to others."""

    name: Annotated[str, Field(pattern=_OUTPUT_NAME, max_length=63)] = Field(
        description="Name of the output: a letter or underscore, then letters, digits, '_', '-' and '.'."
    )
    value: Annotated[str, Field(min_length=1, max_length=2048)] = Field(
        description="A CEL expression over result: what was filled in (manual), the values of the termination "
        "message (job), the object (resource), status, headers, body and json of the answer (http). A list or a map "
        "becomes its JSON text; null leaves the output out."
    )


class TodoSpec(ResourceModel):
    """What is to be done, by whom, and when."""

    model_config = ConfigDict(
        json_schema_extra=validations(
            _ONE_ACTION,
            _ACTION_FIXED,
            _DUE_AFTER_START,
            _APPROVALS_FAIL,
            _APPROVALS_ARE_NOT_RETRIED,
            *REMINDER_RULES,
        )
    )

    content: Annotated[str, ExplainedText(pattern=_TITLE, max_length=16384, rule=_TITLE_NOT_BLANK)] = Field(
        description="What is to be done, in Markdown. The first line is the title that kubectl get shows. Fixed once "
        "the Todo has started."
    )
    tags: Annotated[tuple[Tag, ...], Field(max_length=32), UniqueItems()] = Field(
        default=(),
        description="Words to find and group Todos by, in the form of label values. They have no effect on the Todo "
        "itself.",
    )
    priority: Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000)] = Field(
        default=0,
        description="Todos with a higher priority come first in the operator's queue and in people's inboxes.",
    )
    assignees: Annotated[tuple[Assignee, ...], Field(max_length=32), UniqueItems(keys=("kind", "name"))] = Field(
        default=(),
        description="Whose inbox the Todo belongs in; kubectl get shows the first. An assignment grants no right: "
        "RBAC decides who may complete a Todo (verb complete on todos).",
    )
    depends_on: Annotated[tuple[Dependency, ...], Field(max_length=256), UniqueItems(keys=("name",))] = Field(
        default=(),
        description="Todos that must have ended before this one becomes Active. Fixed once the Todo has started.",
    )
    when: Annotated[str, Field(min_length=1, max_length=2048)] | None = Field(
        default=None,
        description="Whether the Todo is done at all: a CEL expression that yields true or false, over "
        "dependencies['NAME'].phase and dependencies['NAME'].outputs. It is asked once, at the moment the Todo could "
        "start; false makes it Skipped with the reason WhenFalse, no value Failed with WhenError. Fixed once the Todo "
        "has started.",
    )
    outputs: Annotated[tuple[Output, ...], Field(max_length=32), UniqueItems(keys=("name",))] = Field(
        default=(),
        description="What the Todo has to say to others once its action has succeeded, in place of what the action "
        "says by itself; 4 KiB each, 32 KiB in all. A value that cannot be computed makes the Todo Failed with "
        "OutputsError, without another attempt. Fixed once the Todo has started.",
    )
    start_time: Timestamp | None = Field(
        default=None, description="The Todo does not become Active before this time. Fixed once the Todo has started."
    )
    due_time: Timestamp | None = Field(
        default=None,
        description="When the Todo should be done. A soft limit: afterwards the condition Overdue is True, and "
        "nothing else changes. Calendar time: it does not stop while the Todo is suspended.",
    )
    timeout: PositiveGoDuration | None = Field(
        default=None,
        description="How long the Todo may be Active, as a duration such as 90s, 15m, 1h30m or 72h; with retry, how "
        "long each attempt may take. A hard limit: afterwards retry and then onTimeout decide. The clock stops while "
        "the Todo is suspended, and between two attempts. No limit when not set.",
    )
    on_timeout: OnTimeout = Field(
        default="Fail",
        description="What becomes of the Todo when the timeout of its last attempt is over: Fail, Skip or Succeed, "
        "with the reason TimedOut; an approval allows Fail only. Fixed when the Todo is created.",
        json_schema_extra=validations(_ON_TIMEOUT_FIXED),
    )
    reminders: Reminders | None = Field(
        default=None,
        description="When people are told again that the Todo waits for them, by an Event and by the webhook if the "
        "operator has one. Not while it is suspended. When set, that it begins to wait is an Event too.",
    )
    retry: Retry | None = Field(
        default=None,
        description="Whether, and when, the action is attempted again after an attempt that ended badly. One attempt "
        "when not set. An approval has none. Fixed once the Todo has started.",
    )
    service_account_name: ObjectName = Field(
        default="default",
        description="The service account, of the Todo's namespace, with whose rights an automated action does what it "
        "does. Fixed once the Todo has started.",
    )
    suspend: Annotated[bool, Field(strict=True)] = Field(
        default=False,
        description="True holds the Todo: it does not become Active, and if it is Active its timeout and its wait "
        "stand still; what an automated action has begun goes on. False lets the Todo go on.",
    )
    readiness: Readiness = Field(
        default="Accepted",
        description="When the condition Ready becomes True. Accepted: as soon as the operator has taken the Todo on, "
        "so that helm --wait and Flux do not hang on a person. Complete: when the Todo has succeeded or was skipped.",
    )
    ttl_after_finished: GoDuration | None = Field(
        default=None,
        description="How long after its end the Todo is deleted, as a duration such as 24h. Deletion waits while an "
        "unfinished Todo depends on it. Kept when not set.",
    )
    manual: Manual | None = Field(
        default=None,
        description="Action: a person with the verb complete on this Todo completes it by a TodoDecision (kubectl "
        "todo complete). This also is what a Todo without any action does.",
    )
    approval: Approval | None = Field(
        default=None,
        description="Action: people with the verb approve on this Todo approve or reject it by TodoDecisions (kubectl "
        "todo approve, kubectl todo reject). It can be neither completed nor skipped. Fixed once the Todo has started: "
        "what was voted on cannot change.",
    )
    http: Http | None = Field(
        default=None,
        description="Action: a request over HTTP is sent, once for each attempt or until its answer says that "
        "something is done. Fixed once the Todo has started.",
    )
    job: Job | None = Field(
        default=None,
        description="Action: a Job is created, with the rights of serviceAccountName, and followed to its end; its "
        "termination message becomes the outputs. Fixed once the Todo has started.",
    )
    resource: Resource | None = Field(
        default=None,
        description="Action: one object of the cluster is applied, patched, deleted or waited for, with the rights of "
        "serviceAccountName. Fixed once the Todo has started.",
    )
    wait: Wait | None = Field(
        default=None,
        description="Action: the Todo completes itself after a duration or at a time. Fixed once the Todo has started.",
    )

    @model_validator(mode="after")
    def _has_at_most_one_action(self) -> Self:
        if sum(getattr(self, kind) is not None for kind in KINDS_OF_ACTION) > 1:
            raise ValueError(_ONE_ACTION.message)
        return self

    @model_validator(mode="after")
    def _approvals_fail(self) -> Self:
        if self.approval is not None and self.on_timeout != "Fail":
            raise ValueError(_APPROVALS_FAIL.message)
        return self

    @model_validator(mode="after")
    def _reminders_fit(self) -> Self:
        for_people = all(getattr(self, kind) is None for kind in KINDS_OF_ACTION if kind not in _DONE_BY_PEOPLE)
        due = self.due_time is not None
        problem = misfit(self.reminders, for_people=for_people, due=due, timeout=self.timeout)
        if problem:
            raise ValueError(problem)
        return self

    @model_validator(mode="after")
    def _approvals_are_not_retried(self) -> Self:
        if self.approval is not None and self.retry is not None:
            raise ValueError(_APPROVALS_ARE_NOT_RETRIED.message)
        return self

    @model_validator(mode="after")
    def _is_due_after_start(self) -> Self:
        if self.start_time is not None and self.due_time is not None and self.due_time < self.start_time:
            raise ValueError(_DUE_AFTER_START.message)
        return self
