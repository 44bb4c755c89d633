"""Messages to test with, and a worker that one steps by hand."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from yilu.facility.models import Site
from yilu.messaging.jobs import send_next
from yilu.messaging.models import Message
from yilu.messaging.operations.messages import send_message
from yilu.platform.actors import Actor
from yilu.platform.names import PersonName

SYSTEM = Actor.system("test")
BOOKED = {
    "starts_at": datetime(2031, 3, 3, 1, 30, tzinfo=UTC),
    "service": {"zh-Hans": "口腔检查", "en": "Dental check"},
    "doctor": PersonName("王芳", "Wang Fang"),
    "department": {"zh-Hans": "口腔科", "en": "Dentistry"},
    "number": "20310303-0042",
    "fee": Decimal("50.00"),
    "link": "https://yilu.example/b/abc",
}


def tell(site: Site, patient_id: UUID | None, **wish: Any) -> None:
    """Tell a patient that a booking is made."""
    defaults = {"key": "k1", "template": "booking_confirmed", "data": BOOKED}
    send_message(actor=SYSTEM, site_id=site.pk, patient_id=patient_id, **defaults | wish)


def send_all(*channels: str) -> int:
    """Let the worker send what is due; gives back how many tries it made."""
    return sum(_tries(channel) for channel in channels or ("sms", "wechat", "email"))


def due_now() -> None:
    """Let the pauses be over: those between tries, and those in which a provider is left alone."""
    Message.objects.filter(state="waiting").update(next_at=datetime(2020, 1, 1, tzinfo=UTC))


def _tries(channel: str) -> int:
    count = 0
    while send_next(channel) == 0.0:
        count += 1
    return count
