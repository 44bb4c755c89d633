"""Free times and bookings over JSON."""

from yilu.scheduling.api import bookings, details, free_slots
from yilu.scheduling.api.router import router

__all__ = ["bookings", "details", "free_slots", "router"]
