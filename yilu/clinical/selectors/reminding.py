"""What a practitioner left undone in the record: notes to sign, medicines that run out."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import (
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Max,
    QuerySet,
    Value,
)

from yilu.clinical import permissions
from yilu.clinical.models import Note, Prescription
from yilu.clinical.selectors.context import today
from yilu.clinical.states import IN_USE, NoteState
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.names import Localized

MOST = 100
NOTES_OF = timedelta(days=90)
# A medicine taken for at least this long is renewed, not merely finished.
LONG = 14
AHEAD, BEHIND = timedelta(days=3), timedelta(days=7)
LONGEST = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class UnsignedNote:
    """A note that was begun and not signed."""

    visit_id: UUID
    patient: PatientBrief | None
    day: date
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunningOut:
    """A medicine taken for long, and the last day for which it was prescribed."""

    visit_id: UUID
    patient: PatientBrief | None
    names: tuple[Localized, ...]
    until: date


def unsigned_notes(actor: Actor, site_id: UUID, *, but: UUID | None = None) -> list[UnsignedNote]:
    """The notes that the actor began at a site in ninety days and did not sign, the oldest first.

    `but` is the visit that is being written. Three queries. Raises: NotFound.
    """
    actor.require_to_see(permissions.SEE, site_id)
    rows = list(unsigned(actor, site_id, but=but).order_by("clinic_day", "id")[:MOST])
    people = patient_briefs(actor, [one.patient_id for one in rows], "reminders")
    zone = site_zone(site_id)
    return [
        UnsignedNote(
            one.visit_id,
            people.get(one.patient_id),
            one.clinic_day,
            one.draft_saved_at.astimezone(zone) if one.draft_saved_at else None,
        )
        for one in rows
    ]


def unsigned(actor: Actor, site_id: UUID, *, but: UUID | None = None) -> QuerySet[Note]:
    """The same as rows. No query yet."""
    if actor.user_id is None:
        return Note.objects.none()
    since = today(site_id) - NOTES_OF
    rows = Note.objects.filter(
        author_id=actor.user_id, state=NoteState.DRAFT, clinic_day__gte=since, site_id=site_id
    )
    return rows.exclude(visit_id=but) if but else rows


def running_out(actor: Actor, site_id: UUID) -> list[RunningOut]:
    """Medicines for long use that the actor prescribed at a site and that end about now.

    From seven days ago to three days ahead, of patients to whom nothing was prescribed since.
    Four queries. Raises: NotFound.
    """
    actor.require_to_see(permissions.SEE, site_id)
    rows = list(ending(actor, site_id).prefetch_related("items").order_by("ends_at", "id")[:MOST])
    people = patient_briefs(actor, [one.patient_id for one in rows], "reminders")
    zone = site_zone(site_id)
    return [
        RunningOut(
            one.visit_id,
            people.get(one.patient_id),
            tuple(item.name for item in one.items.all() if item.days >= LONG),
            one.ends_at.astimezone(zone).date(),
        )
        for one in rows
    ]


def ending(actor: Actor, site_id: UUID) -> QuerySet[Prescription]:
    """The same as rows, each with `longest` days and `ends_at`. No query yet."""
    if actor.practitioner_id is None:
        return Prescription.objects.none()
    now = clock.now()
    day = Value(timedelta(days=1), output_field=DurationField())
    mine = Prescription.objects.filter(
        practitioner_id=actor.practitioner_id,
        site_id=site_id,
        state__in=IN_USE,
        signed_at__gte=now - LONGEST,
        items__days__gte=LONG,
    ).annotate(longest=Max("items__days"))
    length = ExpressionWrapper(F("longest") * day, output_field=DurationField())
    ends = ExpressionWrapper(F("signed_at") + length, output_field=DateTimeField())
    found = mine.annotate(ends_at=ends).filter(ends_at__gte=now - BEHIND, ends_at__lt=now + AHEAD)
    return found.exclude(patient_id__in=_renewed(now))


def _renewed(now: datetime) -> QuerySet[Prescription]:
    """Who was prescribed something for long in the last days: their medicine does not run out."""
    later = Prescription.objects.filter(
        state__in=IN_USE, items__days__gte=LONG, signed_at__gte=now - BEHIND - AHEAD
    )
    return later.values("patient_id")
