"""The follow-ups of a site: who is to be called until when, and what came of the others."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from yilu.aftercare import permissions
from yilu.aftercare.models import FollowUp
from yilu.aftercare.states import FollowUpState, Medication, Recovery
from yilu.catalogue.selectors.services import service_infos
from yilu.clinical import permissions as clinical
from yilu.clinical.selectors.procedures import EntryLine, said_at
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized, PersonName
from yilu.visits.selectors.visits import VisitInfo, visit_infos
from yilu.workforce.selectors.practitioners import practitioner_names
from yilu.workforce.selectors.staff import staff_names

MOST = 200
ENDED_WITHIN = timedelta(days=3)
SOON = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class FollowUpLine:
    """One follow-up with its patient and visit. Times are local."""

    id: UUID
    visit: VisitInfo
    patient: PatientBrief | None
    doctor: PersonName
    service: Localized
    state: str
    due_at: datetime
    planned_at: datetime
    ended_at: datetime | None
    tries: int
    recovery: str
    medication: str
    reactions: str
    satisfaction: int | None
    wants_visit: bool
    needs_doctor: bool
    note: str
    by: PersonName | None
    sheet_read_at: datetime | None
    version: int
    said: tuple[EntryLine, ...] = ()

    @property
    def is_due(self) -> bool:
        return self.state == FollowUpState.DUE

    @property
    def look(self) -> str:
        """How its state looks."""
        if not self.is_due:
            return "soon" if self.needs_doctor else "done"
        left = self.due_at - clock.now()
        if left < timedelta(0):
            return "late"
        return "soon" if left < SOON else "waiting"

    @property
    def state_label(self) -> str:
        return str(FollowUpState(self.state).label)

    @property
    def recovery_label(self) -> str:
        return str(Recovery(self.recovery).label) if self.recovery else ""

    @property
    def medication_label(self) -> str:
        return str(Medication(self.medication).label) if self.medication else ""


@dataclass(frozen=True, slots=True)
class Worklist:
    """Who is to be called, the most urgent first, and what was ended lately."""

    due: tuple[FollowUpLine, ...]
    ended: tuple[FollowUpLine, ...]

    @property
    def late(self) -> int:
        return sum(1 for one in self.due if one.look == "late")


def worklist(actor: Actor, site_id: UUID) -> Worklist:
    """The follow-ups of a site. Eight queries, however many; nine where something was said.

    Raises:
        NotFound: the actor may not see them there.
    """
    actor.require_to_see(permissions.SEE, site_id)
    of_site = FollowUp.objects.filter(site_id=site_id)
    due = list(of_site.filter(state=FollowUpState.DUE).order_by("due_at", "id")[:MOST])
    ended = of_site.filter(ended_at__gte=clock.now() - ENDED_WITHIN).order_by("-ended_at")
    lines = _lines(actor, [*due, *ended[:MOST]])
    split = len(due)
    return Worklist(tuple(lines[:split]), tuple(lines[split:]))


def follow_up(actor: Actor, follow_up_id: UUID) -> FollowUpLine:
    """One follow-up. Eight queries, or nine. Raises: NotFound."""
    held = FollowUp.objects.filter(pk=follow_up_id).first()
    if held is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, held.site_id)
    (line,) = _lines(actor, [held])
    return line


def _lines(actor: Actor, found: Iterable[FollowUp]) -> list[FollowUpLine]:
    rows = list(found)
    patients = patient_briefs(actor, {row.patient_id for row in rows}, "aftercare.worklist")
    visits = visit_infos(row.visit_id for row in rows)
    doctors = practitioner_names(visit.practitioner_id for visit in visits.values())
    services = service_infos(visit.service_id for visit in visits.values())
    people = staff_names(row.owner_id for row in rows)
    # What was said during a procedure belongs to who calls, whose post reads no record.
    said = said_at(actor.lent(clinical.SEE), visits)
    found_lines = []
    for row in rows:
        visit = visits[row.visit_id]
        service = services.get(visit.service_id) if visit.service_id else None
        doctor = doctors.get(visit.practitioner_id) if visit.practitioner_id else None
        names = (doctor or PersonName(""), service.name if service else Localized())
        owner = people.get(row.owner_id) if row.owner_id else None
        line = _line(row, visit, patients.get(row.patient_id), names, owner)
        found_lines.append(replace(line, said=tuple(said.get(row.visit_id, ()))))
    return found_lines


def _line(
    row: FollowUp,
    visit: VisitInfo,
    patient: PatientBrief | None,
    names: tuple[PersonName, Localized],
    owner: PersonName | None,
) -> FollowUpLine:
    zone = site_zone(row.site_id)

    def local(at: datetime | None) -> datetime | None:
        return at.astimezone(zone) if at else None

    return FollowUpLine(
        id=row.pk,
        visit=visit,
        patient=patient,
        doctor=names[0],
        service=names[1],
        state=row.state,
        due_at=row.due_at.astimezone(zone),
        planned_at=row.planned_at.astimezone(zone),
        ended_at=local(row.ended_at),
        tries=row.tries,
        recovery=row.recovery,
        medication=row.medication,
        reactions=row.reactions,
        satisfaction=row.satisfaction,
        wants_visit=row.wants_visit,
        needs_doctor=row.needs_doctor,
        note=row.note,
        by=owner,
        sheet_read_at=local(row.sheet_read_at),
        version=row.version,
    )


def overdue_of_practitioner(actor: Actor, site_id: UUID) -> list[FollowUpLine]:
    """The calls that are late at a site, of patients whom this practitioner saw. Nine queries.

    Raises: NotFound.
    """
    actor.require_to_see(permissions.SEE, site_id)
    return _lines(actor, _overdue_of_practitioner(actor, site_id))


def overdue_number(actor: Actor, site_id: UUID) -> int:
    """How many they are. Two queries."""
    return len(_overdue_of_practitioner(actor, site_id))


def _overdue_of_practitioner(actor: Actor, site_id: UUID) -> list[FollowUp]:
    late = FollowUp.objects.filter(site_id=site_id, state=FollowUpState.DUE, due_at__lt=clock.now())
    rows = list(late.order_by("due_at", "id")[:MOST])
    visits = visit_infos(one.visit_id for one in rows)
    return [one for one in rows if visits[one.visit_id].practitioner_id == actor.practitioner_id]
