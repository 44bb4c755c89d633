"""The guide sheet of a visit: what comes next, where, and how long it takes."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.catalogue.selectors.services import service_info
from yilu.facility.selectors.sites import SiteInfo, site_info
from yilu.outbreak.selectors.screenings import route_of_visit
from yilu.pathways.selectors.cases import StepLine, case_steps
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform.actors import Actor
from yilu.queueing.selectors.tickets import Place, live_ticket, ticket_place
from yilu.reception import permissions
from yilu.visits.selectors.visits import VisitInfo, visit_detail
from yilu.workforce.selectors.practitioners import practitioner_names
from yilu.workforce.selectors.staff import staff_names


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One step that is done, is now, or is still to come."""

    step: StepLine
    place: str
    minutes: str

    @property
    def mark(self) -> str:
        return "done" if self.step.is_done else "now" if self.step.is_open else "next"


@dataclass(frozen=True, slots=True)
class Guide:
    """Everything that stands on the sheet. `route`: the isolation route, if the visit takes it."""

    visit: VisitInfo
    site: SiteInfo
    patient: PatientBrief | None
    practitioner: str
    responsible: str
    service: str
    bring: str
    place: Place | None
    steps: tuple[GuideStep, ...]
    route: str = ""


def guide(actor: Actor, visit_id: UUID) -> Guide:
    """The guide sheet of a visit, as it stands now. Seventeen queries at most.

    Raises:
        NotFound: there is no such visit, or the actor may not know of it.
    """
    visit = visit_detail(actor, visit_id)
    if not actor.is_owner(visit.patient_id, visit.id):
        actor.require_to_see(permissions.SEE, visit.site_id)
    ticket = live_ticket(visit_id)
    place = ticket_place(ticket.id) if ticket else None
    service = service_info(visit.service_id) if visit.service_id else None
    doctors = practitioner_names([visit.practitioner_id])
    owners = staff_names([visit.responsible_user_id])
    doctor = str(doctors[visit.practitioner_id]) if visit.practitioner_id in doctors else ""
    user_id = visit.responsible_user_id
    return Guide(
        visit=visit,
        site=site_info(visit.site_id),
        patient=patient_briefs(actor, [visit.patient_id], "guide sheet").get(visit.patient_id),
        practitioner=doctor,
        responsible=str(owners[user_id]) if user_id in owners else doctor,
        service=str(service.name) if service else "",
        bring=str(service.preparation) if service else "",
        place=place,
        steps=tuple(_step(step, place, doctor) for step in case_steps(visit_id)),
        route=str(route_of_visit(visit_id) or ""),
    )


def _step(step: StepLine, place: Place | None, doctor: str) -> GuideStep:
    where = str(step.place) or (doctor if step.key == "consult" else "")
    minutes = ""
    if step.is_open and place is not None and place.state == "waiting":
        words = {"low": place.low_minutes, "high": place.high_minutes}
        minutes = _("about %(low)s to %(high)s min") % words
    if step.is_open and place is not None and str(place.station_name):
        where = str(place.station_name)
    return GuideStep(step, where, minutes)
