"""The visit and the patient that a clinical deed is about, and whether the actor may do it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.clinical import permissions
from yilu.clinical.errors import NotAPractitioner, VisitOver
from yilu.clinical.models import Allergy, Diagnosis, Problem, RiskAssessment, VitalSigns
from yilu.facility.selectors.sites import site_info, site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized
from yilu.records.selectors.access import require_record
from yilu.visits.selectors.visits import VisitInfo, visit_info
from yilu.visits.states import UNSEEN

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Setting:
    """A visit and its patient, as every clinical page and deed needs them.

    `elsewhere` is the site of the visit, where the reader holds no post there.
    """

    visit: VisitInfo
    patient: PatientBrief
    elsewhere: Localized | None = None

    @property
    def visit_id(self) -> UUID:
        return self.visit.id

    @property
    def patient_id(self) -> UUID:
        return self.visit.patient_id

    @property
    def site_id(self) -> UUID:
        return self.visit.site_id

    @property
    def day(self) -> date:
        """The clinic day of the visit."""
        return self.visit.clinic_day

    @property
    def needs(self) -> tuple[str, ...]:
        """What the patient needs: always, and what was said for this visit."""
        return tuple(dict.fromkeys((*self.patient.special_needs, *self.visit.needs)))

    @property
    def age_months(self) -> int | None:
        """The patient's age on the clinic day, in whole months; None when unknown."""
        return months_between(self.patient.born_on, self.day)

    @property
    def age(self) -> int | None:
        """The same in whole years."""
        months = self.age_months
        return None if months is None else months // MONTHS


KINDS = {
    "allergy": Allergy.objects,
    "diagnosis": Diagnosis.objects,
    "problem": Problem.objects,
    "risk": RiskAssessment.objects,
    "vitals": VitalSigns.objects,
}


def is_of(kind: str, row_id: UUID, patient_id: UUID) -> bool:
    """Whether something on the record, of one of `KINDS`, is this patient's. One query."""
    return bool(KINDS[kind].filter(pk=row_id, patient_id=patient_id).exists())


def months_between(born_on: date | None, day: date) -> int | None:
    """Whole months of age on a day."""
    if born_on is None or born_on > day:
        return None
    months = (day.year - born_on.year) * MONTHS + day.month - born_on.month
    return months - (day.day < born_on.day)


def setting(actor: Actor, visit_id: UUID, *needs: str) -> Setting:
    """The visit and its patient, if the actor may open the record there and holds all of `needs`.

    Two queries; one more where the visit is not of the day, and one where it was elsewhere.

    Raises:
        NotFound: there is no such visit, or the actor may not know of it.
        OutsideCare: the actor has nothing to do with the patient now.
        NotAllowed: it may be seen, but not this be done.
        VisitOver: the visit was abandoned or taken back, and something would be added to it.
    """
    visit = visit_info(visit_id)
    require_visit(actor, visit)
    for permission in needs:
        actor.require(permission, visit.site_id)
    if needs and visit.state in UNSEEN:
        raise VisitOver
    patient = patient_briefs(actor, [visit.patient_id], "record").get(visit.patient_id)
    if patient is None:
        raise NotFound
    is_here = actor.may(permissions.SEE, visit.site_id)
    return Setting(visit, patient, None if is_here else _site_name(visit.site_id))


def _site_name(site_id: UUID) -> Localized:
    """What another site of the group is called. One query."""
    site = site_info(site_id)
    return site.short_name or site.name


def require_visit(actor: Actor, visit: VisitInfo, permission: str = permissions.SEE) -> None:
    """Refuse whoever may not open the record of this visit. One query at most.

    Raises: NotFound, OutsideCare.
    """
    require_record(
        actor, permission, site_id=visit.site_id, patient_id=visit.patient_id, visit=visit
    )


def require_patient(
    actor: Actor, patient_id: UUID, site_id: UUID | None = None, permission: str = permissions.SEE
) -> None:
    """Refuse whoever may not open what is on a patient's record. One query at most.

    Raises: NotFound, OutsideCare.
    """
    require_record(actor, permission, site_id=site_id, patient_id=patient_id)


def practitioner(actor: Actor) -> UUID:
    """The practitioner that the actor is. No query. Raises: NotAPractitioner."""
    if actor.practitioner_id is None:
        raise NotAPractitioner
    return actor.practitioner_id


def today(site_id: UUID) -> date:
    """The date on the site's wall clock."""
    return clock.now().astimezone(site_zone(site_id)).date()


def record_topics(visit_id: UUID | None, patient_id: UUID) -> list[str]:
    """The live topics that a change of the record puts out of date."""
    topics = [patient_topic(patient_id)]
    return topics if visit_id is None else [f"visit:{visit_id}", clinical_topic(visit_id), *topics]


def work_topic(site_id: UUID) -> str:
    """The live topic of what waits for the practitioners of a site."""
    return f"clinical-work:{site_id}"


def clinical_topic(visit_id: UUID) -> str:
    """The live topic of the record of one visit."""
    return f"clinical:{visit_id}"


def patient_topic(patient_id: UUID) -> str:
    """The live topic of what outlives a visit: allergies, problems, medicines."""
    return f"clinical-patient:{patient_id}"
