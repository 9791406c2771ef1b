"""How an object of the cluster stands, as a value."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """As kstatus has it: Current, InProgress, Failed."""

    READY = "Ready"
    UNDERWAY = "Underway"
    FAILED = "Failed"


@dataclass(frozen=True, slots=True)
class Standing:
    """A state and why, in words that do not change as long as the cause does not."""

    state: State
    message: str
