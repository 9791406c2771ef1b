"""Puts the webhook's channel together."""

import random
from collections.abc import Callable

from myapp.application.ports import Clock
from myapp.domain.todo_key import TodoKey
from myapp.infrastructure.settings import Settings
from myapp.infrastructure.system_clock import elapsed
from myapp.infrastructure.webhook.webhook_channel import WebhookChannel, WebhookTelemetry
from myapp.infrastructure.webhook.webhook_files import WebhookFiles


def build_webhook(
    settings: Settings,
    *,
    awaits_people: Callable[[TodoKey, str], bool],
    host: str,
    agent: str,
    clock: Clock,
    telemetry: WebhookTelemetry,
) -> WebhookChannel | None:
    """The channel; None where no address is given. ``host``, the API server's, names a cluster that has no name."""
    if settings.webhook_url_file is None:
        return None
    files = WebhookFiles(settings.webhook_url_file, settings.webhook_token_file, settings.webhook_ca_file)
    return WebhookChannel(
        files,
        awaits_people=awaits_people,
        cluster=settings.cluster_name or host,
        agent=agent,
        clock=clock,
        elapsed=elapsed,
        random=random.random,
        telemetry=telemetry,
    )
