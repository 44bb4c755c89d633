"""What managers see of bookings, with names instead of keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings

from yilu.catalogue.selectors.services import all_services
from yilu.facility.selectors.places import DepartmentInfo, departments_of, place_names
from yilu.facility.selectors.sites import SiteInfo
from yilu.insight import permissions
from yilu.platform.actors import Actor
from yilu.platform.names import Localized, PersonName
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.selectors.counting import Scope
from yilu.scheduling.selectors.figures import Figures, booking_figures
from yilu.scheduling.selectors.requests_met import RequestsMet, requests_met
from yilu.scheduling.selectors.use_of_time import TimeUse, time_use
from yilu.workforce.selectors.practitioners import (
    PractitionerInfo,
    practitioner_names,
    practitioners_of,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figures a manager wants. `department` is a key that sites share."""

    sites: tuple[SiteInfo, ...]
    unit: str
    first: date
    last: date
    channel: str = ""
    service_id: UUID | None = None
    practitioner_id: UUID | None = None
    department: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen in the filters."""

    departments: tuple[DepartmentInfo, ...]
    practitioners: tuple[PractitionerInfo, ...]
    services: dict[UUID, Localized]


@dataclass(frozen=True, slots=True)
class BookingReport:
    """Every figure of the page."""

    figures: Figures
    use: TimeUse
    requests: RequestsMet
    target_percent: float
    choices: Choices
    practitioners: dict[UUID, PersonName]
    places: dict[UUID, Localized]


def booking_report(actor: Actor, wanted: Wanted) -> BookingReport:
    """The figures of a period and the period before. Eight queries, however many bookings;
    seven without rooms, chairs and devices.

    Raises: NotAllowed.
    """
    choices, scope = scope_of(actor, wanted)
    able = actor.lent(scheduling.SEE)
    figures = booking_figures(able, scope, wanted.unit)
    use = time_use(able, scope)
    met = requests_met(able, scope)
    people = {one.of_id for one in use.uses if one.kind == "practitioner"}
    places = place_names(one.of_id for one in use.uses if one.kind != "practitioner")
    return BookingReport(
        figures=figures,
        use=use,
        requests=met,
        target_percent=settings.BOOKING_SUCCESS_PERCENT,
        choices=choices,
        practitioners=practitioner_names(people | set(figures.by_practitioner)),
        places={key: one.name for key, one in places.items()},
    )


def scope_of(actor: Actor, wanted: Wanted) -> tuple[Choices, Scope]:
    """What can be chosen, and what was chosen as scheduling counts it. Three queries.

    Raises: NotAllowed.
    """
    for site in wanted.sites:
        actor.require(permissions.SEE, site.id)
    site_ids = tuple(site.id for site in wanted.sites)
    found = departments_of(site_ids)
    people = practitioners_of(one.id for one in found)
    trades = {one.key: one for one in reversed(found)}
    choices = Choices(
        departments=tuple(reversed(trades.values())),
        practitioners=tuple(one for one in people if one.is_bookable),
        services={one.id: one.name for one in all_services()},
    )
    chosen = _practitioners(wanted, found, people)
    return choices, Scope(
        site_ids, wanted.first, wanted.last, wanted.channel, wanted.service_id, chosen
    )


def _practitioners(
    wanted: Wanted, departments: Sequence[DepartmentInfo], people: Sequence[PractitionerInfo]
) -> tuple[UUID, ...] | None:
    """Whose bookings count; None for everybody's."""
    if wanted.practitioner_id is None and not wanted.department:
        return None
    of_trade = {one.id for one in departments if wanted.department in {"", one.key}}
    return tuple(
        one.id
        for one in people
        if one.department_id in of_trade and wanted.practitioner_id in {None, one.id}
    )
