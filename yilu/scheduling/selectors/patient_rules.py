"""Whom the rules for patients bind now, and until when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.scheduling import permissions
from yilu.scheduling.models import Booking, Forgiveness
from yilu.scheduling.patient_rules import MONTH, Bar, bar_of, bar_on, rule_book
from yilu.scheduling.states import BookingState, Consequence

MOST = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """A patient for whom something follows from missed visits."""

    patient: PatientBrief
    bar: Bar
    label: str


def patient_bar(actor: Actor, patient_id: UUID) -> Bar | None:
    """What follows for a patient, for themselves and for staff. Three queries at most."""
    if not actor.is_owner(patient_id):
        actor.require_anywhere(permissions.SEE)
    return bar_on(patient_id, rule_book())


def kept_from(actor: Actor, site_id: UUID) -> list[Kept]:
    """Patients who missed too many visits at a site and elsewhere. Four queries."""
    actor.require(permissions.RULES, site_id)
    book, now = rule_book(), clock.now()
    missed: dict[UUID, list[datetime]] = {}
    rows = Booking.objects.filter(
        state=BookingState.NO_SHOW, starts_at__gte=now - book.months * MONTH
    )
    for patient_id, at in rows.values_list("patient_id", "starts_at"):
        missed.setdefault(patient_id, []).append(at)
    many = {who: times for who, times in missed.items() if len(times) >= book.misses}
    lifted = dict(
        Forgiveness.objects.filter(patient_id__in=many)
        .order_by("at")
        .values_list("patient_id", "at")
    )
    bars = {who: bar_of(book, times, lifted.get(who), now) for who, times in many.items()}
    found = {who: bar for who, bar in bars.items() if bar is not None}
    people = patient_briefs(actor, list(found)[:MOST], "patient rules")
    return [
        Kept(people[who], bar, str(Consequence(bar.consequence).label))
        for who, bar in found.items()
        if who in people
    ]
