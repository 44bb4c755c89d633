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


class CancelReason(TextChoices):
    """Why a booking was cancelled, in words that mean the same in every language."""

    CAME_UP = "came_up", pgettext_lazy("cancel reason", "Something came up")
    TIME = "time", pgettext_lazy("cancel reason", "The time does not suit any more")
    ILL = "ill", pgettext_lazy("cancel reason", "Too ill to come")
    BETTER = "better", pgettext_lazy("cancel reason", "Feels better")
    ELSEWHERE = "elsewhere", pgettext_lazy("cancel reason", "Is treated elsewhere")
    WAIT = "wait", pgettext_lazy("cancel reason", "The wait is too long")
    COST = "cost", pgettext_lazy("cancel reason", "It costs too much")
    CLINIC = "clinic", pgettext_lazy("cancel reason", "The clinic cannot keep the time")
    MISTAKE = "mistake", pgettext_lazy("cancel reason", "Booked by mistake")
    UNPAID = "unpaid", pgettext_lazy("cancel reason", "Not paid in time")
    UNSAID = "unsaid", pgettext_lazy("cancel reason", "No reason given")
    OTHER = "other", pgettext_lazy("cancel reason", "Another reason")


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
OVER = (S.FINISHED, S.CANCELLED, S.NO_SHOW)


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
    MINI = "mini", _("Mini-program")
    APP = "app", pgettext_lazy("channel", "Installed app")


class ChannelGroup(TextChoices):
    """Channels that draw on the same share of a session."""

    DESK = "desk", pgettext_lazy("channel group", "Desk and telephone")
    ONLINE = "online", pgettext_lazy("channel group", "Online")
    PARTNER = "partner", pgettext_lazy("channel group", "Partners")
    ROOM = "room", pgettext_lazy("channel group", "Consulting room")


GROUP_OF: dict[str, ChannelGroup] = {
    Channel.DESK: ChannelGroup.DESK,
    Channel.PHONE: ChannelGroup.DESK,
    Channel.WALK_IN: ChannelGroup.DESK,
    Channel.KIOSK: ChannelGroup.DESK,
    Channel.WEB: ChannelGroup.ONLINE,
    Channel.MY: ChannelGroup.ONLINE,
    Channel.WECHAT: ChannelGroup.ONLINE,
    Channel.MINI: ChannelGroup.ONLINE,
    Channel.APP: ChannelGroup.ONLINE,
    Channel.API: ChannelGroup.PARTNER,
    Channel.PARTNER: ChannelGroup.PARTNER,
    Channel.ROOM: ChannelGroup.ROOM,
}


class ShareUnit(TextChoices):
    BOOKINGS = "bookings", pgettext_lazy("share", "Bookings")
    MINUTES = "minutes", pgettext_lazy("share", "Minutes")


class PlaceState(TextChoices):
    """A place in the queue for a release."""

    WAITING = "waiting", pgettext_lazy("rush", "Waiting")
    ADMITTED = "admitted", pgettext_lazy("rush", "May choose now")
    BOOKED = "booked", pgettext_lazy("rush", "Booked")
    LAPSED = "lapsed", pgettext_lazy("rush", "Time to choose is over")
    LEFT = "left", pgettext_lazy("rush", "Left the queue")


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
    WITHDRAWN = "withdrawn", pgettext_lazy("waiting list", "Withdrawn")


class PlanState(TextChoices):
    """The life of a plan that gives bookings which cannot be kept other places."""

    PLANNING = "planning", pgettext_lazy("replanning", "Being planned")
    PROPOSED = "proposed", pgettext_lazy("replanning", "To be looked at")
    CONFIRMED = "confirmed", pgettext_lazy("replanning", "Confirmed")
    DROPPED = "dropped", pgettext_lazy("replanning", "Dropped")
    FAILED = "failed", pgettext_lazy("replanning", "Not finished")


class MoveState(TextChoices):
    """What became of one booking in a plan."""

    WAITING = "waiting", pgettext_lazy("replanning", "Looking for a place")
    PROPOSED = "proposed", pgettext_lazy("replanning", "Proposed")
    TO_CALL = "to_call", pgettext_lazy("replanning", "Call the patient")
    LEFT_OUT = "left_out", pgettext_lazy("replanning", "Left out")
    TOLD = "told", pgettext_lazy("replanning", "Asked")
    SILENT = "silent", pgettext_lazy("replanning", "No answer")
    ACCEPTED = "accepted", pgettext_lazy("replanning", "Accepted")
    CANCELLED = "cancelled", pgettext_lazy("replanning", "Cancelled by the patient")
    OVERTAKEN = "overtaken", pgettext_lazy("replanning", "Changed otherwise")
    DROPPED = "dropped", pgettext_lazy("replanning", "Dropped")


# In these a booking belongs to one plan alone, which keeps a place for it or looks for one.
FROZEN = (MoveState.WAITING, MoveState.PROPOSED, MoveState.TOLD, MoveState.SILENT)
ASKED = (MoveState.TOLD, MoveState.SILENT)
CALLS = (MoveState.TO_CALL, MoveState.SILENT)
STILL_OPEN = (*FROZEN, MoveState.TO_CALL, MoveState.LEFT_OUT)


class Prepay(TextChoices):
    """What a service asks for when it is booked."""

    NONE = "none", pgettext_lazy("prepayment", "Nothing")
    FEE = "fee", pgettext_lazy("prepayment", "The whole fee")
    DEPOSIT = "deposit", pgettext_lazy("prepayment", "A deposit")


class PrepayState(TextChoices):
    """What became of the sum that was asked for."""

    WAITING = "waiting", pgettext_lazy("prepayment", "To pay")
    PAID = "paid", pgettext_lazy("prepayment", "Paid")
    LAPSED = "lapsed", pgettext_lazy("prepayment", "Not paid in time")
    ENDED = "ended", pgettext_lazy("prepayment", "No longer asked for")


class Consequence(TextChoices):
    """What follows when a patient did not come too often."""

    NONE = "none", pgettext_lazy("no-shows", "Nothing")
    ASK = "ask", pgettext_lazy("no-shows", "Pay when booking, or be confirmed by the clinic")
    BLOCK = "block", pgettext_lazy("no-shows", "No booking online")


class Stuck(TextChoices):
    """Why a planned sitting could not be booked when we last looked."""

    FULL = "full", _("Nothing is free in its days.")
    SERVICE = "service", _("Its service is no longer offered.")
