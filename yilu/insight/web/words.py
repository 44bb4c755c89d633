"""What figures are called, and how they are written."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

NOTHING = "–"
WEEKDAYS = (
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)
UNIT_NAMES = {
    "day": pgettext_lazy("step of time", "Day"),
    "week": pgettext_lazy("step of time", "Week"),
    "month": pgettext_lazy("step of time", "Month"),
}
# Why a request did not end in a booking, by the code of its last refusal.
CODES = {
    "slot_taken": pgettext_lazy("figures", "Somebody else was faster"),
    "outside_sessions": pgettext_lazy("figures", "Nobody is in session then"),
    "nothing_suits": pgettext_lazy("figures", "Nothing free on the days asked for"),
    "sold_out": pgettext_lazy("figures", "Sold out"),
    "share_used_up": pgettext_lazy("figures", "The channel's share is used up"),
    "day_limited": pgettext_lazy("figures", "The day was full for bookings online"),
    "service_closed_online": pgettext_lazy("figures", "Not offered online at the time"),
    "not_yet_released": pgettext_lazy("figures", "Not released yet"),
    "admission_over": pgettext_lazy("figures", "The turn in the queue was over"),
    "enough_booked": pgettext_lazy("figures", "As many bookings as are allowed"),
    "patient_busy": pgettext_lazy("figures", "The patient is booked elsewhere then"),
    "too_soon": pgettext_lazy("figures", "Too short notice"),
    "too_far_ahead": pgettext_lazy("figures", "Too far ahead"),
    "hold_expired": pgettext_lazy("figures", "The kept time was over"),
    "left_untaken": pgettext_lazy("figures", "A time was kept, and left"),
    "resource_away": pgettext_lazy("figures", "The practitioner is absent"),
    "identity_needed": pgettext_lazy("figures", "The identity was not given"),
    "waiting_left": pgettext_lazy("figures", "Left the waiting list"),
    "waiting_ended": pgettext_lazy("figures", "Waited in vain"),
}
KINDS = {
    "patient": pgettext_lazy("figures", "Patient"),
    "staff": pgettext_lazy("figures", "Clinic"),
    "system": pgettext_lazy("figures", "System"),
    "device": pgettext_lazy("figures", "Device"),
    "token": pgettext_lazy("figures", "Another system"),
    "": pgettext_lazy("figures", "All others"),
}
LEADS = {
    0: pgettext_lazy("figures", "Same day"),
    1: pgettext_lazy("figures", "1 day before"),
    2: pgettext_lazy("figures", "2–3 days"),
    4: pgettext_lazy("figures", "4–7 days"),
    8: pgettext_lazy("figures", "8–14 days"),
    15: pgettext_lazy("figures", "15 days or more"),
}


def percent(part: float | None) -> str:
    """A share with one place: `12.3%`."""
    return NOTHING if part is None else f"{100 * part:.1f}%"


def change(now: int, before: int) -> str:
    """How a number differs from that of the period before: `+12%`."""
    if not before:
        return _("none before")
    return _("%(change)s to the period before") % {"change": f"{(now - before) / before:+.0%}"}


def change_of_share(now: float | None, before: float | None) -> str:
    """How a share differs, in percentage points."""
    if now is None or before is None:
        return _("none before")
    return _("%(points)s points to the period before") % {"points": f"{100 * (now - before):+.1f}"}


def hours(minutes: int) -> str:
    """A length of time in hours: `12.5`."""
    return f"{minutes / 60:.1f}"


def code_says(code: str) -> str:
    """A refusal in words; one that is not known here by its code."""
    return str(CODES.get(code, code))
