"""What the process remembers of every template: which version was seen, and which other templates its steps name."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from myapp.application.known_objects import KnownObjects
from myapp.application.run_snapshot import TemplateSnapshot
from myapp.domain.todo_key import TodoKey
from myapp.domain.workflow.sub_workflow_check import MOST_LEVELS, referenced_templates


@dataclass(slots=True)
class TemplateRecord:
    """The little that must be known of a template at any time."""

    uid: str
    version: int
    generation: int
    reason: str
    names: frozenset[TodoKey]
    """The templates that its steps name."""


class TemplateRegistry(KnownObjects[TemplateRecord]):
    """Records by key, and the way back from a template to those that name it."""

    def __init__(self) -> None:
        super().__init__()
        self._named_by: dict[TodoKey, set[TodoKey]] = defaultdict(set)

    def observe(self, template: TemplateSnapshot) -> bool:
        """Take in a snapshot: whether what it defines is news. That its status was written is none."""
        if self._is_old(template):
            return False
        key, definition = template.key, template.definition
        known = self._records.get(key)
        names = referenced_templates(definition) if definition is not None else frozenset[str]()
        record = TemplateRecord(
            uid=template.uid,
            version=int(template.version),
            generation=template.generation,
            reason=template.reason,
            names=frozenset(map(key.beside, names)),
        )
        self._let_go(key, known)
        self._records[key] = record
        for named in record.names:
            self._named_by[named].add(key)
        return known is None or (known.uid, known.generation) != (record.uid, record.generation)

    def forget(self, key: TodoKey, uid: str) -> bool:
        """The object was deleted: whether it was known. What names it is remembered: another may take its name."""
        record = self._bury(key, uid)
        self._let_go(key, record)
        return record is not None

    def names_others(self, key: TodoKey) -> bool:
        """Whether more than the template itself says whether it can be run."""
        record = self._records.get(key)
        return record is not None and bool(record.names)

    def relying_on(self, key: TodoKey) -> set[TodoKey]:
        """The templates that are judged by this one too: those that name it, and those that name these.

        As far up as a judgement looks down, so that one edit has a bounded number of templates judged.
        """
        found, level = {key}, {key}
        for _ in range(MOST_LEVELS - 1):
            level = {above for below in level for above in self._named_by.get(below, ())} - found
            found |= level
        return found - {key}

    def records(self) -> Iterator[TemplateRecord]:
        """All of them, for whoever counts."""
        return iter(self._records.values())

    def _let_go(self, key: TodoKey, record: TemplateRecord | None) -> None:
        """It names nobody any more."""
        for named in record.names if record is not None else ():
            self._named_by[named].discard(key)
            if not self._named_by[named]:
                del self._named_by[named]
