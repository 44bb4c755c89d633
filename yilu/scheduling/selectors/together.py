"""The times at which several people can come together for a service, and who comes together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.names import PersonName
from yilu.scheduling.allocation import Place
from yilu.scheduling.models import Booking
from yilu.scheduling.selectors.facts import Facts, service_facts
from yilu.scheduling.selectors.free_time import free_rows
from yilu.scheduling.selectors.lines import BookingLine, booking_lines
from yilu.scheduling.selectors.placing import days_from
from yilu.scheduling.states import COMING
from yilu.scheduling.together import one_after_another, side_by_side
from yilu.workforce.selectors.practitioners import practitioner_names

LONGEST_TOGETHER = timedelta(hours=12)


def coming_along(actor: Actor, line: BookingLine) -> list[BookingLine]:
    """Who else of a booking's group is to come. Five queries at most; none without a group."""
    if line.group_id is None:
        return []
    group = Booking.objects.filter(group_id=line.group_id, state__in=COMING).exclude(pk=line.id)
    return booking_lines(actor, group, "together")


def own_along(actor: Actor, line: BookingLine) -> list[BookingLine]:
    """Who else of a booking's group is to come, when all of them are the actor's own; else nobody.

    So a link about one booking says nothing of the others. Queries as `coming_along`.
    """
    along = coming_along(actor, line)
    return along if all(actor.is_owner(one.patient_id) for one in along) else []


def places_from(
    facts: Facts, site_id: UUID, people: int, first: tuple[datetime, UUID], channel: str = "",
    *, parallel: bool,
) -> tuple[Place, ...]:  # fmt: skip
    """A place for each person from a chosen first one on, side by side or one after the other;
    empty when they do not suffice. One query."""
    starts_at, practitioner_id = first
    until = starts_at + LONGEST_TOGETHER
    rows = [Place(*row) for row in free_rows(facts, site_id, starts_at, until, channel)]
    chosen = [one for one in rows if (one.starts_at, one.practitioner_id) == first]
    if parallel:
        beside = [one for one in rows if one.starts_at == starts_at and one not in chosen]
        found = (*chosen, *beside)[:people]
    else:
        later = [one for one in rows if one.practitioner_id == practitioner_id]
        (found, *_more) = one_after_another(later, people) or [()]
    return found if len(found) == people and found[0].starts_at == starts_at else ()


@dataclass(frozen=True, slots=True)
class WayToCome:
    """A place for each person, in order; `value` is what a form sends back."""

    places: tuple[Place, ...]
    starts_at: datetime
    ends_at: datetime
    practitioners: tuple[PersonName, ...]

    @property
    def value(self) -> str:
        return ",".join(f"{one.starts_at.isoformat()}|{one.practitioner_id}" for one in self.places)


def ways_to_come(
    site_id: UUID, service_id: UUID, people: int, first: date, channel: str = "",
    *, parallel: bool,
) -> list[WayToCome]:  # fmt: skip
    """Up to twelve ways of the coming two weeks, the soonest first. Three queries.

    Rooms are judged for each alone: where they do not suffice for all, booking refuses.
    Raises: UnknownService.
    """
    zone = site_zone(site_id)
    begin, last = days_from(first)
    starts_from, _ = clock.day_bounds(begin, zone)
    _, until = clock.day_bounds(last, zone)
    facts = service_facts(service_id)
    free = [Place(*row) for row in free_rows(facts, site_id, starts_from, until, channel)]
    return as_ways((side_by_side if parallel else one_after_another)(free, people), site_id)


def as_ways(ways: Sequence[tuple[Place, ...]], site_id: UUID) -> list[WayToCome]:
    """Ways to come with names, on the wall clock of the site. One query."""
    zone = site_zone(site_id)
    names = practitioner_names(place.practitioner_id for way in ways for place in way)
    return [
        WayToCome(
            way,
            way[0].starts_at.astimezone(zone),
            way[-1].ends_at.astimezone(zone),
            tuple(dict.fromkeys(names[place.practitioner_id] for place in way)),
        )
        for way in ways
    ]
