"""The names of what a run creates: they follow from run, step, item and revision, so that nothing is created twice."""

import re
from dataclasses import dataclass
from hashlib import sha256

from myapp.domain.todo_key import TodoKey

_PART = re.compile(r"(?P<step>[^.]+)(\.(?P<index>[0-9]+))?(\.r(?P<revision>[0-9]+))?")
_RUN_LENGTH = 40
_LONGEST_NAME = 63
_HASH_LENGTH = 8


@dataclass(frozen=True, slots=True)
class ChildPart:
    """Which part of a run a child is: a step, or an item of one, of a revision of the run."""

    step: str
    index: int | None = None
    """The item; None where the step is no ``forEach``."""
    revision: int = 0

    def __str__(self) -> str:
        item = "" if self.index is None else f".{self.index}"
        again = f".r{self.revision}" if self.revision else ""
        return f"{self.step}{item}{again}"


def parse_part(text: str) -> ChildPart | None:
    """What ``str`` made of a part; None for anything else."""
    found = _PART.fullmatch(text)
    if found is None:
        return None
    index = found["index"]
    return ChildPart(found["step"], None if index is None else int(index), int(found["revision"] or 0))


def todo_name(run: TodoKey, part: ChildPart) -> str:
    """The name of a step's todo: ``<run>.<step>[.<index>][.r<n>]``. No run's or step's name has a dot in it."""
    return f"{run.name}.{part}"


def part_of_todo(run_name: str, name: str) -> str:
    """What a todo of that name is of the run; empty where the name says nothing of it."""
    return name.removeprefix(f"{run_name}.") if name.startswith(f"{run_name}.") else ""


def run_name(run: TodoKey, run_id: str, part: ChildPart) -> str:
    """The name of a step that is a run itself: as short as a run's name must be, so a hash tells it from others."""
    told_apart = sha256(f"{run_id}/{part}".encode()).hexdigest()[:_HASH_LENGTH]
    head = f"{run.name[:_RUN_LENGTH].rstrip('-')}-{part.step}"
    return f"{head[: _LONGEST_NAME - _HASH_LENGTH - 1].rstrip('-')}-{told_apart}"
