"""What the process remembers of every run: a compact record each, and a tally of the children of each of its steps.

It is fed with what was seen of runs and of what they have created, refuses what is older than what it knows, and
answers which run should look again. Nothing here is decided, and nobody is talked to.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from myapp.application.known_objects import KnownObjects
from myapp.application.run_snapshot import RunSight, phase_of
from myapp.application.snapshot import UNSEEN
from myapp.domain.decision import CancelMode
from myapp.domain.owner_run import OwnerRun
from myapp.domain.todo_key import TodoKey
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.child_names import ChildPart, parse_part
from myapp.domain.workflow.children import SINGLE, ChildState, StepTally
from myapp.domain.workflow.run_phase import RunReason
from myapp.domain.workflow.run_situation import Ending, ParentSays
from myapp.domain.workflow.run_status import RunStatus

#: One that nobody has said anything of yet may just be looking for its template.
_HEALED_BY_A_TEMPLATE = frozenset(
    {UNSEEN, RunReason.TEMPLATE_NOT_FOUND, RunReason.INVALID_DEFINITION, RunReason.INVALID_PARAMS}
)
_NO_CHILDREN: Mapping[str, StepTally] = MappingProxyType({})


@dataclass(slots=True)
class RunRecord:
    """The little that must be known of a run at any time."""

    uid: str
    version: int
    phase: Phase
    reason: str
    parent: OwnerRun | None
    ending: Ending | None
    """That it is ending what its steps have under way."""
    last_steps: frozenset[str] = frozenset()
    """The steps of ``finally``, while it is ending: they are ended by the hardest mode only."""
    held: bool = False
    """That it is suspended, and with it the runs among its steps."""
    revisions: Mapping[str, int] = field(default_factory=dict)
    """The steps that a Retry goes on with, and in which revision of the run. Those of ``finally`` are done from the
    beginning, whatever they have come to."""


@dataclass(slots=True)
class _Children:
    """What one run has created."""

    run: TodoKey
    tallies: dict[str, StepTally] = field(default_factory=lambda: defaultdict(StepTally))


class RunRegistry(KnownObjects[RunRecord]):
    """Records by key, children by the uid of their run."""

    def __init__(self) -> None:
        super().__init__()
        self._children: dict[str, _Children] = {}
        self._uids: dict[TodoKey, str] = {}
        """Of runs that have children, by the name from which those of their children follow."""

    def observe(self, snapshot: RunSight) -> bool:
        """Take in a snapshot: whether it is news."""
        if self._is_old(snapshot):
            return False
        status = snapshot.status or RunStatus()
        ending = _ending(snapshot.key.name, status)
        last = frozenset(step.name for step in status.steps if step.in_finally) if ending else frozenset[str]()
        again = {step.name: step.revision for step in status.steps if step.revision and not step.in_finally}
        self._records[snapshot.key] = RunRecord(
            uid=snapshot.uid,
            version=int(snapshot.version),
            phase=phase_of(snapshot),
            reason=snapshot.reason,
            parent=snapshot.parent,
            ending=ending,
            last_steps=last,
            held=status.reason is RunReason.SUSPENDED,
            revisions=again,
        )
        return True

    def forget(self, key: TodoKey, uid: str) -> RunRecord | None:
        """The object was deleted: its record, if it was known. Its children go by and by."""
        self._children.pop(uid, None)
        if self._uids.get(key) == uid:
            del self._uids[key]
        return self._bury(key, uid)

    def records(self) -> Iterator[RunRecord]:
        """All of them, for whoever counts."""
        return iter(self._records.values())

    def waiting_for_templates(self, namespace: str) -> list[TodoKey]:
        """The runs that may begin once a template is there, or is another."""
        return [
            key
            for key, record in self._records.items()
            if key.namespace == namespace and record.phase is Phase.PENDING and record.reason in _HEALED_BY_A_TEMPLATE
        ]

    def children_of(self, uid: str) -> Mapping[str, StepTally]:
        """What is known of the children of a run, by step."""
        known = self._children.get(uid)
        return known.tallies if known is not None else _NO_CHILDREN

    def child_seen(self, namespace: str, owner: OwnerRun, child: ChildState) -> TodoKey | None:
        """A child of a run stands like this: the run, if it has to look again because of it."""
        part = parse_part(owner.part)
        if part is None or owner.uid in self._buried:
            return None
        run = TodoKey(namespace, owner.name)
        known = self._children.get(owner.uid)
        if known is None:
            known = self._children[owner.uid] = _Children(run)
            self._uids[run] = owner.uid
        index = SINGLE if part.index is None else part.index
        return run if known.tallies[part.step].put(index, child) else None

    def child_gone(self, owner: OwnerRun, name: str) -> TodoKey | None:
        """The child of a run that had this name exists no more: the run, if it has to look again because of it."""
        part, known = parse_part(owner.part), self._children.get(owner.uid)
        if part is None or known is None:
            return None
        index = SINGLE if part.index is None else part.index
        return known.run if known.tallies[part.step].gone(index, name) else None

    def owner_named(self, key: TodoKey) -> OwnerRun | None:
        """The run that a todo of this name is a step of, if one has created it."""
        run_name, _, part = key.name.partition(".")
        uid = self._uids.get(key.beside(run_name))
        return OwnerRun(run_name, uid, part) if uid is not None and part else None

    def open_children(self, uid: str) -> list[str]:
        """The names of the children that have not ended."""
        known = self._children.get(uid)
        if known is None:
            return []
        return [child.name for tally in known.tallies.values() for child in tally if not child.phase.final]

    def todos_within(self, namespace: str, uid: str) -> Iterator[TodoKey]:
        """The todos of a run, and of the runs within it, that are there as far as is known."""
        known = self._children.get(uid)
        for child in (child for tally in known.tallies.values() for child in tally) if known is not None else ():
            key = TodoKey(namespace, child.name)
            if "." in child.name:
                yield key
            elif (record := self._records.get(key)) is not None:
                yield from self.todos_within(namespace, record.uid)

    def ending_within(self, key: TodoKey, uid: str) -> Ending | None:
        """How a run is ending what it has under way; None where it does not, or is not known."""
        record = self._records.get(key)
        return record.ending if record is not None and record.uid == uid else None

    def is_held(self, key: TodoKey, uid: str) -> bool:
        """Whether a run is known to be suspended."""
        record = self._records.get(key)
        return record is not None and record.uid == uid and record.held

    def ending_of(self, namespace: str, owner: OwnerRun | None) -> Ending | None:
        """Whether a run is ending this child of it."""
        record, part = self._parent(namespace, owner)
        if record is None or record.ending is None or part is None:
            return None
        spared = part.step in record.last_steps and record.ending.mode is not CancelMode.TERMINATE
        return None if spared else record.ending

    def parent_says(self, namespace: str, owner: OwnerRun | None) -> ParentSays:
        """What a run means for this run, which is a step of it."""
        record, part = self._parent(namespace, owner)
        if record is None or part is None or owner is None:
            return ParentSays()
        held_by = f"workflow {owner.name}, of which it is a step" if record.held else ""
        wanted = record.revisions.get(part.step, 0)
        return ParentSays(self.ending_of(namespace, owner), held_by, wanted if wanted > part.revision else 0)

    def _parent(self, namespace: str, owner: OwnerRun | None) -> tuple[RunRecord | None, ChildPart | None]:
        if owner is None:
            return None, None
        record = self._records.get(TodoKey(namespace, owner.name))
        return (record if record is not None and record.uid == owner.uid else None), parse_part(owner.part)


def _ending(name: str, status: RunStatus) -> Ending | None:
    """What a status says of it: that it is being cancelled, or timed out."""
    if status.cancel_mode is not None:
        return Ending(status.cancel_mode, f"workflow {name} is cancelled, mode {status.cancel_mode}")
    if status.timed_out_at is not None:
        return Ending(CancelMode.RUN_FINALLY, f"the time of workflow {name} was over")
    if status.reason is RunReason.DEFINITION_LOST:
        return Ending(CancelMode.TERMINATE, f"the definition of workflow {name} is lost")
    return None
