"""Who waits for a time like the one that has just become free."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from yilu.facility.selectors.sites import site_zone
from yilu.platform.outbox import Told
from yilu.scheduling.fit import Waiter
from yilu.scheduling.models import Booking, Offer, WaitingEntry
from yilu.scheduling.states import COMING, BookingState, OfferState, WaitingState

MOST = 200


@dataclass(frozen=True, slots=True)
class Freed:
    """A practitioner's time that became free. `id` stays the same over all waves of asking.

    `given_up_by` is the patient who had it: they are not asked at once whether they want it.
    """

    id: UUID
    site_id: UUID
    practitioner_id: UUID
    starts_at: datetime
    ends_at: datetime
    given_up_by: UUID | None = None


def freed_by(told: Told) -> Freed | None:
    """The time that a cancelled, moved or shortened booking gave up; None when it holds it (again).

    A moved booking's old time counts as long as its new one. One query.
    """
    booking = Booking.objects.get(pk=told.subject_id)
    if told.name == "BookingCancelled":
        if booking.state != BookingState.CANCELLED:
            return None
        starts_at, ends_at, who = booking.starts_at, booking.ends_at, booking.practitioner_id
    elif told.name == "BookingResized":
        starts_at = datetime.fromisoformat(told.body["ends_at"])
        ends_at = datetime.fromisoformat(told.body["old_ends_at"])
        who = booking.practitioner_id
        if ends_at <= starts_at or booking.ends_at != starts_at:
            return None
    else:
        starts_at = datetime.fromisoformat(told.body["old_starts_at"])
        ends_at = starts_at + (booking.ends_at - booking.starts_at)
        who = UUID(told.body["old_practitioner_id"])
    return Freed(told.id, booking.site_id, who, starts_at, ends_at, booking.patient_id)


def waiters(freed: Freed, but: Collection[UUID] = (), *, of_thing: bool = False) -> list[Waiter]:
    """Those whose days take in a freed time, who would see this practitioner, and who are asked
    nothing else just now. `but` are entries to leave out; `of_thing`: what became free is a room,
    chair or device, whoever they would see. One query.
    """
    day = freed.starts_at.astimezone(site_zone(freed.site_id)).date()
    open_offer = Offer.objects.filter(entry=OuterRef("pk"), state=OfferState.OPEN)
    theirs = Q(practitioner=None) | Q(practitioner_id=freed.practitioner_id)
    by_them = Q(patient_id=freed.given_up_by) if freed.given_up_by else Q(pk=None)
    found = (
        WaitingEntry.objects.filter(
            Q() if of_thing else theirs,
            ~Exists(open_offer),
            site_id=freed.site_id,
            state=WaitingState.WAITING,
            from_on__lte=day,
            until_on__gte=day,
        )
        .exclude(pk__in=but)
        .exclude(by_them)
        .select_related("instead_of")
        .annotate(
            asked=Count("offers"),
            unanswered=Count("offers", filter=Q(offers__state=OfferState.EXPIRED)),
        )
        .order_by("created_at")[:MOST]
    )
    return [_waiter(entry) for entry in found]


def _waiter(entry: Any) -> Waiter:
    held = entry.instead_of
    return Waiter(
        entry_id=entry.pk,
        service_id=entry.service_id,
        practitioner_id=entry.practitioner_id,
        from_on=entry.from_on,
        until_on=entry.until_on,
        weekdays=entry.weekdays,
        not_before=entry.not_before,
        not_after=entry.not_after,
        notice=timedelta(minutes=entry.notice_minutes),
        urgency=entry.urgency,
        since=entry.created_at,
        has_until=held.starts_at if held and held.state in COMING else None,
        asked=entry.asked,
        unanswered=entry.unanswered,
    )
