"""How long ago, as kubectl's AGE column says it: two units at most, coarser as it gets longer."""

from datetime import datetime, timedelta

_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86400, 365 * 86400


def age(then: datetime | None, now: datetime) -> str:
    """`5s`, `3m20s`, `4h`, `12d`; `<unknown>` where there is no time, as kubectl has it."""
    return human_duration(now - then) if then is not None else "<unknown>"


def until(then: datetime | None, now: datetime) -> str:
    """A due time from here: `in 2h`, or `3m ago` when it has passed; "" where there is none."""
    if then is None:
        return ""
    return f"in {human_duration(then - now)}" if then >= now else f"{human_duration(now - then)} ago"


def human_duration(duration: timedelta) -> str:
    """The duration to the precision at which people compare such times. Negative ones (skewed clocks) are `0s`."""
    seconds = max(0, int(duration.total_seconds()))
    steps = (
        (2 * _MINUTE, "s", 1, None),
        (10 * _MINUTE, "m", _MINUTE, "s"),
        (3 * _HOUR, "m", _MINUTE, None),
        (8 * _HOUR, "h", _HOUR, "m"),
        (2 * _DAY, "h", _HOUR, None),
        (8 * _DAY, "d", _DAY, "h"),
        (2 * _YEAR, "d", _DAY, None),
        (8 * _YEAR, "y", _YEAR, "d"),
    )
    smaller = {"s": 1, "m": _MINUTE, "h": _HOUR, "d": _DAY}
    for limit, unit, size, fraction in steps:
        if seconds < limit:
            rest = seconds % size // smaller[fraction] if fraction else 0
            return f"{seconds // size}{unit}" + (f"{rest}{fraction}" if rest else "")
    return f"{seconds // _YEAR}y"
