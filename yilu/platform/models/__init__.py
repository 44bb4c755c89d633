"""What the platform stores."""

from yilu.platform.models.access import Link, OneTimeCode
from yilu.platform.models.keeping import File, Undo
from yilu.platform.models.numbering import Counter, KeyProof, Throttle
from yilu.platform.models.people import AccessToken, User, UserKind
from yilu.platform.models.record import AuditEntry, Delivery, DeliveryState, Event
from yilu.platform.models.work import (
    ClinicClock,
    Heartbeat,
    Job,
    JobState,
    Position,
    Request,
    Timer,
    TimerState,
)

__all__ = [
    "AccessToken",
    "AuditEntry",
    "ClinicClock",
    "Counter",
    "Delivery",
    "DeliveryState",
    "Event",
    "File",
    "Heartbeat",
    "Job",
    "JobState",
    "KeyProof",
    "Link",
    "OneTimeCode",
    "Position",
    "Request",
    "Throttle",
    "Timer",
    "TimerState",
    "Undo",
    "User",
    "UserKind",
]
