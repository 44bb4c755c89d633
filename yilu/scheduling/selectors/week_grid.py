"""A week of one practitioner, room, chair or device as a grid: a column per day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.facility.selectors.places import departments
from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.scheduling import permissions
from yilu.scheduling.models import Allocation, Block, Booking, Resource, Session
from yilu.scheduling.selectors.day_grid import (
    USUAL_HOURS,
    DayRead,
    GridColumn,
    grid_column,
    held_by,
    places_of,
    resource_name,
    shortest_service,
    steps_between,
)
from yilu.scheduling.selectors.lines import BookingLine, booking_lines
from yilu.scheduling.selectors.topics import day_topic
from yilu.scheduling.states import BookingState
from yilu.workforce.selectors.practitioners import practitioner_names


@dataclass(frozen=True, slots=True)
class WeekDay:
    """One day of a column; the grid begins at `opens_at`."""

    day: date
    opens_at: datetime
    topic: str
    column: GridColumn


@dataclass(frozen=True, slots=True)
class WeekGrid:
    """A week of one practitioner, room, chair or device. `steps` is its height in five minutes."""

    site_id: UUID
    resource_id: UUID
    name: str
    first: date
    steps: int
    hours: tuple[datetime, ...]
    days: tuple[WeekDay, ...]


def week_grid(actor: Actor, resource_id: UUID, first: date) -> WeekGrid:
    """Seven days of one column, beginning with `first`, all from the same hour on the wall.

    Fifteen queries at most. Raises: NotFound.
    """
    resource = Resource.objects.filter(pk=resource_id).first()
    if resource is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, resource.site_id)
    site_id, days = resource.site_id, [first + timedelta(days=n) for n in range(7)]
    ids = Allocation.objects.filter(
        resource_id=resource_id, booking__clinic_day__range=(days[0], days[-1])
    )
    bookings = Booking.objects.filter(pk__in=ids.values("booking_id"), site_id=site_id)
    every = booking_lines(actor, bookings.order_by("starts_at"), "day")
    held = held_by(line.id for line in every if line.state != BookingState.CANCELLED)
    mine = {booking_id for of, booking_id in held if of == resource_id}
    lines = [line for line in every if line.id in mine]
    places = places_of({*(of for of, _ in held), resource.home_id})
    zone = site_zone(site_id)
    sessions = _by_day(Session.objects.filter(site_id=site_id, resource_id=resource_id), days)
    blocks = _by_day(Block.objects.filter(site_id=site_id, resource_id=resource_id), days)
    hours = [_hours_of(one.during, zone) for found in sessions.values() for one in found]
    hours += [_hours_of_line(line) for line in lines]
    top = min((start for start, _ in hours), default=USUAL_HOURS[0])
    end = max((end for _, end in hours), default=USUAL_HOURS[1])
    where = {b: str(places[of].name) for of, b in held if of in places and of != resource_id}
    names = practitioner_names([resource.practitioner_id] if resource.practitioner_id else [])
    name = resource_name(resource, names, places_of({resource.pk}))
    home = str(places[resource.home_id].name) if resource.home_id in places else ""
    shortest = shortest_service(departments(site_id))
    shown, steps = [], 0
    for day in days:
        midnight, _ = clock.day_bounds(day, zone)
        opens_at = midnight.astimezone(zone) + timedelta(hours=top)
        closes_at = opens_at + timedelta(hours=end - top)
        # A night in which the clocks go back is longer than the others.
        steps = max(steps, steps_between(opens_at, closes_at))
        read = DayRead(
            zone,
            opens_at,
            closes_at,
            shortest,
            {resource_id: [(one.during.lower, one.during.upper) for one in sessions[day]]},
            {resource_id: blocks[day]},
            {resource_id: [line for line in lines if line.clinic_day == day]},
            where,
        )
        shown.append(
            WeekDay(day, opens_at, day_topic(site_id, day), grid_column(resource, read, name, home))
        )
    return WeekGrid(
        site_id=site_id,
        resource_id=resource_id,
        name=name,
        first=first,
        steps=steps,
        hours=tuple(shown[0].opens_at + timedelta(hours=n) for n in range(end - top)),
        days=tuple(shown),
    )


def _by_day(rows: Any, days: Sequence[date]) -> dict[date, list[Any]]:
    """Active rows by their clinic day, in order; also days without any. One query."""
    found: dict[date, list[Any]] = {day: [] for day in days}
    for row in rows.filter(active=True, clinic_day__range=(days[0], days[-1])).order_by("during"):
        found[row.clinic_day].append(row)
    return found


def _hours_of(during: Any, zone: ZoneInfo) -> tuple[int, int]:
    """The full hours of the wall around a period, counted from the midnight of its first day."""
    start, end = during.lower.astimezone(zone), during.upper.astimezone(zone)
    after = (end.date() - start.date()).days * 24
    return start.hour, after + end.hour + bool(end.minute)


def _hours_of_line(line: BookingLine) -> tuple[int, int]:
    before = (line.starts_at.date() - line.clinic_day).days * 24
    after = (line.ends_at.date() - line.clinic_day).days * 24
    return before + line.starts_at.hour, after + line.ends_at.hour + bool(line.ends_at.minute)
