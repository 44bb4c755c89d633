"""What a browser keeps between pages: the time that is held for it, and its phone, encrypted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponseBase

from yilu.platform import actors, audit, clock, crypto
from yilu.platform.crypto import CannotDecrypt
from yilu.platform.ids import new_id
from yilu.scheduling.operations.holds import Held
from yilu.scheduling.states import Channel

HOLD, LAST, PHONE, NONCE = "portal.hold", "portal.last", "portal.phone", "portal.nonce"
BIRTHS, WAY = "portal.births", "portal.way"
PROVED, FRESH_SECONDS = "portal.proved", 600
DEVICE, WINDOW = "portal.device", "yilu_window"
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
    ticket: str = ""

    @property
    def is_over(self) -> bool:
        return self.until <= clock.now()


def keep(
    request: HttpRequest, held: Held, site_id: UUID, service_id: UUID, ticket: str = ""
) -> None:
    """Remember a held time, and the turn in a queue by which it was had."""
    request.session[HOLD] = {
        "hold_id": held.id.hex,
        "site_id": site_id.hex,
        "service_id": service_id.hex,
        "practitioner_id": held.practitioner_id.hex,
        "starts_at": held.starts_at.isoformat(),
        "ends_at": held.ends_at.isoformat(),
        "until": held.expires_at.isoformat(),
        "ticket": ticket,
    }


def way_of(request: HttpRequest) -> UUID:
    """The way of this browser through our pages: what it asks for is counted as one request."""
    kept = request.session.get(WAY)
    if kept is None:
        kept = request.session[WAY] = new_id().hex
    return UUID(kept)


def is_app(request: HttpRequest) -> bool:
    """Whether this browser shows us in the window of the installed app."""
    return bool(request.get_signed_cookie(WINDOW, default="", salt=WINDOW) == "app")


def say_window(response: HttpResponseBase, *, is_app: bool) -> None:
    """Remember in which kind of window we are shown.

    In a cookie of its own: what a page says beside other requests must not overwrite a session.
    """
    if is_app:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_signed_cookie(
            WINDOW, "app", salt=WINDOW, httponly=True, samesite="Lax", secure=secure
        )
    else:
        response.delete_cookie(WINDOW)


def channel_of(request: HttpRequest, otherwise: Channel = Channel.WEB) -> Channel:
    """The channel of what is booked now. App and website sell from one share at one price, so
    nobody gains by claiming the other."""
    return Channel.APP if is_app(request) else otherwise


def device(request: HttpRequest) -> UUID | None:
    """The subscription to push of this browser, as far as this session knows of one."""
    kept = request.session.get(DEVICE)
    return UUID(kept) if kept else None


def say_device(request: HttpRequest, subscription_id: UUID | None) -> None:
    """Remember the subscription to push of this browser, or that it has none of this account."""
    if subscription_id is not None:
        request.session[DEVICE] = subscription_id.hex
    elif DEVICE in request.session:
        del request.session[DEVICE]


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
        ticket=kept.get("ticket", ""),
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
    chosen = {name: request.session[name] for name in (HOLD, WAY) if name in request.session}
    login(request, user, backend=BACKEND)
    request.session.update(chosen)
    request.session[PHONE] = crypto.seal(phone, COLUMN).hex()
    request.session.pop(NONCE, None)
    say_proved(request)
    audit.record(actors.load(user), "platform.session.started", user)


def say_proved(request: HttpRequest) -> None:
    """Remember that the phone was proved just now."""
    request.session[PROVED] = int(clock.machine_now().timestamp())


def is_proved(request: HttpRequest) -> bool:
    """Whether the phone was proved within ten minutes: for what leaves with somebody."""
    at: int = request.session.get(PROVED, 0)
    return 0 <= int(clock.machine_now().timestamp()) - at <= FRESH_SECONDS


def own_phone(request: HttpRequest) -> str:
    """The phone that was proved in this session; empty if it cannot be read any more."""
    try:
        return crypto.unseal(bytes.fromhex(request.session.get(PHONE, "")), COLUMN)
    except (CannotDecrypt, ValueError, IndexError):
        return ""


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, for counting tries."""
    return str(request.META.get("REMOTE_ADDR", ""))
