"""What a decision about a run is based on, and what it leads to, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from myapp.domain.counted_decisions import held_by, kept
from myapp.domain.decision import Answer, CancelMode, CountedDecision, Decision, DecisionAction
from myapp.domain.json_value import JsonValue
from myapp.domain.plan import Notice
from myapp.domain.workflow.blueprint import Blueprint, StepBlueprint
from myapp.domain.workflow.child_names import ChildPart
from myapp.domain.workflow.run_entry import RunEntry
from myapp.domain.workflow.run_phase import RunReason
from myapp.domain.workflow.run_status import RunStatus


@dataclass(frozen=True, slots=True)
class AcceptedRun:
    """A run whose definition is known and makes sense."""

    entry: RunEntry
    blueprint: Blueprint
    params: Mapping[str, JsonValue]
    service_account_name: str
    definition_name: str = ""
    """Under which its definition is kept; empty where the run itself holds all of it."""


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """A run that cannot be begun, or not yet, and why."""

    reason: RunReason
    message: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something that is ready cannot be created for the time being."""

    reason: RunReason
    message: str


@dataclass(frozen=True, slots=True)
class Ending:
    """That whatever a run is a step of is ending what it has under way."""

    mode: CancelMode
    why: str

    @property
    def ends_todos(self) -> bool:
        """Whether what is under way is cancelled, and not only followed by nothing."""
        return self.mode is not CancelMode.STOP


@dataclass(frozen=True, slots=True)
class ParentSays:
    """What the run that a run is a step of means for it; for any other run nothing."""

    ending: Ending | None = None
    held_by: str = ""
    """That it is suspended, and who it is; empty where it is not."""
    revision: int = 0
    """The revision in which it wants this step: where that is a later one, the step is to be retried."""


@dataclass(frozen=True, slots=True)
class RunSituation:
    """A run, what has become of it, what people decided, and the time."""

    entry: RunEntry
    status: RunStatus
    counted: tuple[CountedDecision, ...]
    now: datetime
    held_by: str = ""
    """The suspended run that this one is a step of; empty where there is none."""

    @property
    def suspended_by(self) -> str:
        """What holds new steps back: the spec, a person, or the run around it; empty where nothing does."""
        if self.entry.suspend:
            return "spec.suspend"
        held = held_by(self.counted)
        if held is None:
            return self.held_by
        return f"{held.username}{f': {held.message}' if held.message else ''}"

    @property
    def cancelled_by(self) -> str:
        """The person who cancelled it first, with the reason that was given; empty where nobody has."""
        for made in self.counted:
            if made.action is DecisionAction.CANCEL:
                return f"{made.username}{f': {made.message}' if made.message else ''}"
        return ""

    def counting(self, decision: Decision) -> "RunSituation":
        """The same situation with one more decision applied."""
        status = self.status
        if decision.action is DecisionAction.CANCEL:
            status = replace(status, cancel_mode=mode_of(decision))
        return replace(self, status=status, counted=kept((*self.counted, decision.counted())))


def mode_of(decision: Decision) -> CancelMode:
    """How a Cancel is to be done: by default what is under way is cancelled and nothing follows."""
    return decision.mode or CancelMode.TERMINATE


@dataclass(frozen=True, slots=True)
class ChildOrder:
    """A step, or an item of one, that is ready to become a todo or a run."""

    planned: StepBlueprint
    part: ChildPart
    once_begun: bool = False
    """Whether it is sure to have been begun before: if it is not there, it was deleted."""


@dataclass(frozen=True, slots=True)
class RunPlan:
    """The status that a run should have, and what else follows.

    The order of acting: where the status is ``urgent`` it is written first; then children are created and decisions
    answered; a status that is not urgent may wait for others to be written with it. The deletion comes last.
    """

    status: RunStatus
    urgent: bool = False
    orders: tuple[ChildOrder, ...] = ()
    answers: tuple[Answer, ...] = field(default=())
    notices: tuple[Notice, ...] = ()
    look_again_at: datetime | None = None
    delete: bool = False
