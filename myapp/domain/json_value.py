"""What a JSON document can hold, as Python has it."""

import json
from typing import TypeAlias

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"
_SHOWN = 60


def shown(value: object) -> str:
    """A value in a message, as its author has written it; cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
