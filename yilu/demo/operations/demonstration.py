"""The demonstration as a whole: loading it, beginning it again, and who may sign in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from yilu.demo.errors import ClinicExists
from yilu.demo.operations.absence import call_in_sick
from yilu.demo.operations.advances import take_deposits
from yilu.demo.operations.clinic import build_clinic, publish, share_out
from yilu.demo.operations.courses import begin_courses, book_family
from yilu.demo.operations.desks import tell_desks
from yilu.demo.operations.examinations import add_answers, add_examinations
from yilu.demo.operations.nights import live_through_nights
from yilu.demo.operations.partner import add_sandbox_partner
from yilu.demo.operations.past import (
    DAYS_AFTER,
    DAYS_BEFORE,
    THIN,
    Otherwise,
    Year,
    load_past,
)
from yilu.demo.plan import ClinicPlan, clinic_plan
from yilu.demo.sandbox.accounts import write_accounts
from yilu.demo.story import Setting
from yilu.facility.selectors.calendar import day_kind
from yilu.platform import clinic_clock, clock
from yilu.platform.actors import Actor
from yilu.platform.db import lock_name, operation
from yilu.workforce.selectors.staff import staff_exists

LOAD = "demo.load"
SEED = 20261121
SPEED = 20.0
MORNING = time(9, 40)
# No secret: it opens a made-up clinic, and is printed when that starts.
PASSWORD = "yilu-demo-2026"  # noqa: S105
PUBLISHED_BEFORE = 60
SPARE_DAYS = 5


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded."""

    visits: int
    clinic_now: datetime


@operation
def load_demonstration(
    *,
    actor: Actor,
    seed: int = SEED,
    now: datetime | None = None,
    otherwise: Otherwise | None = None,
    older: Setting = THIN,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Loaded:
    """Build the clinic, write its year, and let its clock run from a morning under way.

    `otherwise` is what is not as before in the last thirty days; `older` how days went before the
    last sixty.

    Raises:
        ClinicExists: there is a clinic already, or another loading was quicker.
        NotADemonstration: this database may not become one.
    """
    lock_name(LOAD, "")
    if staff_exists():
        raise ClinicExists
    plan = clinic_plan()
    now = now or _latest_morning(plan, clock.machine_now())
    clinic_clock.mark_demonstration(actor, clinic=now, speed=SPEED)
    year = Year(seed, now, ZoneInfo(plan.time_zone), otherwise=otherwise, older=older)
    with clock.at(now):
        since = year.today - timedelta(days=DAYS_BEFORE + SPARE_DAYS)
        clinic = build_clinic(actor=actor, plan=plan, since=since, password=PASSWORD)
        publish(
            actor=actor,
            clinic=clinic,
            from_day=year.today - timedelta(days=PUBLISHED_BEFORE),
            to_day=year.today + timedelta(days=DAYS_AFTER + SPARE_DAYS),
        )
        visits = load_past(actor=actor, plan=plan, clinic=clinic, year=year, progress=progress)
        sites = [site.id for site in clinic.sites.values()]
        live_through_nights(actor=actor, site_ids=sites, today=year.today)
        share_out(actor=actor, clinic=clinic, plan=plan)
        begin_courses(actor=actor, clinic=clinic)
        book_family(actor=actor, clinic=clinic)
        add_examinations(actor=actor, clinic=clinic)
        add_answers(actor=actor, clinic=clinic)
        call_in_sick(actor=actor, clinic=clinic, plan=plan)
        tell_desks(actor=actor, clinic=clinic, plan=plan, seed=seed)
        add_sandbox_partner(actor=actor, site_ids=sites)
        write_accounts([str(site_id) for site_id in sites])
        take_deposits(actor=actor, site_id=clinic.sites[plan.sites[0].key].id, seed=seed + 1)
    # The clock runs from the end of the loading, not from its beginning.
    clinic_clock.mark_demonstration(actor, clinic=now, speed=SPEED)
    return Loaded(visits, now)


def _latest_morning(plan: ClinicPlan, machine_now: datetime) -> datetime:
    """09:40 on the latest day on which the clinic works, today included."""
    zone = ZoneInfo(plan.time_zone)
    day = machine_now.astimezone(zone).date()
    while not _works(plan, day):
        day -= timedelta(days=1)
    return datetime.combine(day, MORNING, tzinfo=zone).astimezone(UTC)


def _works(plan: ClinicPlan, day: date) -> bool:
    kind = day_kind(day)
    return kind.kind != "holiday" and kind.works_as in plan.hours.weekdays
