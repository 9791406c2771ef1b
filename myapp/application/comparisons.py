"""What is compared with a complete listing, kind by kind: takes in what is news, forgets what is gone."""

from myapp.application.decision_intake import DecisionIntake
from myapp.application.intake import Intake
from myapp.application.ports import DecisionLister, TodoLister
from myapp.application.run_intake import RunIntake
from myapp.application.run_ports import RunLister, TemplateLister
from myapp.application.run_registry import RunRegistry
from myapp.application.template_intake import TemplateIntake
from myapp.application.template_registry import TemplateRegistry
from myapp.application.todo_registry import TodoRegistry
from myapp.domain.todo_key import TodoKey


class DecisionComparison:
    """What people decided. What is gone is told by its target's end, or by the next who looks."""

    def __init__(self, decisions: DecisionLister, intake: DecisionIntake) -> None:
        self._decisions = decisions
        self._intake = intake

    async def compare(self) -> None:
        """List once. Raises ApiError."""
        async for decisions in self._decisions.pages():
            for decision in decisions:
                self._intake.seen(decision)


class TodoComparison:
    """Todos."""

    def __init__(self, todos: TodoLister, registry: TodoRegistry, intake: Intake) -> None:
        self._todos = todos
        self._registry = registry
        self._intake = intake

    async def compare(self) -> None:
        """List once. Raises ApiError."""
        listed: set[tuple[TodoKey, str]] = set()
        version = "0"
        async for page in self._todos.pages():
            version = page.version
            for todo in page.todos:
                listed.add((todo.key, todo.uid))
                if self._intake.is_news(todo.key, todo.uid, todo.version):
                    self._intake.todo_seen(todo.sight(), urgent=False)
        for key, uid in self._registry.vanished(listed, version):
            self._intake.todo_gone(key, uid)


class RunComparison:
    """Workflows."""

    def __init__(self, runs: RunLister, registry: RunRegistry, intake: RunIntake) -> None:
        self._runs = runs
        self._registry = registry
        self._intake = intake

    async def compare(self) -> None:
        """List once. Raises ApiError."""
        listed: set[tuple[TodoKey, str]] = set()
        version = "0"
        async for page in self._runs.pages():
            version = page.version
            for run in page.runs:
                listed.add((run.key, run.uid))
                if self._intake.is_news(run.key, run.uid, run.version):
                    self._intake.run_seen(run.sight(), urgent=False)
        for key, uid in self._registry.vanished(listed, version):
            self._intake.run_gone(key, uid)


class TemplateComparison:
    """Templates. Each is handed over, news or not: runs that wait for it look again."""

    def __init__(self, templates: TemplateLister, registry: TemplateRegistry, intake: TemplateIntake) -> None:
        self._templates = templates
        self._registry = registry
        self._intake = intake

    async def compare(self) -> None:
        """List once. Raises ApiError."""
        listed: set[tuple[TodoKey, str]] = set()
        version = "0"
        async for page in self._templates.pages():
            version = page.version
            for template in page.templates:
                listed.add((template.key, template.uid))
                self._intake.template_seen(template)
        for key, uid in self._registry.vanished(listed, version):
            self._intake.template_gone(key, uid)
