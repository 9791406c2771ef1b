"""Durations as Kubernetes users write them: Go's notation (``1h30m``, ``250ms``), without signs, up to days of hours.

Deliberately no days or weeks: Go has none, and a day is not always 24 hours.
"""

import re
from datetime import timedelta

_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_WHOLE = re.compile(r"(?:\d{1,8}(?:\.\d{1,6})?(?:ms|s|m|h))+")
NOTATION = "a duration such as 90s, 1h30m or 250ms"


def parse_duration(text: str) -> timedelta:
    """Turn ``1h30m`` into a timedelta.

    Raises ValueError, with the notation in its message, for anything else.
    """
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"found {text!r}, allowed is {NOTATION}")
    return sum((float(number) * _UNITS[unit] for number, unit in _PART.findall(text)), timedelta())


def format_duration(duration: timedelta) -> str:
    """Write a timedelta, to the millisecond, as Go would: ``1h30m0s`` is shortened to ``1h30m``, zero is ``0s``."""
    milliseconds = round(duration / timedelta(milliseconds=1))
    hours, milliseconds = divmod(milliseconds, 3_600_000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    seconds = f"{milliseconds / 1000:.3f}".rstrip("0").rstrip(".")
    parts = [f"{hours}h" if hours else "", f"{minutes}m" if minutes else "", f"{seconds}s" if seconds != "0" else ""]
    return "".join(parts) or "0s"
