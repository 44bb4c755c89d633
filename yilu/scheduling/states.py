"""The life of a booking: its states, the only moves between them, and the kinds of things."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.scheduling.errors import MoveRefused


class BookingState(TextChoices):
    REQUESTED = "requested", _("Requested")
    CONFIRMED = "confirmed", pgettext_lazy("booking", "Booked")
    ARRIVED = "arrived", pgettext_lazy("booking", "Arrived")
    IN_CONSULTATION = "in_consultation", _("In consultation")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")
    NO_SHOW = "no_show", _("No-show")


S = BookingState

MOVES: dict[BookingState, frozenset[BookingState]] = {
    S.REQUESTED: frozenset({S.CONFIRMED, S.CANCELLED}),
    S.CONFIRMED: frozenset({S.ARRIVED, S.CANCELLED, S.NO_SHOW}),
    S.ARRIVED: frozenset({S.IN_CONSULTATION, S.FINISHED, S.CANCELLED}),
    S.IN_CONSULTATION: frozenset({S.FINISHED}),
    S.FINISHED: frozenset(),
    S.CANCELLED: frozenset(),
    S.NO_SHOW: frozenset(),  # Who comes after all arrives as a walk-in; the time is gone.
}

COMING = (S.REQUESTED, S.CONFIRMED)
HERE = (S.ARRIVED, S.IN_CONSULTATION)
HOLDS_TIME = (*COMING, *HERE)


def check_move(current: str, target: BookingState) -> None:
    """Refuse any move that `MOVES` does not list."""
    state = BookingState(current)
    if target not in MOVES[state]:
        raise MoveRefused(current=state.label, target=target.label)


class Channel(TextChoices):
    DESK = "desk", _("Front desk")
    PHONE = "phone", _("Telephone")
    WEB = "web", _("Website")
    MY = "my", _("Patient's own page")
    API = "api", _("Another system")
    WALK_IN = "walk_in", _("Walk-in")
    ROOM = "room", _("Consulting room")
    KIOSK = "kiosk", _("Kiosk")
    WECHAT = "wechat", _("WeChat")
    PARTNER = "partner", _("Partner")


class ResourceKind(TextChoices):
    PRACTITIONER = "practitioner", _("Practitioner")
    ROOM = "room", _("Room")
    CHAIR = "chair", _("Dental chair")
    DEVICE = "device", _("Device")
    KIT = "kit", _("Kit")


class BlockKind(TextChoices):
    ABSENCE = "absence", _("Absent")
    FAULT = "fault", _("Out of order")
    MEETING = "meeting", _("Meeting")
    BREAK = "break", _("Break")


class HoldState(TextChoices):
    HELD = "held", _("Kept")
    USED = "used", pgettext_lazy("booking", "Booked")
    RELEASED = "released", _("Released")


class WaitingState(TextChoices):
    WAITING = "waiting", pgettext_lazy("waiting list", "Waiting")
    MET = "met", pgettext_lazy("waiting list", "Booked")
    LEFT = "left", pgettext_lazy("waiting list", "Left the list")
    ENDED = "ended", pgettext_lazy("waiting list", "Days are over")


class Urgency(TextChoices):
    """How soon somebody who waits should be seen, as the desk or a doctor judges it."""

    USUAL = "usual", pgettext_lazy("urgency", "Usual")
    SOON = "soon", pgettext_lazy("urgency", "Soon")
    URGENT = "urgent", pgettext_lazy("urgency", "Urgent")


class OpeningState(TextChoices):
    OPEN = "open", pgettext_lazy("waiting list", "Offered")
    TAKEN = "taken", pgettext_lazy("waiting list", "Taken")
    ENDED = "ended", pgettext_lazy("waiting list", "Nobody took it")


class OfferState(TextChoices):
    OPEN = "open", pgettext_lazy("waiting list", "Asked")
    ACCEPTED = "accepted", pgettext_lazy("waiting list", "Accepted")
    DECLINED = "declined", pgettext_lazy("waiting list", "Declined")
    EXPIRED = "expired", pgettext_lazy("waiting list", "No answer")
    MISSED = "missed", pgettext_lazy("waiting list", "Somebody else was faster")
