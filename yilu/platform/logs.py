"""Logs as lines of JSON that hold codes and ids, and never what belongs to a person.

Only listed keys are written. What others say (Django, libraries) is kept without the values it
was filled with, and of an exception its kind and places, not its words: they may quote a row.
"""

import logging
import traceback
from contextvars import ContextVar
from types import TracebackType
from typing import Any

import structlog
from structlog.types import EventDict, WrappedLogger

from yilu.platform import clock

# What may be written. A name is added here only for codes, ids and numbers.
KEYS = frozenset(
    {
        "at",
        "level",
        "logger",
        "event",
        "request_id",
        "error",
        "places",
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
    }
)
OURS = "yilu."
MOST_PLACES = 12

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""What ties the lines of one request together."""


def settings(level: str = "INFO") -> dict[str, Any]:
    """The value of Django's LOGGING."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "yilu.platform.logs.lines"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }


def lines() -> logging.Formatter:
    """A formatter that writes one line of JSON for each record."""
    return structlog.stdlib.ProcessorFormatter(
        # Told before structlog takes the exception off the record.
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), _told],
        processors=[structlog.processors.JSONRenderer(ensure_ascii=False)],
    )


def _told(_logger: WrappedLogger, _method: str, found: EventDict) -> EventDict:
    record: logging.LogRecord = found["_record"]
    line = {name: found[name] for name in found if name in KEYS}
    line |= {
        "at": clock.machine_now().isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        # Our own events are fixed words; of others' only the form, not what it was filled with.
        "event": record.msg if isinstance(record.msg, str) else type(record.msg).__name__,
    }
    if request := request_id.get():
        line["request_id"] = request
    if record.exc_info and record.exc_info[1] is not None:
        line |= _of_exception(record.exc_info[1], record.exc_info[2])
    return line


def _of_exception(error: BaseException, trace: TracebackType | None) -> dict[str, Any]:
    frames = traceback.extract_tb(trace)[-MOST_PLACES:]
    return {
        "error": f"{type(error).__module__}.{type(error).__qualname__}",
        "places": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
