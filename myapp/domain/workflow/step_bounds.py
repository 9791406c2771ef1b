"""Keeps what a run's status says of its steps within what an object may hold (design 2.11).

One step may say a sentence, and a few may say more; where very many have failed, each says less.
"""

from dataclasses import replace

from myapp.domain.message import bounded
from myapp.domain.workflow.run_status import StepStatus

#: Characters of all messages of all steps together: beside them 564 steps of the longest names take 160 KiB.
MOST_TEXT = 64 * 1024
_CUT_TO = 48


def within_bounds(steps: tuple[StepStatus, ...]) -> tuple[StepStatus, ...]:
    """The same steps; where they say too much together, each with a short message and without single failures."""
    if sum(map(_text, steps)) <= MOST_TEXT:
        return steps
    return tuple(replace(step, message=bounded(step.message, _CUT_TO), failures=()) for step in steps)


def _text(step: StepStatus) -> int:
    return len(step.message) + sum(len(failure.message) + _CUT_TO for failure in step.failures)
