"""What facility stores, and what the database refuses to store."""

from yilu.facility.models.hours import (
    CalendarDay,
    Closure,
    DayOverride,
    OpeningHours,
    SpecialDay,
    SpecialHours,
)
from yilu.facility.models.places import Chair, Department, Device, Room, RoomKind
from yilu.facility.models.sites import Group, HolidayRule, Site

__all__ = [
    "CalendarDay",
    "Chair",
    "Closure",
    "DayOverride",
    "Department",
    "Device",
    "Group",
    "HolidayRule",
    "OpeningHours",
    "Room",
    "RoomKind",
    "Site",
    "SpecialDay",
    "SpecialHours",
]
