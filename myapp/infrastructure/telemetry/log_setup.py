"""Logs on standard error: one JSON object a line for machines, or one plain line for people."""

import logging
import sys
from datetime import UTC, datetime

from pythonjsonlogger.json import JsonFormatter

_FIELDS = "{asctime}{levelname}{name}{message}"
_RENAMED = {"asctime": "ts", "levelname": "level", "name": "logger", "message": "msg"}
#: These say at INFO what each of thousands of objects went through.
_QUIETED = ("kopf.objects", "kopf.activities", "aiohttp.access")


class _UtcJsonFormatter(JsonFormatter):
    """Adds ``ts``, RFC 3339 in UTC."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802, ARG002 - logging's signature
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def set_up_logging(form: str, level: str) -> None:
    """Send all logs of the process to standard error in ``form`` (``json`` or ``console``) from ``level`` on."""
    handler = logging.StreamHandler(sys.stderr)
    if form == "json":
        handler.setFormatter(_UtcJsonFormatter(_FIELDS, style="{", rename_fields=_RENAMED))
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIETED:
        logging.getLogger(name).setLevel(logging.WARNING)
