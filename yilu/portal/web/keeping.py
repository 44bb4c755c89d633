"""What a browser keeps between pages: the time that is held for it, and its phone, encrypted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import login
from django.http import HttpRequest

from yilu.platform import actors, audit, clock, crypto
from yilu.platform.crypto import CannotDecrypt
from yilu.scheduling.operations.holds import Held

HOLD, LAST, PHONE, NONCE = "portal.hold", "portal.last", "portal.phone", "portal.nonce"
BIRTHS = "portal.births"
COLUMN = "portal.session.phone"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True)
class KeptTime:
    """A time that is held for this browser."""

    hold_id: UUID
    site_id: UUID
    service_id: UUID
    practitioner_id: UUID
    starts_at: datetime
    ends_at: datetime
    until: datetime

    @property
    def is_over(self) -> bool:
        return self.until <= clock.now()


def keep(request: HttpRequest, held: Held, site_id: UUID, service_id: UUID) -> None:
    """Remember a held time."""
    request.session[HOLD] = {
        "hold_id": held.id.hex,
        "site_id": site_id.hex,
        "service_id": service_id.hex,
        "practitioner_id": held.practitioner_id.hex,
        "starts_at": held.starts_at.isoformat(),
        "ends_at": held.ends_at.isoformat(),
        "until": held.expires_at.isoformat(),
    }


def kept_time(request: HttpRequest) -> KeptTime | None:
    """The time held for this browser, over or not; None when it chose none."""
    kept: dict[str, str] | None = request.session.get(HOLD)
    if kept is None:
        return None
    return KeptTime(
        hold_id=UUID(kept["hold_id"]),
        site_id=UUID(kept["site_id"]),
        service_id=UUID(kept["service_id"]),
        practitioner_id=UUID(kept["practitioner_id"]),
        starts_at=datetime.fromisoformat(kept["starts_at"]),
        ends_at=datetime.fromisoformat(kept["ends_at"]),
        until=datetime.fromisoformat(kept["until"]),
    )


def booked_time(request: HttpRequest, booking_id: UUID) -> None:
    """The kept time was booked: whoever goes back, or sends the form again, is shown that."""
    if request.session.pop(HOLD, None) is not None:
        request.session[LAST] = booking_id.hex


def last_booked(request: HttpRequest) -> UUID | None:
    """What was booked last in this session."""
    kept = request.session.get(LAST)
    return UUID(kept) if kept else None


def sign_in(request: HttpRequest, user: Any, phone: str) -> None:
    """Let the account in. The session gets a new key, and keeps what was chosen before."""
    chosen = request.session.get(HOLD)
    login(request, user, backend=BACKEND)
    if chosen is not None:
        request.session[HOLD] = chosen
    request.session[PHONE] = crypto.seal(phone, COLUMN).hex()
    request.session.pop(NONCE, None)
    audit.record(actors.load(user), "platform.session.started", user)


def own_phone(request: HttpRequest) -> str:
    """The phone that was proved in this session; empty if it cannot be read any more."""
    try:
        return crypto.unseal(bytes.fromhex(request.session.get(PHONE, "")), COLUMN)
    except (CannotDecrypt, ValueError, IndexError):
        return ""


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, for counting tries."""
    return str(request.META.get("REMOTE_ADDR", ""))
