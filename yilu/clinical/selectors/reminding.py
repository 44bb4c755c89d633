"""What a practitioner left undone in the record: notes to sign, medicines that run out."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet

from yilu.clinical import permissions
from yilu.clinical.models import Note, Prescription, PrescriptionItem
from yilu.clinical.rules.dosing import dose_due
from yilu.clinical.selectors.context import require_visit, today
from yilu.clinical.states import IN_USE, NoteState
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.names import Localized
from yilu.visits.selectors.visits import visit_info

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


@dataclass(frozen=True, slots=True)
class Ending:
    """The last prescription for long use of a patient, and when its longest medicine ends."""

    id: UUID
    by: UUID
    visit_id: UUID
    patient_id: UUID
    names: tuple[Localized, ...]
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DoseDue:
    """A medicine that a patient would take about now, at its usual hour."""

    visit_id: UUID
    name: Localized
    at: time


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
    Three queries. Raises: NotFound.
    """
    actor.require_to_see(permissions.SEE, site_id)
    found = ending(actor, site_id)
    people = patient_briefs(actor, [one.patient_id for one in found], "reminders")
    zone = site_zone(site_id)
    return [
        RunningOut(
            one.visit_id,
            people.get(one.patient_id),
            tuple(one.names),
            one.ends_at.astimezone(zone).date(),
        )
        for one in found
    ]


def ending(actor: Actor, site_id: UUID) -> list[Ending]:
    """The same without the patients' names: the last supply of each patient, where it was the
    actor's. One query.
    """
    if actor.practitioner_id is None:
        return []
    now = clock.now()
    mine = Prescription.objects.filter(
        practitioner_id=actor.practitioner_id, site_id=site_id, signed_at__gte=now - LONGEST
    )
    rows = (
        PrescriptionItem.objects.filter(
            days__gte=LONG,
            prescription__state__in=IN_USE,
            prescription__signed_at__gte=now - LONGEST,
            prescription__patient_id__in=mine.values("patient_id"),
        )
        .select_related("prescription")
        .order_by("prescription__signed_at", "prescription_id", "position")
    )
    last: dict[UUID, Ending] = {}
    for item in rows:
        sheet = item.prescription
        ends_at = (sheet.signed_at or now) + timedelta(days=item.days)
        before = last.get(sheet.patient_id)
        names = [*before.names] if before and before.id == sheet.pk else []
        last[sheet.patient_id] = Ending(
            sheet.pk,
            sheet.practitioner_id,
            sheet.visit_id,
            sheet.patient_id,
            (*names, item.name),
            max(ends_at, before.ends_at) if before else ends_at,
        )
    due = [
        one
        for one in last.values()
        if one.by == actor.practitioner_id and now - BEHIND <= one.ends_at < now + AHEAD
    ]
    return sorted(due, key=lambda one: one.ends_at)[:MOST]


def doses_due(actor: Actor, visit_id: UUID) -> list[DoseDue]:
    """Which medicines from earlier days the patient of a visit would take about now.

    Two queries; one more where the visit is not of the day. Raises: NotFound, OutsideCare.
    """
    visit = visit_info(visit_id)
    require_visit(actor, visit)
    now = clock.now().astimezone(site_zone(visit.site_id))
    rows = PrescriptionItem.objects.filter(
        prescription__patient_id=visit.patient_id,
        prescription__state__in=IN_USE,
        prescription__signed_at__gte=now - LONGEST,
        prescription__clinic_day__lt=now.date(),
    ).select_related("prescription")
    found = []
    for item in rows.order_by("prescription__signed_at", "position"):
        at = dose_due(item.frequency, now)
        last = item.prescription.clinic_day + timedelta(days=item.days)
        if at is not None and now.date() <= last:
            found.append(DoseDue(item.prescription.visit_id, item.name, at))
    return found
