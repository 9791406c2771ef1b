"""What a caller and the supervisor it started say to each other, one JSON object a line.

    caller -> supervisor (its stdin)     StartRequest, then KEEP once the cluster is in the caller's hands
    supervisor -> caller (its stdout)    Progress*, then Ready or Failed

When the caller's end closes before KEEP, the start was interrupted, however the caller ended: the supervisor cleans up.
"""

import json
from dataclasses import asdict, dataclass

KEEP = "keep"


@dataclass(frozen=True, slots=True)
class StartRequest:
    """The cluster to start; `owner` is the process with which it ends, None to live until `down`.

    `packages` is where a node's Debian packages are unpacked, None for a cluster without a node. `emulates` is the
    older Kubernetes that it stands for, empty for its own version.
    """

    name: str
    folder: str
    binaries: dict[str, str]
    port: int
    owner: int | None
    log_lines: int
    packages: str | None = None
    emulates: str = ""

    def to_line(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def from_line(cls, line: str) -> "StartRequest":
        """The inverse of `to_line`."""
        return cls(**json.loads(line))


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of the start has begun."""

    text: str


@dataclass(frozen=True, slots=True)
class Ready:
    """The cluster is up."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Failed:
    """The cluster is not up and nothing of it is left; `exists` when one of that name was there already."""

    message: str
    exists: bool = False


Message = Progress | Ready | Failed
MESSAGES: dict[str, type[Progress] | type[Ready] | type[Failed]] = {
    kind.__name__: kind for kind in (Progress, Ready, Failed)
}


def message_to_line(message: Message) -> str:
    """One line of JSON."""
    return json.dumps({"kind": type(message).__name__, **asdict(message)}) + "\n"


def message_from_line(line: str) -> Message:
    """The inverse of `message_to_line`."""
    fields = json.loads(line)
    return MESSAGES[fields.pop("kind")](**fields)
