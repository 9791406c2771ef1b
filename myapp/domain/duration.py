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
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)")
_WHOLE = re.compile(r"(?:[0-9]{1,9}(?:\.[0-9]{1,6})?(?:ms|s|m|h))+")
_SECOND = 1000
NOTATION = "a duration such as 90s, 1h30m or 250ms"


def parse_duration(text: str) -> timedelta:
    """Turn ``1h30m`` into a timedelta, rounded up to the millisecond, which is what a status records.

    Raises ValueError, with the notation in its message, for anything else.
    """
    try:
        if _WHOLE.fullmatch(text):
            exact = sum((float(number) * _UNITS[unit] for number, unit in _PART.findall(text)), timedelta())
            return -(-exact // _UNITS["ms"]) * _UNITS["ms"]
    except OverflowError:
        pass  # longer than any calendar
    raise ValueError(f"found {text!r}, allowed is {NOTATION}")


def format_duration(duration: timedelta) -> str:
    """Write a timedelta, to the millisecond, as Go would: ``1h30m0s`` is shortened to ``1h30m``, zero is ``0s``."""
    milliseconds = round(duration / timedelta(milliseconds=1))
    hours, milliseconds = divmod(milliseconds, 3_600_000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    seconds = f"{milliseconds / 1000:.3f}".rstrip("0").rstrip(".") + "s" if milliseconds >= _SECOND else ""
    fraction = f"{milliseconds}ms" if 0 < milliseconds < _SECOND else ""
    return "".join((f"{hours}h" if hours else "", f"{minutes}m" if minutes else "", seconds, fraction)) or "0s"
