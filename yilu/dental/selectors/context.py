"""The visit that a dental page is about, and whether its reader may see teeth."""

from uuid import UUID

from yilu.clinical.selectors.context import Setting, setting
from yilu.dental import permissions
from yilu.facility.selectors.places import departments
from yilu.platform.actors import Actor
from yilu.visits.selectors.visits import VisitInfo

SPECIALTY = "dental"


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


def teeth_topic(patient_id: UUID) -> str:
    """The live topic of a patient's teeth."""
    return f"teeth:{patient_id}"


def teeth_topics(patient_id: UUID, visit_id: UUID) -> list[str]:
    """What a change of dental facts puts out of date."""
    return [teeth_topic(patient_id), f"visit:{visit_id}"]
