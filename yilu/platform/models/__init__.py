"""What the platform stores."""

from yilu.platform.models.numbering import Counter
from yilu.platform.models.people import AccessToken, User, UserKind
from yilu.platform.models.record import AuditEntry, Delivery, DeliveryState, Event
from yilu.platform.models.work import ClinicClock, Job, JobState, Request, Timer, TimerState

__all__ = [
    "AccessToken",
    "AuditEntry",
    "ClinicClock",
    "Counter",
    "Delivery",
    "DeliveryState",
    "Event",
    "Job",
    "JobState",
    "Request",
    "Timer",
    "TimerState",
    "User",
    "UserKind",
]
