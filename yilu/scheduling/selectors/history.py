"""What became of a booking, line by line, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from yilu.facility.selectors.sites import site_zone
from yilu.patients.states import Need
from yilu.platform import audit
from yilu.platform.names import PersonName
from yilu.scheduling.reasons import PHRASES, reason_in_words
from yilu.scheduling.states import Channel
from yilu.workforce.rules import latin_name

DEEDS = {
    "made": pgettext_lazy("booking", "Booked"),
    "overbooked": _("Booked beyond the rules"),
    "described": _("Details changed"),
    "moved": _("Moved to another time"),
    "moved_back": _("Moved back"),
    "resized": _("Made longer or shorter"),
    "sized_back": _("Given its old length again"),
    "pinned": _("Put on the pinboard"),
    "unpinned": _("Taken off the pinboard"),
    "cancelled": _("Cancelled"),
    "restored": _("Cancellation taken back"),
    "confirmed": _("Confirmed by the patient"),
    "confirmation_undone": _("Confirmation taken back"),
    "said_late": _("Said to be late"),
    "late_undone": _("Lateness taken back"),
    "timed_later": _("Told to come later: the doctor runs late"),
    "later_time_lost": _("The message to come later did not arrive"),
    "under_way": pgettext_lazy("booking", "On the way"),
    "under_way_undone": _("Is not on the way after all"),
    "arrived": pgettext_lazy("booking", "Arrived"),
    "arrived_undone": _("Arrival taken back"),
    "in_consultation": _("Consultation begun"),
    "in_consultation_undone": _("Beginning taken back"),
    "finished": _("Finished"),
    "finished_undone": _("End taken back"),
    "no_show": _("Did not come"),
    "no_show_undone": _("No-show taken back"),
    "prepayment_asked": _("Payment in advance asked for"),
    "prepaid": _("Paid in advance"),
    "unreached": _("Could not be reached"),
    "change_asked": _("Change asked for"),
    "change_refused": _("Change refused"),
}
SAID = {
    "channel": _("Asked by"),
    "reason_for_visit": _("Reason or complaint"),
    "special_needs": _("Special needs"),
    "companion": _("Companion"),
    "medication": _("Medicines taken now"),
    "note": _("Note for colleagues"),
    "is_first_visit": _("First visit"),
}
WHO = {
    "system": _("System"),
    "patient": _("Patient"),
    "partner": _("Partner"),
    "device": _("Device"),
}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One deed: when on the site's wall clock, what, by whom, and why if it was said."""

    at: datetime
    what: str
    who: str
    why: str


def booking_history(booking_id: UUID, site_id: UUID) -> list[HistoryLine]:
    """The deeds on a booking, the first first. One query. Ask the right to see it before.

    What another app has written down of the same deed (a partner's, an online booking) is no
    second one.
    """
    zone = site_zone(site_id)
    return [
        HistoryLine(
            line.at.astimezone(zone),
            str(DEEDS.get(line.action.rpartition(".")[2], line.action)),
            _who(line.actor_kind, line.actor_name),
            _why(line.action, line.details),
        )
        for line in audit.about("scheduling.booking", booking_id)
        if line.action.startswith("scheduling.")
    ]


def _who(kind: str, name: str) -> str:
    """The kind of whoever did it, in words; of staff the name kept then, as its reader reads it."""
    words = WHO.get(kind)
    return str(words) if words else str(PersonName(name, latin_name(name)))


def _why(action: str, details: Mapping[str, Any]) -> str:
    """What was said, as it was typed; of a cancellation the reader's words for our codes; of
    details each that changed, before and after."""
    if action.endswith(".described"):
        return " · ".join(_changed(name, *both) for name, both in details["changes"].items())
    said = str(details.get("reason", ""))
    is_ours = action.endswith(".cancelled")
    return reason_in_words(PHRASES.get(said, said)) if is_ours else said


def _changed(name: str, before: Any, after: Any) -> str:
    return f"{SAID.get(name, name)}: {_worded(name, before)} → {_worded(name, after)}"


def _worded(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if name == "special_needs":
        known = [str(Need(one).label) for one in value if one in Need.values]
        return pgettext("list", ", ").join(known) or "—"
    if name == "channel" and value in Channel.values:
        return str(Channel(value).label)
    return str(value) or "—"
