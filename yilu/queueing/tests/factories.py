"""A clinic with queues for tests, made by the operations that make them for people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from yilu.facility.models import Site
from yilu.facility.tests.factories import make_department, make_room, make_site
from yilu.pathways import permissions as pathways
from yilu.patients.tests.factories import make_patient
from yilu.platform.actors import Actor
from yilu.platform.tests.made_once import made_once
from yilu.queueing import permissions
from yilu.queueing.models import Queue, Station, Ticket
from yilu.queueing.operations.issuing import IssuedTicket, issue_ticket
from yilu.queueing.operations.setup import set_up_queues
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import open_visit
from yilu.workforce.tests.factories import make_doctor

EVERYTHING = (
    permissions.SEE,
    permissions.SHOW,
    permissions.ISSUE,
    permissions.CALL,
    permissions.MOVE,
    permissions.SET_UP,
    visits.SEE,
    visits.OPEN,
    visits.CLOSE,
    visits.HAND_OVER,
    pathways.WORK,
)
TEN = datetime(2031, 3, 3, 2, tzinfo=UTC)
"""Monday, ten o'clock in Shanghai."""


def at(minutes: int) -> datetime:
    """So many minutes after ten."""
    return TEN + timedelta(minutes=minutes)


@dataclass(frozen=True)
class Clinic:
    """A site with one doctor, an assessment desk, a cashier and a pharmacy."""

    site_id: UUID
    actor: Actor
    doctor_id: UUID

    def queue(self, kind: str = "consultation") -> Queue:
        """The queue of this kind."""
        return Queue.objects.get(site_id=self.site_id, kind=kind)

    def station(self, kind: str = "consultation") -> Station:
        """The station that serves it."""
        return Station.objects.get(queues=self.queue(kind))

    def patient(self, name: str = "张小明", **facts: Any) -> UUID:
        """One more registered patient."""
        return make_patient(Site.objects.get(pk=self.site_id), name, **facts)

    def visit(self, patient_id: UUID | None = None) -> tuple[UUID, UUID]:
        """A visit by a new patient, or by this one: its id and the patient's."""
        patient = patient_id or self.patient()
        visit = open_visit(
            actor=self.actor, patient_id=patient, site_id=self.site_id, kind="walk_in"
        )
        return visit, patient

    def ticket(self, kind: str = "consultation", **facts: Any) -> IssuedTicket:
        """A ticket for a new patient."""
        visit, patient = self.visit(facts.pop("patient_id", None))
        return issue_ticket(
            actor=self.actor,
            queue_id=self.queue(kind).pk,
            visit_id=visit,
            patient_id=patient,
            **facts,
        )


def row(ticket_id: UUID) -> Ticket:
    """A ticket as it is stored now."""
    return Ticket.objects.get(pk=ticket_id)


def make_actor(site_id: UUID, grants: Iterable[str] = EVERYTHING) -> Actor:
    """Somebody who may do all of this at the site, or what is named."""
    pairs = frozenset((grant, site_id) for grant in grants)
    return Actor(kind="staff", name="desk", user_id=None, grants=pairs)


@made_once
def make_clinic() -> Clinic:
    """A clinic with its queues."""
    site_id = make_site()
    department = make_department(site_id)
    make_room(site_id, department_id=department)
    for kind in ("triage", "cashier", "pharmacy"):
        make_room(site_id, kind=kind)
    doctor = make_doctor(site_id, department_id=department).practitioner_id
    assert doctor is not None
    actor = make_actor(site_id)
    set_up_queues(actor=actor, site_id=site_id)
    return Clinic(site_id, actor, doctor)
