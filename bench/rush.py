"""A morning of a day of two thousand visits at a site of its own: what boards are measured on.

It is told by the demonstration's own story, so every row is there that the product's deeds would
have left: visits, tickets, bookings, notes, bills, payments, the steps of the pathway.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from bench.size import Size
from yilu.demo.operations.clinic import BuiltClinic
from yilu.demo.past.batch import Batch
from yilu.demo.past.days import tell_day
from yilu.demo.past.moment import Day
from yilu.demo.past.stepping import PATHWAY, Stepper
from yilu.demo.past.telling import Known, Register, Teller
from yilu.demo.people import ADULT
from yilu.demo.plan import ClinicPlan, PlannedSite
from yilu.demo.reference import read_reference
from yilu.demo.story import Setting
from yilu.pathways.selectors.definitions import current_definitions, plan_by_id
from yilu.platform.numbers import set_last

KEY = "rush"
# Five minutes each, so that twenty doctors see a hundred patients a day and keep up, but for a few.
PACE = 0.28
FULLNESS = 0.62
WINDOWS = ("triage",) * 10 + ("cashier",) * 5 + ("pharmacy",)
FIRST_NUMBER = 30001


@dataclass(frozen=True, slots=True)
class Rush:
    """The busy site, and who may look at all of it."""

    site_id: UUID
    site_key: str
    manager_id: UUID
    clerk_id: UUID


def with_rush(plan: ClinicPlan, size: Size) -> ClinicPlan:
    """The plan with a second, busy site, with doctors of its own and the same staff."""
    (quiet,) = plan.sites
    busy = replace(quiet, key=KEY, devices=(), windows=WINDOWS)
    doctors = tuple(
        replace(one, staff_no=str(FIRST_NUMBER + n), site=KEY, pace=PACE, services=one.services[:1])
        for n, one in enumerate(plan.practitioners[: size.rush_doctors])
    )
    staff = tuple(replace(one, sites=(quiet.key, KEY)) for one in plan.staff)
    practitioners = (*plan.practitioners, *doctors)
    return replace(plan, sites=(quiet, busy), practitioners=practitioners, staff=staff)


def write_rush(
    plan: ClinicPlan, clinic: BuiltClinic, people: list[Known], now: datetime, size: Size
) -> Rush:
    """Tell the busy site's day up to now, and what is booked for the rest of it."""
    site: PlannedSite = plan.sites[-1]
    alone = replace(
        plan,
        sites=(site,),
        practitioners=tuple(one for one in plan.practitioners if one.site == site.key),
    )
    zone = ZoneInfo(plan.time_zone)
    today = now.astimezone(zone).date()
    here = replace(clinic, sites={site.key: clinic.sites[site.key]})
    register = Register(read_reference(alone, here, today), {ADULT: people})
    definition = next(one for one in current_definitions() if one.key == PATHWAY)
    chance = Random("rush")  # noqa: S311 (a story, not a secret)
    batch = Batch()
    teller = Teller(register, Day(today, zone, chance, now), chance, batch)
    setting = Setting(fullness=FULLNESS, walk_ins=size.rush_walk_ins)
    tell_day(0, setting, teller, Stepper(teller, definition.id, plan_by_id(definition.id)))
    with transaction.atomic():
        batch.write()
    set_last(register.numbers.last)
    posts = {person.post: clinic.users[person.staff_no] for person in plan.staff}
    return Rush(here.sites[site.key].id, site.key, posts["manager"], posts["front_desk"])
