"""Logs as lines of JSON that hold codes and ids, and never what belongs to a person.

Only listed keys are written. What others say (Django, libraries) is kept without the values it
was filled with, and of an exception its kind and places, not its words: they may quote a row.
"""

import json
import logging
import traceback
from contextvars import ContextVar
from types import TracebackType
from typing import Any

from yilu.platform import clock

# What may be written besides what every line has: codes, ids and numbers only.
KEYS = frozenset(
    [
        "error",
        "handler",
        "job",
        "kind",
        "month",
        "seconds",
        "status",
        "status_code",
        "subscriber",
        "tries",
        "worker",
    ]
)
MOST_PLACES = 12

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""What ties the lines of one request together."""


def settings(level: str = "INFO") -> dict[str, Any]:
    """The value of Django's LOGGING."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "yilu.platform.logs.Lines"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }


class Lines(logging.Formatter):
    """Writes one line of JSON for each record."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": clock.machine_now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            # Our own events are fixed words; of others' only the form, not what filled it.
            "event": record.msg if isinstance(record.msg, str) else type(record.msg).__name__,
        }
        line |= {name: value for name, value in vars(record).items() if name in KEYS}
        if request := request_id.get():
            line["request_id"] = request
        if record.exc_info and record.exc_info[1] is not None:
            line |= _of_exception(record.exc_info[1], record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, default=str)


def _of_exception(error: BaseException, trace: TracebackType | None) -> dict[str, Any]:
    frames = traceback.extract_tb(trace)[-MOST_PLACES:]
    return {
        "error": f"{type(error).__module__}.{type(error).__qualname__}",
        "places": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
