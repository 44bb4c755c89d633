"""What scheduling stores, and what the database refuses to store."""

from yilu.scheduling.models.bookings import Booking, ChangeRequest
from yilu.scheduling.models.resources import Resource, Session, WeeklySession
from yilu.scheduling.models.times import Allocation, Block, Hold
from yilu.scheduling.models.waiting import Offer, Opening, WaitingEntry

__all__ = [
    "Allocation",
    "Block",
    "Booking",
    "ChangeRequest",
    "Hold",
    "Offer",
    "Opening",
    "Resource",
    "Session",
    "WaitingEntry",
    "WeeklySession",
]
