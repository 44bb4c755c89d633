"""What partners may do over signed JSON."""

from yilu.interop.api import bookings, offers, reconciling
from yilu.interop.api.router import router

__all__ = ["bookings", "offers", "reconciling", "router"]
