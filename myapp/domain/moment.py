"""Points in time as the API writes them: RFC 3339, UTC, to the second, or to the millisecond where it is not zero."""

from datetime import UTC, datetime


def format_moment(moment: datetime) -> str:
    """Write an aware datetime as ``2026-12-01T08:00:00Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00").removesuffix(".000") + "Z"


def to_millisecond(moment: datetime) -> datetime:
    """Cut off what status does not record, so that a time reads back as it was written."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def earliest(*moments: datetime | None) -> datetime | None:
    """The first of the given moments; None where none is given."""
    return min((moment for moment in moments if moment is not None), default=None)
