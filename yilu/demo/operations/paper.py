"""Working on paper in the demonstration: yesterday's outage, entered this morning but for one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from yilu.catalogue.selectors.prices import prices_at
from yilu.catalogue.selectors.services import all_services
from yilu.demo.operations.clinic import BuiltClinic
from yilu.demo.operations.staff import acting
from yilu.demo.plan import ClinicPlan
from yilu.demo.selectors.morning import latest_day
from yilu.demo.selectors.sight import somebody
from yilu.downtime import permissions
from yilu.downtime.demo import PastKit, write_kits
from yilu.downtime.operations.entering import Written, enter_paper
from yilu.downtime.operations.kits import make_kit
from yilu.downtime.operations.outages import account_for, open_outage
from yilu.downtime.rules import TrueTimes, code_of
from yilu.downtime.selectors.kits import FormLine, forms
from yilu.downtime.states import FormState
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation

SITE, DOCTOR, SERVICE = "south", "20003", "general_first"
BEGAN, ENDED = time(15, 10), time(16, 5)
# When each came, was called, left and paid, in minutes after the system was away.
CAME = ((4, 11, 24, 29), (12, 26, 41, 45), (25, 43, 52, 55))
VOID, LOST, KIT_BOOKINGS = 4, 6, 96
TORN, ENTERED = "填写错误，已另用一张", timedelta(minutes=75)


@dataclass(frozen=True, slots=True)
class Paper:
    """The outage that is entered: by whom, when it was, and what a visit then cost."""

    clerk: Actor
    began: datetime
    practitioner_id: UUID
    service_id: UUID
    price: Decimal

    def written(self, patient_id: UUID, minutes: tuple[int, int, int, int]) -> Written:
        """What stands on a form."""
        came, called, ended, paid = (self.began + timedelta(minutes=each) for each in minutes)
        times = TrueTimes(came, called, ended, paid if self.price else None)
        return Written(
            patient_id=patient_id,
            service_id=self.service_id,
            practitioner_id=self.practitioner_id,
            times=times,
            paid=self.price or None,
        )


@operation
def work_on_paper(*, actor: Actor, clinic: BuiltClinic, plan: ClinicPlan) -> UUID | None:
    """Have a site's last day end on paper for an hour: three visits entered with their times, one
    form void, one not accounted for, the rest unused. Gives back the outage; None before any day.
    """
    site_id, zone = clinic.sites[SITE].id, ZoneInfo(plan.time_zone)
    day = latest_day(site_id, clock.now().astimezone(zone).date())
    if day is None:
        return None
    paper = _paper(clinic, plan, day, zone)
    kit_id = _kit(site_id, datetime.combine(day, BEGAN, zone).replace(minute=0))
    with clock.at(clock.now() - ENTERED):
        outage_id = open_outage(
            actor=paper.clerk, kit_id=kit_id, began_at=paper.began,
            ended_at=datetime.combine(day, ENDED, zone),
        )  # fmt: skip
        lines = forms(paper.clerk, outage_id)
        _enter(paper, lines, _people(site_id, day))
    return outage_id


def print_kit(*, actor: Actor, clinic: BuiltClinic) -> None:
    """Print what a site needs to work on paper, as the worker does every hour."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    with clock.at(hour):
        make_kit(actor=actor.lent(permissions.SEE), site_id=clinic.sites[SITE].id)


def _paper(clinic: BuiltClinic, plan: ClinicPlan, day: date, zone: ZoneInfo) -> Paper:
    service = next(one for one in all_services() if one.key == SERVICE)
    prices = prices_at([service.fee_item_id], day)
    price = prices.get(service.fee_item_id) if service.fee_item_id else None
    return Paper(
        clerk=acting(clinic, plan, SITE, "front_desk"),
        began=datetime.combine(day, BEGAN, zone),
        practitioner_id=clinic.practitioners[DOCTOR],
        service_id=service.id,
        price=price.amount if price else Decimal(0),
    )


def _kit(site_id: UUID, made_at: datetime) -> UUID:
    """The kit that lay there; its file is gone by now."""
    kit = PastKit(
        id=uuid5(site_id, made_at.isoformat()),
        site_id=site_id,
        made_at=made_at,
        code=code_of(made_at),
        file_name=f"{SITE}-{made_at:%Y%m%d-%H%M}.pdf",
        bookings=KIT_BOOKINGS,
        dropped_at=clock.now(),
    )
    write_kits([kit])
    return kit.id


def _people(site_id: UUID, day: date) -> Iterator[UUID]:
    """Those who came: known, and not here on that day otherwise."""
    for n in range(len(CAME)):
        found = somebody(site_id, day, child=False, skip=11 * n)
        if found is not None:
            yield found


def _enter(paper: Paper, lines: list[FormLine], people: Iterator[UUID]) -> None:
    for line, patient_id, minutes in zip(lines, people, CAME, strict=False):
        enter_paper(actor=paper.clerk, form_id=line.id, written=paper.written(patient_id, minutes))
    for n, line in enumerate(lines[len(CAME) :], start=len(CAME)):
        if n == LOST:
            continue
        is_void = n == VOID
        account_for(
            actor=paper.clerk, form_id=line.id,
            state=FormState.VOID if is_void else FormState.UNUSED, reason=TORN if is_void else "",
        )  # fmt: skip
