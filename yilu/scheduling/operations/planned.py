"""Planned sittings, booked by themselves once their days are published."""

from datetime import date
from uuid import UUID

from yilu.facility.selectors.sites import site_info, site_zone
from yilu.platform import clock, timers
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.scheduling import permissions
from yilu.scheduling.courses import hold_series, write_series
from yilu.scheduling.errors import UnknownService
from yilu.scheduling.events import SittingBooked, SittingStuck
from yilu.scheduling.fit import asking_from
from yilu.scheduling.models import Series, Sitting
from yilu.scheduling.operations.series import place_anew
from yilu.scheduling.selectors.planned import due_series
from yilu.scheduling.selectors.published import published_until
from yilu.scheduling.selectors.series import SeriesDetail, placed_next, series_detail
from yilu.scheduling.selectors.sittings import SittingPlace
from yilu.scheduling.sittings import is_due
from yilu.scheduling.states import Stuck

PLACE = "scheduling.place_sittings"


@operation
def look_for_due(*, actor: Actor, site_id: UUID) -> int:
    """Have every treatment of a site go on whose next planned sitting can be booked; how many.

    Not in the quiet hours of the site: the patient is told at once, and nobody is woken for that.
    Four queries, and one for each treatment. Raises: NotAllowed.
    """
    actor.require(permissions.BOOK, site_id)
    due_at = asking_from(clock.now(), site_info(site_id))
    due = due_series(site_id)
    for series_id in due:
        timers.schedule(PLACE, due_at=due_at, subject_id=series_id, site_id=site_id)
    return len(due)


@operation
def place_next(*, actor: Actor, series_id: UUID) -> UUID | None:
    """Book the next planned sitting of a treatment at the best place of its days; its booking.

    With the doctor of the sittings before, while one does all and they still see patients. None
    when there is nothing to book now. When nothing is free, or the service is gone, that is
    kept with the sitting, for the desk to see.

    Raises:
        NotFound, NotAllowed.
        SittingTaken: somebody else was faster; looking again finds another place.
    """
    series, sittings = hold_series(actor, series_id)
    detail = series_detail(actor, series_id)
    today = clock.now().astimezone(site_zone(series.site_id)).date()
    if not _is_next_due(series, detail, today):
        return None
    sitting = sittings[detail.planned[0].position]
    place = _place(detail, today)
    if isinstance(place, Stuck):
        _keep_stuck(actor, series, sitting, place)
        return None
    at = (place.starts_at, place.practitioner_id)
    (booking_id,) = place_anew(
        actor=actor, series_id=series_id, places={sitting.position: at}, is_told_apart=True
    )
    told = SittingBooked(
        series.pk, series.patient_id, booking_id, sitting.position + 1, len(sittings)
    )
    write_series(actor, series, "continued", told)
    return booking_id


def _is_next_due(series: Series, detail: SeriesDetail, today: date) -> bool:
    """Whether something is planned that follows on sittings of which none is lost, and due."""
    if not detail.planned or detail.first_trouble is not None:
        return False
    until = published_until(series.site_id)
    return until is not None and is_due(detail.planned[0].window, until, today)


def _place(detail: SeriesDetail, today: date) -> SittingPlace | Stuck:
    if not detail.planned[0].service.is_active:
        return Stuck.SERVICE
    try:
        found = placed_next(detail, today)
    except UnknownService:
        return Stuck.SERVICE
    return found.sittings[0].place if found.sittings else Stuck.FULL


def _keep_stuck(actor: Actor, series: Series, sitting: Sitting, why: Stuck) -> None:
    """Keep why a sitting could not be booked; tell of it once."""
    is_new = sitting.stuck != why
    sitting.stuck, sitting.tried_at = why, clock.now()
    sitting.save(update_fields=["stuck", "tried_at"])
    if is_new:
        told = SittingStuck(series.pk, sitting.position + 1, why)
        write_series(actor, series, "stuck", told)
