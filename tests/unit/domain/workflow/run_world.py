"""A run and the world around it, in memory: children are created as ordered, and end as a test says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from myapp.domain.decision import CancelMode, Decision, DecisionAction, DecisionOutcome, TargetKind
from myapp.domain.form import Scalar
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase, Reason
from myapp.domain.workflow.child_names import ChildPart, parse_part, todo_name
from myapp.domain.workflow.child_specs import items_of, spec_of
from myapp.domain.workflow.children import SINGLE, ChildState, StepTally, deleted
from myapp.domain.workflow.decide_run import decide_run, variables_of
from myapp.domain.workflow.definition import Definition
from myapp.domain.workflow.run_entry import RunEntry
from myapp.domain.workflow.run_situation import AcceptedRun, ChildOrder, ParentSays, RunPlan, Trouble
from myapp.domain.workflow.run_status import RunStatus, StepStatus
from tests.unit.domain.builders import T0
from tests.unit.domain.workflow.builders import blueprint

KEY = TodoKey("shop", "run")
UID = "uid-run"
_REASONS = {Phase.SUCCEEDED: Reason.COMPLETED, Phase.FAILED: Reason.JOB_FAILED, Phase.CANCELLED: "CancelledByDecision"}


def accepted(definition: Definition, **fields: Any) -> AcceptedRun:  # noqa: ANN401 - the entry's own fields
    """A run of a definition that makes sense; its params stand in the run."""
    entry = RunEntry("uid-run", KEY, T0, 1, definition=definition, **fields)
    return AcceptedRun(entry, blueprint(definition, given=set(entry.params)), entry.params, "default")


@dataclass
class RunWorld:
    """What is there; ``plan`` is the latest."""

    run: AcceptedRun
    status: RunStatus = field(default_factory=RunStatus)
    children: dict[str, StepTally] = field(default_factory=dict)
    seconds: float = 0
    created: list[str] = field(default_factory=list)
    plan: RunPlan | None = None
    parent: ParentSays = field(default_factory=ParentSays)
    trouble: Trouble | None = None
    decisions: int = 0
    specs: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """What was created, by name."""

    def look(self, decisions: Iterable[Decision] = (), *, create: bool = True) -> RunPlan:
        """One decision, and the children that it orders."""
        now = T0 + timedelta(seconds=self.seconds)
        plan = self.plan = decide_run(
            self.run, self.status, self.children, decisions, now, parent=self.parent, trouble=self.trouble
        )
        self.status = plan.status
        if create:
            for order in plan.orders:
                self._create(order)
        return plan

    def settle(self) -> None:
        """Look until nothing changes any more."""
        for _ in range(2000):
            before = self.status
            if not self.look().orders and self.status == before:
                return
        raise AssertionError(f"the run never comes to rest: {self.status}")

    def end(
        self,
        part: str,
        phase: Phase = Phase.SUCCEEDED,
        outputs: Mapping[str, Scalar] | None = None,
        message: str = "so it is",
    ) -> None:
        """The child of this part has ended."""
        self.put(part, ChildState("", phase, str(_REASONS.get(phase, "SkippedByDecision")), message, False, outputs))

    def put(self, part: str, child: ChildState) -> None:
        """The child of this part stands like this."""
        found = _part(part)
        known = ChildState(
            todo_name(KEY, found),
            child.phase,
            child.reason,
            child.message,
            child.waits_for_people,
            child.outputs,
            found.revision,
        )
        self.children.setdefault(found.step, StepTally()).put(_index(found), known)

    def gone(self, part: str) -> None:
        """The child of this part was deleted."""
        found = _part(part)
        self.children[found.step].gone(_index(found), todo_name(KEY, found))

    def decide(self, action: str, mode: str | None = None) -> DecisionOutcome:
        """A person decides about the run."""
        self.decisions += 1
        decision = Decision(
            f"decision-{self.decisions}",
            KEY,
            KEY,
            UID,
            DecisionAction(action),
            "ann",
            "so be it",
            T0 + timedelta(seconds=self.seconds),
            mode=None if mode is None else CancelMode(mode),
            target_kind=TargetKind.WORKFLOW,
        )
        return self.look([decision]).answers[-1].outcome

    def restart(self, *, keep: Sequence[str] | None = None) -> None:
        """All that was in memory is gone; a listing finds the children again, or those of the named steps only."""
        seen = {name: list(tally._children.items()) for name, tally in self.children.items()}  # noqa: SLF001
        self.children = {}
        for name, known in seen.items():
            for index, child in known:
                if child.name and (keep is None or name in keep) and child.reason != "ChildDeleted":
                    self.children.setdefault(name, StepTally()).put(index, child)

    def step(self, name: str) -> StepStatus:
        """Where a step stands."""
        return next(step for step in self.status.steps if step.name == name)

    @property
    def stands(self) -> dict[str, str]:
        """Phase and reason of each step."""
        return {step.name: f"{step.phase}({step.reason})" for step in self.status.steps}

    @property
    def open_parts(self) -> list[str]:
        """The children that have not ended."""
        return [
            str(ChildPart(name, None if index == SINGLE else index, child.revision))
            for name, tally in self.children.items()
            for index, child in tally._children.items()  # noqa: SLF001 - a test looks at all there is
            if not child.phase.final
        ]

    def _create(self, order: ChildOrder) -> None:
        steps = {step.name: step for step in self.status.steps}
        variables = variables_of(self.run, self.status, steps, self.children)
        item = None
        if order.part.index is not None:
            items = items_of(order.planned, variables)
            assert isinstance(items, tuple)
            item = items[order.part.index]
        made: Mapping[str, Any] | ChildState = spec_of(order.planned, order.part, variables, item, {})
        part = str(order.part)
        if order.once_begun and not isinstance(made, ChildState):
            made = deleted(todo_name(KEY, order.part), order.part.revision)
        if isinstance(made, ChildState):
            self.children.setdefault(order.part.step, StepTally()).put(_index(order.part), made)
            return
        name = todo_name(KEY, order.part)
        assert name not in self.created, f"{name} was created twice"
        self.created.append(name)
        self.specs[part] = made
        self.put(part, ChildState("", Phase.PENDING))


def _part(text: str) -> ChildPart:
    part = parse_part(text)
    assert part is not None, text
    return part


def _index(part: ChildPart) -> int:
    return SINGLE if part.index is None else part.index
