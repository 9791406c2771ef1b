"""Who is told: Events, and the webhook where there is one."""

import socket
from dataclasses import dataclass

from myapp.application.ports import NoticeChannel
from myapp.container.clients import Clients
from myapp.container.foundation import Foundation
from myapp.container.knowledge import Knowledge
from myapp.infrastructure.kube.event_notices import EventNotices
from myapp.infrastructure.webhook.build import build_webhook
from myapp.infrastructure.webhook.webhook_channel import WebhookChannel

_CONTROLLER = "todo.myapp.dev/operator"


@dataclass(frozen=True, slots=True)
class Notices:
    """The ways to tell people."""

    events: EventNotices
    webhook: WebhookChannel | None

    @property
    def channels(self) -> tuple[NoticeChannel, ...]:
        """Those that there are."""
        return (self.events,) if self.webhook is None else (self.events, self.webhook)


def build_notices(foundation: Foundation, clients: Clients, knowledge: Knowledge) -> Notices:
    """They tell once they are run."""
    clock = foundation.clock
    webhook = build_webhook(
        foundation.settings,
        awaits_people=knowledge.registry.awaits_people,
        host=foundation.server.host or "",
        agent=foundation.agent,
        clock=clock,
        telemetry=foundation.metrics,
    )
    return Notices(EventNotices(clients.work, clock, controller=_CONTROLLER, instance=socket.gethostname()), webhook)
