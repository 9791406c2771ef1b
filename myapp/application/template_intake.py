"""Takes in what is seen of templates: one that has not been judged yet is queued, and runs that wait for it look."""

from collections.abc import Callable

from myapp.application.run_snapshot import TemplateSnapshot
from myapp.application.work_queue import WorkQueue
from myapp.domain.todo_key import TodoKey


class TemplateIntake:
    """Nothing is remembered: the status of a template says which of its generations was judged."""

    def __init__(self, queue: WorkQueue, wake_runs: Callable[[TodoKey], None]) -> None:
        """``wake_runs`` has the runs look again that may begin with this template."""
        self._queue = queue
        self._wake_runs = wake_runs

    def template_seen(self, template: TemplateSnapshot) -> None:
        """A template exists like this."""
        if template.terminating:
            return
        if template.status.observed_generation != template.generation:
            self._queue.add(template.key)
        self._wake_runs(template.key)
