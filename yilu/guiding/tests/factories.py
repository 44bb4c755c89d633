"""A clinic with guides, for tests, made by the operations that make them for people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.db.models import F

from yilu.guiding.models import GuideTask
from yilu.guiding.operations.leading import come_on_duty
from yilu.guiding.operations.setting import RuleFacts, set_guide_rule
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.testing import drain
from yilu.queueing.operations.calling import call_ticket, start_ticket
from yilu.queueing.tests.factories import Clinic, make_clinic, row
from yilu.workforce.models import StaffMember
from yilu.workforce.tests.factories import make_staff

_moments = count(1)
EVERY = ("waiting", "room", "cashier", "pharmacy", "examination")


@dataclass
class Guided:
    """A clinic, its desk and doctor, and the guides who are on duty."""

    clinic: Clinic
    desk: Actor
    doctor: Actor
    manager: Actor

    @property
    def site_id(self) -> UUID:
        return self.clinic.site_id

    def guide(self, name: str = "丁引路", languages: Iterable[str] = ("zh-Hans",)) -> Actor:
        """A guide on duty who speaks these languages."""
        someone = make_staff("guide", site_id=self.site_id, name=name)
        StaffMember.objects.filter(pk=someone.staff_id).update(languages=list(languages))
        actor = someone.actor()
        come_on_duty(actor=actor, site_id=self.site_id)
        return actor

    def rule(self, **facts: Any) -> None:
        """Set the rule of the site."""
        set_guide_rule(actor=self.manager, site_id=self.site_id, facts=RuleFacts(**facts))

    def arrive(self, name: str = "邓白芍", kind: str = "consultation", **facts: Any) -> UUID:
        """Somebody who waits, with a wheelchair unless said otherwise; their visit."""
        facts = {"special_needs": ("wheelchair",), **facts}
        ticket = self.clinic.ticket(kind, patient_id=self.clinic.patient(name, **facts))
        drain(timers=False)
        return row(ticket.id).visit_id

    def task(self, visit_id: UUID) -> GuideTask:
        """The task that a visit has now, else its latest."""
        latest = F("ended_at").desc(nulls_first=True)
        return GuideTask.objects.filter(visit_id=visit_id).order_by(latest, "-asked_at")[0]

    def called(self, visit_id: UUID, by: Actor, kind: str = "consultation") -> UUID:
        """Call the patient to the place; the ticket."""
        ticket_id = self.ticket(visit_id)
        station = self.clinic.station(kind).pk
        with clock.at(_later()):
            call_ticket(actor=by, ticket_id=ticket_id, station_id=station, reason="test")
            drain(timers=False)
        return ticket_id

    def started(self, visit_id: UUID, by: Actor) -> None:
        """The patient is in the room."""
        with clock.at(_later()):
            start_ticket(actor=by, ticket_id=self.ticket(visit_id))
            drain(timers=False)

    def ticket(self, visit_id: UUID) -> UUID:
        """The ticket of a visit's task."""
        ticket_id = self.task(visit_id).ticket_id
        assert ticket_id is not None
        return ticket_id


def _later() -> datetime:
    """A moment after every one before, though a test's clock stands still."""
    return clock.now() + timedelta(seconds=next(_moments))


def guided_clinic() -> Guided:
    """A clinic with a desk, a doctor and nobody who guides yet."""
    clinic = make_clinic()
    return Guided(
        clinic,
        desk=make_staff("front_desk", site_id=clinic.site_id, name="白玉兰").actor(),
        doctor=make_staff("doctor", site_id=clinic.site_id, name="陈医生").actor(),
        manager=make_staff("manager", site_id=clinic.site_id, name="总经理").actor(),
    )
