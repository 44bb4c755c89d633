"""What queueing stores, and what the database refuses to store."""

from yilu.queueing.models.long_waits import Amends, LongWait, WaitRule
from yilu.queueing.models.notices import ProgressNotice
from yilu.queueing.models.tickets import (
    Accuracy,
    Call,
    Deed,
    Forecast,
    Pace,
    Queue,
    Screen,
    Serving,
    Station,
    Ticket,
    WaitShape,
)

__all__ = [
    "Accuracy",
    "Amends",
    "Call",
    "Deed",
    "Forecast",
    "LongWait",
    "Pace",
    "ProgressNotice",
    "Queue",
    "Screen",
    "Serving",
    "Station",
    "Ticket",
    "WaitRule",
    "WaitShape",
]
