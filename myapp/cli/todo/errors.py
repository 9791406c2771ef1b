"""What can go wrong before a cluster has answered, and what a cluster answered that is not an outcome.

PluginError              printed as `error: ...`
├── KubectlUnavailableError   kubectl cannot be started, or does not end
├── KubectlFailedError        kubectl said no: its own words are passed on
└── UnexpectedAnswerError     kubectl said yes in words that are not understood
"""

import re

_SERVER_REASON = re.compile(r"Error from server \((\w+)\)")


class PluginError(Exception):
    """A sentence for the person at the terminal: what was found, and how to mend it."""


class KubectlUnavailableError(PluginError):
    """kubectl is not there, or did not end in time."""


class KubectlFailedError(PluginError):
    """kubectl ended with an error. `stderr` is what it printed; it is shown unchanged."""

    def __init__(self, stderr: str, exit_code: int) -> None:
        super().__init__(stderr.strip() or f"kubectl ended with exit code {exit_code} and no message")
        self.stderr = stderr
        self.exit_code = exit_code

    @property
    def reason(self) -> str:
        """The API's reason (`NotFound`, `Forbidden`, ...), or "" where kubectl failed before the API answered."""
        found = _SERVER_REASON.search(self.stderr)
        return found.group(1) if found else ""


class UnexpectedAnswerError(PluginError):
    """kubectl's output is not what its documentation promises: another program of that name, or a version too old."""
