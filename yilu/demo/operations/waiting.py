"""The waiting list of the demonstration: who would come sooner, and what has been filled."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from yilu.catalogue.selectors.services import all_services
from yilu.demo.operations.clinic import BuiltClinic
from yilu.demo.operations.staff import acting
from yilu.demo.plan import ClinicPlan
from yilu.demo.selectors.morning import coming_for, seen_lately
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.ids import new_id
from yilu.scheduling import permissions
from yilu.scheduling.operations.offers import accept_offer, offer_freed_time
from yilu.scheduling.operations.waiting_list import (
    WaitingWish,
    join_waiting_list,
    wait_for_sooner,
)
from yilu.scheduling.selectors.free_time import free_slots
from yilu.scheduling.selectors.waiters import Freed
from yilu.scheduling.selectors.waiting_list import waiting_list
from yilu.scheduling.states import Channel, Urgency

SITE = "south"
# Whoever waits here needs a day: what the played cancel on the day itself is left to people.
A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Waits:
    """Somebody who joined so many days ago: for what, with whom, and when they could come."""

    joined: float
    service: str
    staff_no: str
    days: int
    note: str
    urgency: str = Urgency.USUAL
    weekdays: tuple[int, ...] = ()
    not_before: time | None = None
    not_after: time | None = None


WAITING = (
    Waits(6.1, "chronic_return", "20001", 20, "周六才有空", weekdays=(5,)),
    Waits(4.9, "general_return", "", 14, "下班以后", not_before=time(17)),
    Waits(3.2, "scaling", "20011", 12, "上午送完孩子再来", not_after=time(10, 30)),
    Waits(1.1, "skin_first", "20010", 6, "皮疹加重，越早越好", urgency=Urgency.SOON),
)
FILLED = (
    Waits(9.0, "general_first", "20002", 12, "想早一点看"),
    Waits(8.2, "skin_return", "20010", 12, "复查，时间都可以"),
)
SOONER, SOONER_FOR = timedelta(days=2), ["filling", "extraction"]
OFFERED, ANSWERED = timedelta(days=2), timedelta(minutes=14)


@operation
def tell_waiting(*, actor: Actor, clinic: BuiltClinic, plan: ClinicPlan) -> list[UUID]:
    """Have some wait: by telephone, and from their own bookings; two others were asked the day
    before yesterday, and took it. The entries of those who wait still."""
    site_id, now = clinic.sites[SITE].id, clock.now()
    desk = Desk(acting(clinic, plan, SITE, "front_desk"), clinic, site_id)
    people = [one.patient_id for one in seen_lately(site_id, now, 60)]
    patients = iter(people[-len(WAITING) - len(FILLED) :])
    for one, patient in zip(FILLED, patients, strict=False):
        desk.fill(actor.lent(permissions.BOOK), one, patient)
    waiting = [desk.join(one, patient) for one, patient in zip(WAITING, patients, strict=False)]
    for n, booking_id in enumerate(coming_for(site_id, SOONER_FOR, now + SOONER, 2)):
        mine = Actor("patient", "link", owns=frozenset({booking_id}))
        with clock.at(now - timedelta(hours=5 + 19 * n)):
            waiting.append(wait_for_sooner(actor=mine, booking_id=booking_id))
    return waiting


@dataclass(frozen=True, slots=True)
class Desk:
    """Who puts people on the list of a site."""

    clerk: Actor
    clinic: BuiltClinic
    site_id: UUID

    def join(self, one: Waits, patient_id: UUID) -> UUID:
        """Put somebody on the list, when they rang."""
        now = clock.now()
        with clock.at(now - timedelta(days=one.joined)):
            wish = WaitingWish(
                site_id=self.site_id,
                service_id=_service(one),
                practitioner_id=self.clinic.practitioners.get(one.staff_no),
                patient_id=patient_id,
                from_on=now.date(),
                until_on=now.date() + timedelta(days=one.days),
                channel=Channel.PHONE,
                weekdays=one.weekdays,
                not_before=one.not_before,
                not_after=one.not_after,
                notice_minutes=A_DAY,
                urgency=one.urgency,
                note=one.note,
            )
            return join_waiting_list(actor=self.clerk, wish=wish)

    def fill(self, able: Actor, one: Waits, patient_id: UUID) -> None:
        """Offer them a time of the coming days as if it had become free; they take it."""
        entry_id, now = self.join(one, patient_id), clock.now()
        with clock.at(now - OFFERED):
            for freed in self._free(one, now)[:1]:
                offer_freed_time(actor=able, freed=freed)
            lines = waiting_list(self.clerk, self.site_id)
        offer = next((line.offer for line in lines if line.id == entry_id), None)
        if offer is not None:
            mine = Actor("patient", "link", owns=frozenset({offer.id}))
            with clock.at(now - OFFERED + ANSWERED):
                accept_offer(actor=mine, offer_id=offer.id, channel=Channel.WECHAT)

    def _free(self, one: Waits, now: datetime) -> list[Freed]:
        """What is free with their doctor from tomorrow on, as if it were given up just now."""
        found = free_slots(
            site_id=self.site_id,
            service_id=_service(one),
            practitioner_id=self.clinic.practitioners[one.staff_no],
            starts_from=now + timedelta(days=1),
            starts_until=now + timedelta(days=one.days),
        )
        return [
            Freed(new_id(), self.site_id, slot.practitioner_id, slot.starts_at, slot.ends_at)
            for slot in found
        ]


def _service(one: Waits) -> UUID:
    return next(service.id for service in all_services() if service.key == one.service)
