"""Keeps a run's status within what an object may hold (design 2.11).

One step may say a sentence, and a few may say more; where very many have failed, each says less, and the run says that
something was left out. What a run needs to go on, names, phases and decisions, is never cut.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from myapp.domain.decision import CountedDecision
from myapp.domain.form import Scalar
from myapp.domain.message import bounded
from myapp.domain.workflow.run_status import RunStatus, StepStatus

#: Bytes of a status as JSON. Beside it an object of 256 KiB has room for its metadata and for the run of a template.
MOST_BYTES = 224 * 1024
#: What is said of a step that was cut ends with this.
CUT = "[…]"
LEFT_OUT = "; what its steps say is cut, because the status would be too large"
_FRAME = 120
"""Names of fields, phase, reason and numbers of a step; those of its items, of a failure and of a decision."""
_FRAME_OF_ITEMS = 150
_FRAME_OF_A_FAILURE = 32
_FRAME_OF_A_DECISION = 180
_FRAME_OF_A_RUN = 2048
_MOST_OF_DECISIONS = 24 * 1024
_DECISION_CUT_TO = 64
_LONGEST_OF_A_CHARACTER = 6
_PLAIN = re.compile(r"[A-Za-z0-9 _.,:;()/'=+-]*")
_ESCAPED = re.compile(r"[<>&\u2028\u2029]")
"""What the API server stores in six bytes, beside what JSON itself escapes."""


def within_bounds(status: RunStatus, outputs: Mapping[str, Scalar]) -> RunStatus:
    """The same status with what its steps and decisions say cut as far as it must be; ``outputs`` come to it."""
    decisions = _short(status.decisions)
    said = sum(map(_said, filter(_speaks, status.steps)))
    if not said:
        return status if decisions is status.decisions else replace(status, decisions=decisions)
    fixed = _FRAME_OF_A_RUN + 3 * _bytes(status.message) + sum(map(_decision_bytes, decisions))
    fixed += sum(map(_fixed_bytes, status.steps)) + sum(map(_bytes, map(str, outputs.values())))
    room = max(MOST_BYTES - fixed, 0)
    steps = status.steps if said <= room else _cut_to(status.steps, room)
    return replace(status, decisions=decisions, steps=steps)


def is_cut(steps: Iterable[StepStatus]) -> bool:
    """Whether some step would have more to say."""
    return any(step.message.endswith(CUT) for step in steps)


def _cut_to(steps: tuple[StepStatus, ...], room: int) -> tuple[StepStatus, ...]:
    most = room // sum(map(_speaks, steps))
    return tuple(_cut(step, most) if _speaks(step) else step for step in steps)


def _cut(step: StepStatus, most: int) -> StepStatus:
    """A step that says no more than so many bytes, but for the mark that there was more."""
    if _bytes(step.message) <= most and not step.failures:
        return step
    said = step.message.removesuffix(CUT)
    while said and (surplus := _bytes(f"{said}{CUT}") - most) > 0:
        said = said[: -max(surplus // _LONGEST_OF_A_CHARACTER, 1)]
    return replace(step, message=f"{said}{CUT}", failures=())


def _short(decisions: tuple[CountedDecision, ...]) -> tuple[CountedDecision, ...]:
    """The decisions with what people said; of very many long speeches the beginnings."""
    if sum(map(_decision_bytes, decisions)) <= _MOST_OF_DECISIONS:
        return decisions
    return tuple(replace(made, message=bounded(made.message, _DECISION_CUT_TO)) for made in decisions)


def _fixed_bytes(step: StepStatus) -> int:
    return _FRAME + len(step.name) + len(step.child) + len(step.reason) + (_FRAME_OF_ITEMS if step.items else 0)


def _speaks(step: StepStatus) -> bool:
    return bool(step.message or step.failures)


def _said(step: StepStatus) -> int:
    failures = sum(_bytes(failure.message) + _FRAME_OF_A_FAILURE for failure in step.failures)
    return _bytes(step.message) + failures


def _decision_bytes(made: CountedDecision) -> int:
    return _FRAME_OF_A_DECISION + _bytes(made.username) + _bytes(made.message)


def _bytes(text: str) -> int:
    """As it is stored: JSON, in UTF-8."""
    if _PLAIN.fullmatch(text):
        return len(text)
    escaped = _ESCAPED.sub("\\\\u0000", json.dumps(text, ensure_ascii=False))
    return len(escaped.encode("utf-8", "surrogatepass")) - 2
