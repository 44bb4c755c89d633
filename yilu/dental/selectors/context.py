"""The visit that a dental page is about, and whether its reader may see teeth."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.catalogue.selectors.services import service_info
from yilu.clinical.selectors.context import Setting, setting
from yilu.dental import permissions
from yilu.facility.selectors.places import departments
from yilu.facility.selectors.sites import site_zone
from yilu.platform.actors import Actor
from yilu.visits.selectors.visits import VisitInfo, visit_topic

SPECIALTY = "dental"
USUAL_MINUTES = 30


def chair(actor: Actor, visit_id: UUID) -> Setting:
    """The visit and its patient, for whoever may see dental records there. Two queries.

    Raises: NotFound.
    """
    where = setting(actor, visit_id)
    actor.require_to_see(permissions.SEE, where.site_id)
    return where


def is_dental(actor: Actor, visit: VisitInfo) -> bool:
    """Whether a visit is to a dental department, and the reader may see teeth. One query."""
    if not actor.may(permissions.SEE, visit.site_id):
        return False
    there = departments(visit.site_id, closed_too=True)
    return any(one.id == visit.department_id and one.specialty == SPECIALTY for one in there)


@dataclass(frozen=True, slots=True)
class Seated:
    """Since when a patient sits here today, and for how long it was meant to be."""

    since: datetime | None
    until: datetime | None
    minutes: int


def seated(where: Setting) -> Seated:
    """How long the patient of a visit is in care. One query."""
    visit = where.visit
    minutes = service_info(visit.service_id).minutes if visit.service_id else USUAL_MINUTES
    zone = site_zone(where.site_id)
    since = visit.in_care_at.astimezone(zone) if visit.in_care_at else None
    return Seated(since, visit.left_at.astimezone(zone) if visit.left_at else None, minutes)


def teeth_topic(patient_id: UUID) -> str:
    """The live topic of a patient's teeth."""
    return f"teeth:{patient_id}"


def teeth_topics(patient_id: UUID, visit_id: UUID) -> list[str]:
    """What a change of dental facts puts out of date."""
    return [teeth_topic(patient_id), visit_topic(visit_id)]
