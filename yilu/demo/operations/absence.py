"""A doctor of the demonstration calls in sick; a plan for their patients waits for a yes."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from yilu.demo.operations.clinic import BuiltClinic
from yilu.demo.plan import ClinicPlan
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.scheduling import permissions
from yilu.scheduling.operations.blocks import block_resource
from yilu.scheduling.operations.replanning import start_plan

REASON = "发热"
FIRST, LAST = 2, 6
STARTS, ENDS = time(7), time(21)
NEEDED = (permissions.BLOCK, permissions.CHANGE, permissions.SEE)


@operation
def call_in_sick(*, actor: Actor, clinic: BuiltClinic, plan: ClinicPlan) -> None:
    """Let the doctor who is asked for least be ill on the first day, from the day after tomorrow
    on, on which somebody is booked with them; the worker plans as soon as it runs."""
    able = actor.lent(*NEEDED)
    doctor = min(plan.practitioners, key=lambda one: one.asked_for)
    resource_id, _home = clinic.resources[doctor.staff_no]
    zone = ZoneInfo(plan.time_zone)
    today = clock.now().astimezone(zone).date()
    for ahead in range(FIRST, LAST):
        day = today + timedelta(days=ahead)
        blocked = block_resource(
            actor=able,
            resource_id=resource_id,
            starts_at=datetime.combine(day, STARTS, tzinfo=zone),
            ends_at=datetime.combine(day, ENDS, tzinfo=zone),
            kind="absence",
            reason=REASON,
        )
        if blocked.booking_ids:
            start_plan(
                actor=able,
                site_id=clinic.sites[doctor.site].id,
                resource_id=resource_id,
                reason=REASON,
            )
            return
