"""Patients who were seen and have left."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.aftercare import permissions
from yilu.facility.models import Site
from yilu.patients.tests.factories import make_patient, make_phone
from yilu.platform.actors import Actor
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import begin_care, close_visit, open_visit

CLERK = Actor.system("clerk", visits.SEE, visits.OPEN, visits.CLOSE)


@dataclass(frozen=True, slots=True)
class Gone:
    """A patient who has left us."""

    site_id: UUID
    patient_id: UUID
    visit_id: UUID


def seen_and_gone(site_id: UUID, *, born_on: date | None = None, name: str = "林半夏") -> Gone:
    """A patient who was seen today and went home."""
    site = Site.objects.get(pk=site_id)
    patient_id = make_patient(site, name, born_on=born_on, phone=make_phone())
    visit_id = open_visit(actor=CLERK, patient_id=patient_id, site_id=site_id, kind="walk_in")
    begin_care(actor=CLERK, visit_id=visit_id)
    close_visit(actor=CLERK, visit_id=visit_id)
    return Gone(site_id, patient_id, visit_id)


def carer(site_id: UUID, *grants: str) -> Actor:
    """Somebody of customer care."""
    held = grants or (permissions.SEE, permissions.CALL, "patients.see")
    pairs = frozenset((grant, site_id) for grant in held)
    return Actor(kind="staff", name="care", user_id=None, grants=pairs)
