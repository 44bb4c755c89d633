"""What became of a booking, line by line, in words."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yilu.facility.selectors.sites import site_zone
from yilu.platform import audit

DEEDS = {
    "made": pgettext_lazy("booking", "Booked"),
    "overbooked": _("Booked beyond the rules"),
    "moved": _("Moved to another time"),
    "moved_back": _("Moved back"),
    "cancelled": _("Cancelled"),
    "restored": _("Cancellation taken back"),
    "confirmed": _("Confirmed by the patient"),
    "confirmation_undone": _("Confirmation taken back"),
    "said_late": _("Said to be late"),
    "late_undone": _("Lateness taken back"),
    "arrived": pgettext_lazy("booking", "Arrived"),
    "arrived_undone": _("Arrival taken back"),
    "in_consultation": _("Consultation begun"),
    "in_consultation_undone": _("Beginning taken back"),
    "finished": _("Finished"),
    "finished_undone": _("End taken back"),
    "no_show": _("Did not come"),
    "no_show_undone": _("No-show taken back"),
    "change_asked": _("Change asked for"),
    "change_refused": _("Change refused"),
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
    """The deeds on a booking, the first first. One query. Ask the right to see it before."""
    zone = site_zone(site_id)
    return [
        HistoryLine(
            line.at.astimezone(zone),
            str(DEEDS.get(line.action.rpartition(".")[2], line.action)),
            str(WHO.get(line.actor_kind, line.actor_name)),
            str(line.details.get("reason", "")),
        )
        for line in audit.about("scheduling.booking", booking_id)
    ]
