"""What the expressions of a run see: its params, itself, and what became of the steps that have ended."""

from collections.abc import Collection, Mapping
from typing import Any

from myapp.domain.json_value import JsonValue
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.children import StepTally
from myapp.domain.workflow.run_entry import RunEntry
from myapp.domain.workflow.run_status import StepStatus


class RunVariables:
    """Answers for one moment of one run. Only what an expression looks at is put together: a run may be large."""

    def __init__(
        self,
        entry: RunEntry,
        params: Mapping[str, JsonValue],
        steps: Mapping[str, StepStatus],
        children: Mapping[str, StepTally],
        came_to: Phase | None = None,
    ) -> None:
        """``came_to`` is what the steps came to, for those of ``finally``."""
        self._entry = entry
        self._params = dict(params)
        self._steps = steps
        self._children = children
        self._came_to = came_to
        self._seen: dict[frozenset[str], Mapping[str, Any]] = {}

    def seeing(self, names: frozenset[str]) -> Mapping[str, Any]:
        """The values by root, with these steps. Put together once: the items of a step all look at the same."""
        if names not in self._seen:
            self._seen[names] = self._put_together(names)
        return self._seen[names]

    def _put_together(self, names: Collection[str]) -> Mapping[str, Any]:
        key = self._entry.key
        workflow: dict[str, JsonValue] = {"name": key.name, "namespace": key.namespace, "uid": self._entry.id}
        if self._came_to is not None:
            workflow["phase"] = str(self._came_to)
        steps = {
            name: {"phase": str(self._steps[name].phase), "outputs": self._outputs_of(self._steps[name])}
            for name in names
        }
        return {"params": self._params, "steps": steps, "workflow": workflow}

    def lost(self, names: Collection[str]) -> str:
        """The first of these steps that has succeeded and whose outputs nobody knows any more; empty if none."""
        return next((name for name in sorted(names) if self._is_lost(self._steps[name])), "")

    def _is_lost(self, step: StepStatus) -> bool:
        if step.phase is not Phase.SUCCEEDED:
            return False
        tally = self._tally_of(step)
        if step.items is not None:
            return (tally.counts(0).succeeded if tally is not None else 0) < step.items.succeeded
        return bool(step.child) and (tally is None or tally.child() is None)

    def _outputs_of(self, step: StepStatus) -> object:
        tally = self._tally_of(step)
        if step.items is not None:
            return tally.outputs(step.items.total) if tally is not None else [None] * step.items.total
        child = tally.child() if tally is not None else None
        return dict(child.outputs or {}) if child is not None else {}

    def _tally_of(self, step: StepStatus) -> StepTally | None:
        tally = self._children.get(step.name)
        return tally.at(step.revision, anew=step.in_finally) if tally is not None else None
