"""Turns what a watch delivers into calls of the intakes, and tells what of it is news."""

from collections.abc import Mapping
from typing import Any

from myapp.application.decision_intake import DecisionIntake
from myapp.application.intake import Intake
from myapp.application.run_intake import RunIntake
from myapp.application.template_intake import TemplateIntake
from myapp.infrastructure.mapping.decision_mapper import is_judged, to_decision
from myapp.infrastructure.mapping.metadata import ObjectMetadata
from myapp.infrastructure.mapping.run_mapper import to_run_sight
from myapp.infrastructure.mapping.template_mapper import to_template
from myapp.infrastructure.mapping.todo_sight import to_sight

RawEvent = Mapping[str, Any]


class EventTranslation:
    """Translates events of all kinds."""

    def __init__(self, *, todos: Intake, runs: RunIntake, templates: TemplateIntake, decisions: DecisionIntake) -> None:
        self._todos = todos
        self._runs = runs
        self._templates = templates
        self._decisions = decisions

    def is_news(self, event: RawEvent) -> bool:
        """Whether an event of a Todo is worth a handler: the echo of an own write, a third of all events, is not."""
        metadata = ObjectMetadata.of(event["object"])
        return event["type"] == "DELETED" or self._todos.is_news(metadata.key, metadata.uid, metadata.version)

    def is_news_of_a_run(self, event: RawEvent) -> bool:
        """The same of a TodoWorkflow."""
        metadata = ObjectMetadata.of(event["object"])
        return event["type"] == "DELETED" or self._runs.is_news(metadata.key, metadata.uid, metadata.version)

    def todo(self, event: RawEvent) -> None:
        """An event of a Todo."""
        if gone := _gone(event):
            self._todos.todo_gone(gone.key, gone.uid)
        else:
            self._todos.todo_seen(to_sight(event["object"]))

    def run(self, event: RawEvent) -> None:
        """An event of a TodoWorkflow."""
        if gone := _gone(event):
            self._runs.run_gone(gone.key, gone.uid)
        else:
            self._runs.run_seen(to_run_sight(event["object"]))

    def template(self, event: RawEvent) -> None:
        """An event of a TodoTemplate."""
        if gone := _gone(event):
            self._templates.template_gone(gone.key, gone.uid)
        else:
            self._templates.template_seen(to_template(event["object"]))

    def decision(self, event: RawEvent) -> None:
        """An event of a TodoDecision."""
        raw = event["object"]
        if event["type"] == "DELETED" or is_judged(raw):
            self._decisions.settled(raw["metadata"]["uid"])
        else:
            self._decisions.seen(to_decision(raw))


def _gone(event: RawEvent) -> ObjectMetadata | None:
    """What existed, where the event says that it does no more."""
    return ObjectMetadata.of(event["object"]) if event["type"] == "DELETED" else None
