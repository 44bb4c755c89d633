"""The visit that a page of aesthetics is about, and whether its reader may see it."""

from uuid import UUID

from yilu.aesthetics import permissions
from yilu.clinical.selectors.context import Setting, setting
from yilu.facility.selectors.places import departments
from yilu.platform.actors import Actor
from yilu.visits.selectors.visits import VisitInfo

# Departments of the skin treat looks, too.
SPECIALTIES = ("aesthetics", "dermatology")


def treatment_room(actor: Actor, visit_id: UUID) -> Setting:
    """The visit and its patient, for whoever may see aesthetic records there. Two queries.

    Raises: NotFound.
    """
    where = setting(actor, visit_id)
    actor.require_to_see(permissions.SEE, where.site_id)
    return where


def is_aesthetic(actor: Actor, visit: VisitInfo) -> bool:
    """Whether a visit is to a department of aesthetics, and the reader may see it. One query."""
    if not actor.may(permissions.SEE, visit.site_id):
        return False
    there = departments(visit.site_id, closed_too=True)
    return any(one.id == visit.department_id and one.specialty in SPECIALTIES for one in there)


def looks_topic(patient_id: UUID) -> str:
    """The live topic of a patient's aesthetic record."""
    return f"aesthetics:{patient_id}"


def looks_topics(patient_id: UUID, visit_id: UUID) -> list[str]:
    """What a change of the aesthetic record puts out of date."""
    return [looks_topic(patient_id), f"visit:{visit_id}"]
