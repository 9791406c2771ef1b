"""Turns what a watch delivers into calls of the intake, and tells what of it is news."""

from collections.abc import Mapping
from typing import Any

from myapp.application.intake import Intake
from myapp.infrastructure.mapping.decision_mapper import is_judged, to_decision
from myapp.infrastructure.mapping.metadata import ObjectMetadata
from myapp.infrastructure.mapping.todo_sight import to_sight

RawEvent = Mapping[str, Any]


class EventTranslation:
    """Translates events of both kinds."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def is_news(self, event: RawEvent) -> bool:
        """Whether an event of a Todo is worth a handler: the echo of an own write, a third of all events, is not."""
        metadata = ObjectMetadata.of(event["object"])
        return event["type"] == "DELETED" or self._intake.is_news(metadata.key, metadata.uid, metadata.version)

    def todo(self, event: RawEvent) -> None:
        """An event of a Todo."""
        raw = event["object"]
        if event["type"] == "DELETED":
            metadata = ObjectMetadata.of(raw)
            self._intake.todo_gone(metadata.key, metadata.uid)
            return
        self._intake.todo_seen(to_sight(raw))

    def decision(self, event: RawEvent) -> None:
        """An event of a TodoDecision."""
        raw = event["object"]
        if event["type"] == "DELETED" or is_judged(raw):
            self._intake.decision_settled(raw["metadata"]["uid"])
        else:
            self._intake.decision_seen(to_decision(raw))
