"""Takes in what is seen of templates: whoever is to be judged anew because of it is queued, and waiting runs look."""

from collections.abc import Callable

from myapp.application.run_snapshot import TemplateSnapshot
from myapp.application.template_registry import TemplateRegistry
from myapp.application.work_queue import WorkQueue
from myapp.domain.todo_key import TodoKey


class TemplateIntake:
    """The one entrance into what the process knows of templates.

    The status of a template says which of its generations was judged, but not beside which others: so one that names
    others is judged when it is first seen, and whenever one of them is another, appears or goes.
    """

    def __init__(self, registry: TemplateRegistry, queue: WorkQueue, wake_runs: Callable[[TodoKey], None]) -> None:
        """``wake_runs`` has the runs look again that have not begun, perhaps because of this template."""
        self._registry = registry
        self._queue = queue
        self._wake_runs = wake_runs

    def template_seen(self, template: TemplateSnapshot) -> None:
        """A template exists like this. One that is on its way out counts as gone: no run may begin with it."""
        key = template.key
        if template.terminating:
            self.template_gone(key, template.uid)
            return
        changed = self._registry.observe(template)
        if template.status.observed_generation != template.generation or (changed and self._registry.names_others(key)):
            self._queue.add(key)
        if changed:
            self._judge_relying_on(key)
        self._wake_runs(key)

    def template_gone(self, key: TodoKey, uid: str) -> None:
        """A template exists no more."""
        if self._registry.forget(key, uid):
            self._judge_relying_on(key)
            self._wake_runs(key)
        if key not in self._registry:
            self._queue.discard(key)

    def _judge_relying_on(self, key: TodoKey) -> None:
        for other in self._registry.relying_on(key):
            self._queue.add(other)
