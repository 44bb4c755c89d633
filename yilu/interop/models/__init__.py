"""What interop keeps: partners and their keys, their bookings, what they are told, and feeds."""

from yilu.interop.models.bookings import PartnerBooking, PartnerHold
from yilu.interop.models.devices import Device, Heard
from yilu.interop.models.feeds import CalendarFeed
from yilu.interop.models.partners import Partner, PartnerKey
from yilu.interop.models.reconciling import Comparison, Reconciliation
from yilu.interop.models.traffic import Nonce, Notice, PartnerRequest

__all__ = [
    "CalendarFeed",
    "Comparison",
    "Device",
    "Heard",
    "Nonce",
    "Notice",
    "Partner",
    "PartnerBooking",
    "PartnerHold",
    "PartnerKey",
    "PartnerRequest",
    "Reconciliation",
]
