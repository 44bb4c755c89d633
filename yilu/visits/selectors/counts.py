"""How many came: for planning, without saying who."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count

from yilu.visits.models import Visit
from yilu.visits.states import VisitState


@dataclass(frozen=True, slots=True)
class BusyDay:
    """A day and how many visits it had."""

    day: date
    visits: int


def busiest_day(site_id: UUID, from_day: date, before: date) -> BusyDay | None:
    """The day from `from_day` and before `before` on which most came; the latest of equals.

    None when nobody came. One query, by the index of days.
    """
    days = (
        Visit.objects.filter(site_id=site_id, clinic_day__gte=from_day, clinic_day__lt=before)
        .exclude(state=VisitState.WITHDRAWN)
        .order_by()
        .values("clinic_day")
        .annotate(visits=Count("pk"))
        .order_by("-visits", "-clinic_day")
    )
    found = days.first()
    return BusyDay(found["clinic_day"], found["visits"]) if found else None
