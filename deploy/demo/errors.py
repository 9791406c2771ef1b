"""Why the demo ended early."""


class DemoError(Exception):
    """A sentence for the person at the terminal; `log` is the end of the log that explains it, "" for none."""

    def __init__(self, message: str, log: str = "") -> None:
        super().__init__(message)
        self.log = log
