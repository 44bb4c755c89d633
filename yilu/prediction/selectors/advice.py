"""Which sessions of a day bear an extra place, with the calculation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.names import PersonName
from yilu.prediction import permissions
from yilu.prediction.models import ExtraPlace
from yilu.prediction.rules.overbooking import Advice, Bounds, Place, Step, advise
from yilu.prediction.selectors.features import CONSULTATION, Known, coming_bookings
from yilu.prediction.selectors.policy import policy
from yilu.prediction.selectors.stored import InUse, usable_model
from yilu.prediction.states import PlaceState
from yilu.queueing.selectors.paces import Paces, paces
from yilu.scheduling.rules import Period
from yilu.scheduling.selectors.ahead import work_ahead
from yilu.scheduling.selectors.duty import on_duty
from yilu.workforce.selectors.practitioners import practitioner_names


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """An extra place; its time is local."""

    id: UUID
    practitioner_id: UUID
    session_starts_at: datetime
    starts_at: datetime
    state: str
    booking_id: UUID | None
    version: int

    @property
    def is_open(self) -> bool:
        return self.state == PlaceState.OPEN

    @property
    def state_label(self) -> str:
        return str(PlaceState(self.state).label)


@dataclass(frozen=True, slots=True)
class NextPlace:
    """The extra place that is advised next: when, for what, and what it would do."""

    starts_at: datetime
    service_id: UUID
    step: Step


@dataclass(frozen=True, slots=True)
class SessionAdvice:
    """One session of a practitioner: what is booked, what is advised, what was opened."""

    practitioner_id: UUID
    practitioner: PersonName
    starts_at: datetime
    ends_at: datetime
    advice: Advice
    opened: tuple[PlaceLine, ...]
    next: NextPlace | None

    @property
    def refused(self) -> Step | None:
        """The extra place that was tried and is one too many."""
        return next((step for step in self.advice.steps if not step.allowed), None)


@dataclass(frozen=True, slots=True)
class _Around:
    """What a day's advice is made of."""

    model: InUse
    pace: Paces
    zone: ZoneInfo
    booked: Sequence[Known]
    opened: Sequence[PlaceLine]

    @property
    def extra(self) -> set[UUID | None]:
        """The bookings that fill extra places."""
        return {one.booking_id for one in self.opened}


def session_advice(actor: Actor, site_id: UUID, day: date) -> list[SessionAdvice]:
    """The sessions of a site's day that have bookings, and which extra places they bear.

    Nothing is advised without a model that is fit for use, nor before the site has learnt how long
    its patients take. Nine queries, however many.

    Raises: NotFound.
    """
    actor.require_to_see(permissions.OPEN_PLACES, site_id)
    model, pace = usable_model(), paces(site_id)
    if model is None or not pace.knows(CONSULTATION):
        return []
    booked = [one for one in coming_bookings(day, day) if one.site_id == site_id]
    around = _Around(model, pace, site_zone(site_id), booked, extra_places(site_id, day))
    names = practitioner_names({one.practitioner_id for one in booked})
    ahead = work_ahead(site_id, day, on_duty(site_id, day) & frozenset(names))
    found = [
        _of_session(who, names[who], period, around)
        for who, work in ahead.items()
        for period in work.sessions
    ]
    lines = [one for one in found if one.advice.places]
    return sorted(lines, key=lambda one: (one.next is None, not one.opened, one.starts_at))


def extra_places(site_id: UUID, day: date) -> list[PlaceLine]:
    """The extra places of a site's day that were not withdrawn, in order of time. One query."""
    zone = site_zone(site_id)
    found = ExtraPlace.objects.filter(site_id=site_id, clinic_day=day)
    return [_line(one, zone) for one in _standing(found)]


def coming_places(actor: Actor, site_id: UUID) -> list[PlaceLine]:
    """The extra places of a site that are still to come. One query. Raises: NotFound."""
    actor.require_to_see(permissions.CALL, site_id)
    zone = site_zone(site_id)
    found = ExtraPlace.objects.filter(site_id=site_id, starts_at__gt=clock.now())
    return [_line(one, zone) for one in _standing(found)]


def extra_place(actor: Actor, place_id: UUID) -> PlaceLine | None:
    """One extra place, if there is one where the actor may fill it. One query."""
    found = ExtraPlace.objects.filter(pk=place_id).first()
    if found is None or not actor.may(permissions.CALL, found.site_id):
        return None
    return _line(found, site_zone(found.site_id))


def _standing(found: QuerySet[ExtraPlace]) -> QuerySet[ExtraPlace]:
    return found.exclude(state=PlaceState.WITHDRAWN).order_by("starts_at", "nth")


def _line(one: ExtraPlace, zone: ZoneInfo) -> PlaceLine:
    return PlaceLine(
        one.pk,
        one.practitioner_id,
        one.session_starts_at.astimezone(zone),
        one.starts_at.astimezone(zone),
        one.state,
        one.booking_id,
        one.version,
    )


def _of_session(who: UUID, name: PersonName, period: Period, around: _Around) -> SessionAdvice:
    starts_at, ends_at = period
    booked = sorted(
        (
            one
            for one in around.booked
            if one.practitioner_id == who
            and starts_at <= one.starts_at < ends_at
            and one.id not in around.extra
        ),
        key=lambda one: one.starts_at,
    )
    opened = tuple(
        one
        for one in around.opened
        if one.practitioner_id == who and starts_at <= one.starts_at < ends_at
    )
    bounds = policy()
    length = (ends_at - starts_at).total_seconds() / 60
    advice = advise(
        [_place(one, starts_at, around) for one in booked],
        bounds=Bounds(bounds.most_extra, bounds.promise),
        usual=around.model.base,
        booked_share=min(1.0, sum(one.minutes for one in booked) / length),
    )
    return SessionAdvice(
        who,
        name,
        starts_at.astimezone(around.zone),
        ends_at.astimezone(around.zone),
        advice,
        opened,
        _next(advice, booked, opened, around.zone),
    )


def _place(one: Known, since: datetime, around: _Around) -> Place:
    length = around.pace.length(
        CONSULTATION, one.practitioner_id, one.service_id, int(one.minute) // 60
    )
    return Place(
        minute=(one.starts_at - since).total_seconds() / 60,
        chance=around.model.forest.chance(one.row),
        mean=length.mean,
        spread=length.spread,
        minutes=one.minutes,
    )


def _next(
    advice: Advice, booked: Sequence[Known], opened: Sequence[PlaceLine], zone: ZoneInfo
) -> NextPlace | None:
    """What is advised and not opened yet; no more in all than is advised."""
    if len(opened) >= len(advice.advised):
        return None
    taken = {one.starts_at for one in opened}
    for step in advice.advised:
        beside = booked[step.beside]
        if beside.starts_at not in taken:
            return NextPlace(beside.starts_at.astimezone(zone), beside.service_id, step)
    return None
