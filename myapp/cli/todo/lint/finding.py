"""One problem that was found, and where."""

from dataclasses import dataclass

Path = tuple[str | int, ...]
"""A place in an object: names of fields, and places in lists from 0."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`line` and `column` count from 1; `step` and `field` are "" where the problem is of the whole."""

    file: str
    line: int
    column: int
    kind: str
    name: str
    step: str
    field: str
    message: str

    def __str__(self) -> str:
        about = f"{self.kind}/{self.name}: " if self.kind else ""
        return f"{self.file}:{self.line}:{self.column}: {about}{self.message}"


def written(path: Path) -> str:
    """The place as people write it: `steps[0].http.url`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
