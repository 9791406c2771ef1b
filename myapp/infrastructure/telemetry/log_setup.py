"""Logs on standard error: one JSON object a line for machines, or one plain line for people.

What is logged within a reconcile carries its object and id. Secrets are taken out, and no place in the code floods.
"""

import logging
import sys
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from myapp.application.reconcile_scope import current_scope
from myapp.infrastructure.telemetry.log_rate import RateLimit
from myapp.infrastructure.telemetry.redaction import redact

_FIELDS = "{asctime}{levelname}{name}{message}"
_RENAMED = {"asctime": "ts", "levelname": "level", "name": "logger", "message": "msg"}
#: These say at INFO what each of thousands of objects went through.
_QUIETED = ("kopf.objects", "kopf.activities", "aiohttp.access")

_logger = logging.getLogger(__name__)


class JsonLines(JsonFormatter):
    """``ts`` (RFC 3339, UTC), ``level``, ``logger`` and ``msg``; in a reconcile what identifies it. A traceback is one
    string, in which line breaks are escaped as everywhere in JSON.
    """

    def __init__(self) -> None:
        super().__init__(_FIELDS, style="{", rename_fields=_RENAMED)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802, ARG002 - logging's signature
        """RFC 3339, in UTC."""
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Add the reconcile and take secrets out of every text, before both become JSON."""
        scope = current_scope()
        fields = {**log_data, **scope.fields()} if scope is not None else log_data
        return {name: redact(value) if isinstance(value, str) else value for name, value in fields.items()}


class PlainLines(logging.Formatter):
    """Time, level and message; in a reconcile also the todo."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Add the todo, and how many lines like this were held back."""
        line = super().formatMessage(record)
        if (scope := current_scope()) is not None:
            line += f" [{scope.key}]"
        suppressed = getattr(record, "suppressed", 0)
        return f"{line} ({suppressed} more like this were not shown)" if suppressed else line

    def format(self, record: logging.LogRecord) -> str:
        """Take secrets out of all of it, the traceback included."""
        return redact(super().format(record))


def set_up_logging(form: str, level: str) -> None:
    """Send all logs of the process to standard error in ``form`` (``json`` or ``console``) from ``level`` on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else PlainLines())
    handler.addFilter(RateLimit())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in _QUIETED:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _log_what_nobody_caught


def _log_what_nobody_caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """In place of the interpreter's own traceback, which has many lines."""
    _logger.critical("the process ends: %s", error, exc_info=(kind, error, trace))
