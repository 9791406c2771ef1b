"""Names that one process alone can resolve: it sees a hosts file of its own, which may change while it runs.

Nothing of the machine is touched. It takes the right to mount, as the tests with a node do.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path

_COMMAND = ("unshare", "--mount", "--propagation=private", "sh", "-euc")
_SCRIPT = 'mount --bind "$1" /etc/hosts; shift; exec "$@"'
_TRIAL_SECONDS = 20


@dataclass(frozen=True, slots=True)
class OwnHosts:
    """The file, and how to start what is to see it."""

    file: Path

    @classmethod
    def create(cls, folder: Path) -> "OwnHosts":
        """With the machine's own name alone."""
        file = folder / "hosts"
        file.write_text("127.0.0.1 localhost\n", encoding="utf-8")
        return cls(file)

    @property
    def command(self) -> tuple[str, ...]:
        """What a command line begins with; the process keeps its id."""
        return (*_COMMAND, _SCRIPT, "sh", str(self.file))

    def obstacle(self) -> str:
        """Why it cannot be done here; empty where it can."""
        try:
            tried = subprocess.run(
                (*self.command, "true"), capture_output=True, text=True, timeout=_TRIAL_SECONDS, check=False
            )
        except FileNotFoundError as error:
            return str(error)
        return "" if tried.returncode == 0 else tried.stderr.strip()

    def add(self, name: str, address: str = "127.0.0.1") -> None:
        """From now on the name can be resolved. The file is written to: another in its place would not be seen."""
        with self.file.open("a", encoding="utf-8") as hosts:
            hosts.write(f"{address} {name}\n")
