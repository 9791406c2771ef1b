"""The yardstick (benchmarks/yardstick) in a process of its own, with the operator's credentials."""

from pathlib import Path

from benchmarks.measured_process import MeasuredProcess


class YardstickProcess(MeasuredProcess):
    """A running yardstick; not ready before `wait_until_ready` returns."""

    def __init__(self, program: Path, kubeconfig: Path, log: Path, *, workers: int) -> None:
        command = [str(program), f"--kubeconfig={kubeconfig}", f"--workers={workers}"]
        super().__init__("the yardstick", command, log=log, environment={})

    def wait_until_ready(self) -> float:
        """Seconds from the start until its first list was complete."""
        return self.wait_until(lambda: self.log_contains("ready"))
