"""The kopf handlers: one line each, in a registry of their own."""

from collections.abc import Awaitable, Callable

import kopf

from myapp.infrastructure.crd.custom_resource_definition import GROUP, VERSION
from myapp.infrastructure.crd.todo_decision_resource import TODO_DECISION_DEFINITION
from myapp.infrastructure.crd.todo_resource import TODO_DEFINITION
from myapp.infrastructure.crd.todo_template_resource import TODO_TEMPLATE_DEFINITION
from myapp.infrastructure.crd.todo_workflow_resource import TODO_WORKFLOW_DEFINITION
from myapp.infrastructure.kopf_adapter.event_translation import EventTranslation


def bind_handlers(
    translation: EventTranslation, login: Callable[[], Awaitable[kopf.AiohttpSession]]
) -> kopf.OperatorRegistry:
    """A registry with the handlers that feed ``translation``."""
    registry = kopf.OperatorRegistry()

    @kopf.on.login(registry=registry, id="login")
    async def on_login(**_: object) -> kopf.AiohttpSession:
        return await login()

    def is_news(event: kopf.RawEvent, **_: object) -> bool:
        return translation.is_news(event)

    @kopf.on.event(GROUP, VERSION, TODO_DEFINITION.plural, registry=registry, id="todo", when=is_news)
    async def on_todo(event: kopf.RawEvent, **_: object) -> None:
        translation.todo(event)

    @kopf.on.event(GROUP, VERSION, TODO_DECISION_DEFINITION.plural, registry=registry, id="decision")
    async def on_decision(event: kopf.RawEvent, **_: object) -> None:
        translation.decision(event)

    def is_news_of_a_run(event: kopf.RawEvent, **_: object) -> bool:
        return translation.is_news_of_a_run(event)

    @kopf.on.event(
        GROUP, VERSION, TODO_WORKFLOW_DEFINITION.plural, registry=registry, id="workflow", when=is_news_of_a_run
    )
    async def on_workflow(event: kopf.RawEvent, **_: object) -> None:
        translation.run(event)

    @kopf.on.event(GROUP, VERSION, TODO_TEMPLATE_DEFINITION.plural, registry=registry, id="template")
    async def on_template(event: kopf.RawEvent, **_: object) -> None:
        translation.template(event)

    return registry
