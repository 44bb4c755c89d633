"""Free times and bookings over JSON."""

from yilu.scheduling.api import bookings, free_slots
from yilu.scheduling.api.router import router

__all__ = ["bookings", "free_slots", "router"]
