"""Treatments in series: booked all or none, placed anew, ended."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.scheduling import permissions
from yilu.scheduling.allocation import NO_WISHES, Wishes
from yilu.scheduling.courses import hold_series, write_series
from yilu.scheduling.errors import (
    GapBroken,
    NotFree,
    NothingLeft,
    PatientBusy,
    SittingPast,
    SittingsIncomplete,
    SittingTaken,
)
from yilu.scheduling.events import SeriesBooked, SeriesEnded, SeriesRearranged
from yilu.scheduling.models import Series, Sitting
from yilu.scheduling.operations.booking import BookingWish, book_appointment
from yilu.scheduling.operations.changing import cancel_booking, reschedule_booking
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.selectors.published import published_until
from yilu.scheduling.selectors.series import treatment_plan
from yilu.scheduling.sittings import Step, Window, broken, still_possible, windows_after
from yilu.scheduling.states import COMING

At = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class SeriesWish:
    """A patient's treatment by a plan: for each sitting its instant and practitioner.

    Places may be left out at the end, for sittings whose days are not published yet. `wishes`
    are kept for those.
    """

    site_id: UUID
    patient_id: UUID
    plan_id: UUID
    places: tuple[At, ...]
    channel: str
    note: str = ""
    wishes: Wishes = NO_WISHES


@operation
def book_series(*, actor: Actor, wish: SeriesWish) -> UUID:
    """Book all sittings of a treatment, or none. Each is a booking of its own, told as such.

    The first keeps the service's booking window; those after it may lie beyond it, as far as
    sessions are published. Those whose days are not published yet stay planned, and are booked
    by `place_next`. Four queries, and for each sitting those of `book_appointment`.

    Raises:
        NotAllowed, NotFound: who may not book here; no such plan, or no longer offered.
        SittingsIncomplete: a place is missing for a sitting that can be booked already.
        GapBroken: two lie too near or too far from each other.
        SittingTaken: one cannot be had; it is named, and nothing is booked.
        And what `book_appointment` raises about the patient, the services and the times.
    """
    actor.require(permissions.BOOK, wish.site_id)
    plan = treatment_plan(wish.site_id, wish.plan_id)
    if not plan.can_be_booked:
        raise NotFound
    _check_complete(plan.steps, wish)
    _check_gaps(plan.steps, [place[0] for place in wish.places], wish.site_id)
    series = Series(
        site_id=wish.site_id,
        patient_id=wish.patient_id,
        plan_id=plan.id,
        name=plan.name,
        same_doctor=plan.same_doctor,
        wishes={"weekdays": list(wish.wishes.weekdays), "parts": list(wish.wishes.parts)},
        channel=wish.channel,
        clinic_day=clock.now().astimezone(site_zone(wish.site_id)).date(),
    )
    booked = [
        _book(actor, wish, step, n, place)
        for n, (step, place) in enumerate(zip(plan.steps, wish.places, strict=False))
    ]
    series.save(force_insert=True)
    Sitting.objects.bulk_create(
        Sitting(
            series=series,
            position=n,
            service_id=step.service_id,
            min_days=step.min_days,
            max_days=step.max_days,
            booking_id=one.id if one else None,
        )
        for n, (step, one) in enumerate(zip_longest(plan.steps, booked))
    )
    ids = tuple(one.id for one in booked)
    planned = len(plan.steps) - len(booked)
    told = SeriesBooked(series.pk, series.patient_id, ids, planned)
    write_series(actor, series, "booked", told)
    return series.pk


@operation
def place_anew(
    *,
    actor: Actor,
    series_id: UUID,
    places: Mapping[int, At],
    version: int | None = None,
    is_told_apart: bool = False,
) -> tuple[UUID, ...]:
    """Give some sittings other places, all or none; the bookings. A sitting that is lost or was
    planned only gets a new one, of which whoever calls tells the patient if `is_told_apart`.

    Raises:
        NotFound, NotAllowed, Stale.
        NothingLeft: the treatment was ended.
        SittingPast: one of them has begun or is over.
        SittingsIncomplete: one is planned after another that has no place yet.
        GapBroken, SittingTaken: as `book_series`; every sitting stays where it was.
    """
    series, sittings = hold_series(actor, series_id, version)
    if series.ended_at:
        raise NothingLeft
    placed = [one for one in sittings if one.booking or one.position in places]
    if [one.position for one in placed] != list(range(len(placed))):
        raise SittingsIncomplete
    starts = [_start(one, places) for one in placed]
    _check_anew(series, placed, starts, first=min(places, default=0))
    moved = [
        one
        for sitting in placed
        if sitting.position in places
        and (
            one := _place(
                actor,
                series,
                sitting,
                places[sitting.position],
                is_told_apart=is_told_apart,
            )
        )
    ]
    Sitting.objects.bulk_update(placed, ["max_days"])
    series.version += 1
    series.save(update_fields=["version"])
    told = SeriesRearranged(series.pk, series.patient_id, tuple(moved))
    write_series(actor, series, "rearranged", told)
    return told.booking_ids


@operation
def end_series(
    *, actor: Actor, series_id: UUID, reason: str, words: str = "", version: int | None = None
) -> int:
    """Cancel all sittings that are still to come, and plan no more; how many. Those that took
    place stay.

    Raises:
        NotFound, NotAllowed, Stale, ReasonMissing.
        NothingLeft: none is to come.
    """
    series, sittings = hold_series(actor, series_id, version)
    coming = [s.booking for s in sittings if s.booking and s.booking.state in COMING]
    planned = 0 if series.ended_at else sum(s.booking is None for s in sittings)
    if not (coming or planned):
        raise NothingLeft
    for booking in coming:
        cancel_booking(actor=actor, booking_id=booking.pk, reason=reason, words=words)
    series.version += 1
    series.ended_at = clock.now()
    series.save(update_fields=["version", "ended_at"])
    ids = tuple(booking.pk for booking in coming)
    write_series(actor, series, "ended", SeriesEnded(series.pk, series.patient_id, ids))
    return len(coming) + planned


def _check_complete(steps: Sequence[Step], wish: SeriesWish) -> None:
    """Refuse to leave out a sitting of which all days are published. One query at most."""
    n = len(wish.places)
    if n == len(steps):
        return
    if not 0 < n < len(steps):
        raise SittingsIncomplete
    zone = site_zone(wish.site_id)
    day, today = (one.astimezone(zone).date() for one in (wish.places[-1][0], clock.now()))
    window = windows_after(Window(day, day), [steps[n]], today)[0]
    until = published_until(wish.site_id)
    if until is None or window.last <= until:
        raise SittingsIncomplete


def _check_gaps(
    steps: Sequence[Step], starts: Sequence[datetime], site_id: UUID, first: int = 0
) -> None:
    """Refuse a gap that does not hold, from a position on: what was before cannot be changed."""
    zone = site_zone(site_id)
    days: list[date] = [one.astimezone(zone).date() for one in starts]
    for n, gap in broken(steps, days).items():
        if n >= first:
            step = steps[n]
            raise GapBroken(n=n + 1, days=gap, least=step.min_days, most=step.max_days)


def _check_anew(
    series: Series, sittings: Sequence[Sitting], starts: Sequence[datetime], *, first: int
) -> None:
    """Refuse broken gaps from a position on; what had to be before today may be as late as now."""
    zone = site_zone(series.site_id)
    today = clock.now().astimezone(zone).date()
    days = [one.astimezone(zone).date() for one in starts]
    steps = [Step(s.service_id, s.min_days, s.max_days) for s in sittings]
    for n in range(max(first, 1), len(steps)):
        steps[n] = still_possible(steps[n], days[n - 1], today)
        sittings[n].max_days = steps[n].max_days
    _check_gaps(steps, starts, series.site_id, first)


def _book(
    actor: Actor, wish: SeriesWish, step: Step, n: int, place: At, *, is_told_apart: bool = False
) -> Booked:
    asked = BookingWish(
        site_id=wish.site_id,
        service_id=step.service_id,
        practitioner_id=place[1],
        starts_at=place[0],
        patient_id=wish.patient_id,
        channel=wish.channel,
        note=wish.note,
        is_sitting=n > 0,
        is_told_apart=is_told_apart,
    )
    return _taken(n, lambda: book_appointment(actor=actor, wish=asked))


def _start(sitting: Sitting, places: Mapping[int, At]) -> datetime:
    if sitting.position in places or sitting.booking is None:
        return places[sitting.position][0]
    return sitting.booking.starts_at


def _place(
    actor: Actor, series: Series, sitting: Sitting, at: At, *, is_told_apart: bool
) -> UUID | None:
    """Move or book one sitting; None when it is there already. Raises: SittingPast."""
    held = sitting.booking
    if held is None or held.state not in COMING:
        return _replace(actor, series, sitting, at, is_told_apart=is_told_apart)
    if held.starts_at <= clock.now():
        raise SittingPast
    if at == (held.starts_at, held.practitioner_id):
        return None
    return _move(actor, held.pk, sitting.position, at)


def _move(actor: Actor, booking_id: UUID, n: int, at: At) -> UUID:
    done = _taken(
        n,
        lambda: reschedule_booking(
            actor=actor, booking_id=booking_id, starts_at=at[0], practitioner_id=at[1]
        ),
    )
    return done.id


def _replace(
    actor: Actor, series: Series, sitting: Sitting, at: At, *, is_told_apart: bool
) -> UUID:
    """Give a sitting without a booking, or with a lost one, a new one. Raises: SittingTaken."""
    wish = SeriesWish(series.site_id, series.patient_id, series.plan_id, (), series.channel)
    step = Step(sitting.service_id, sitting.min_days, sitting.max_days)
    booked = _book(actor, wish, step, max(sitting.position, 1), at, is_told_apart=is_told_apart)
    sitting.booking_id = booked.id
    sitting.stuck = ""
    sitting.save(update_fields=["booking", "stuck"])
    return booked.id


def _taken(n: int, run: Callable[[], Booked]) -> Booked:
    try:
        return run()
    except (NotFree, PatientBusy) as refused:
        raise SittingTaken(n=n + 1, why=str(refused)) from refused
