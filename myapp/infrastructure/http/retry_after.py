"""When a server wants to be asked again (RFC 9110, 10.2.3)."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

#: A server that asks for more is not believed: the author's own back-off holds.
LONGEST = timedelta(days=1)
_MOST_DIGITS = 9


def not_before(header: str | None, now: datetime) -> datetime | None:
    """The moment that ``Retry-After`` names; None for none, and for what is none."""
    if not header:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        asked = now + timedelta(seconds=int(text[:_MOST_DIGITS]))
    else:
        try:
            asked = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
        asked = asked if asked.tzinfo is not None else asked.replace(tzinfo=UTC)
    return asked if now < asked <= now + LONGEST else None
