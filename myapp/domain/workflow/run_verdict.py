"""Where a run stands at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from myapp.domain.form import Scalar
from myapp.domain.todo_phase import Phase
from myapp.domain.workflow.run_phase import RunReason


@dataclass(frozen=True, slots=True)
class RunVerdict:
    """Phase, reason, one sentence, and when time alone can change it."""

    phase: Phase
    reason: RunReason
    message: str
    look_again_at: datetime | None = None
    outputs: Mapping[str, Scalar] = field(default_factory=dict)
