"""A made-up past of bookings, written by COPY."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.copying import Json, Period, copy_rows
from yilu.platform.db import rows
from yilu.scheduling.models import Booking, Series, Sitting, TreatmentPlan
from yilu.scheduling.states import COMING, Channel


@dataclass(slots=True)
class PastBooking:
    """A booking and what became of it."""

    id: UUID
    number: str
    site_id: UUID
    service_id: UUID
    practitioner_id: UUID
    patient_id: UUID
    starts_at: datetime
    ends_at: datetime
    clinic_day: date
    state: str
    channel: str
    reason_for_visit: str
    is_first_visit: bool
    price: Decimal | None
    confirmed_at: datetime | None
    cancel_reason: str
    cancel_words: str
    cancelled_by_kind: str
    created_at: datetime
    changed_at: datetime


@dataclass(slots=True)
class PastAllocation:
    """Time that a booking holds, or held, of one resource."""

    id: UUID
    resource_id: UUID
    booking_id: UUID
    during: Period
    active: bool


def write_bookings(lines: Iterable[PastBooking]) -> None:
    """Write bookings. One statement."""
    copy_rows(
        "scheduling_booking",
        lines,
        PastBooking,
        lane=0,
        mode="in_person",
        note="",
        companion="",
        special_needs=[],
        answers=Json(),
        overrule_reason="",
        running_late_minutes=None,
        moved_from=None,
        undo=None,
        made_by=None,
        version=1,
    )


def write_allocations(lines: Iterable[PastAllocation]) -> None:
    """Write what bookings hold; overlapping time is refused as ever. One statement."""
    copy_rows(
        "scheduling_allocation",
        lines,
        PastAllocation,
        lane=0,
        expires_at=None,
        block_id=None,
        hold_id=None,
    )


@dataclass(slots=True)
class PastAttempt:
    """A request that was refused at first; with the booking that it ended in after all."""

    id: UUID
    site_id: UUID
    service_id: UUID
    practitioner_id: UUID
    party: UUID
    channel: str
    code: str
    asked_on: date
    first_at: datetime
    last_at: datetime
    tries: int
    booking_id: UUID | None


def write_attempts(lines: Iterable[PastAttempt]) -> None:
    """Write requests that were not met at once. One statement."""
    copy_rows("scheduling_attempt", lines, PastAttempt, waiting_id=None)


@dataclass(slots=True)
class PastTimer:
    """Something that a booking has the worker do at an instant."""

    id: UUID
    key: str
    handler: str
    subject_id: UUID
    site_id: UUID
    due_at: datetime


def write_timers(lines: Iterable[PastTimer]) -> None:
    """Write what the worker is to do. One statement."""
    copy_rows(
        "platform_timer",
        lines,
        PastTimer,
        next_at=clock.machine_now(),
        state="waiting",
        tries=0,
        done_at=None,
        body=Json(),
        error="",
    )


@dataclass(frozen=True, slots=True)
class PastCourse:
    """Finished bookings of one patient that can be taken for the first sittings of a treatment."""

    patient_id: UUID
    booking_ids: tuple[UUID, ...]
    last_at: datetime


def courses_of(
    practitioner_id: UUID, service_id: UUID, *, since: datetime, visits: int
) -> list[PastCourse]:
    """Who came so many times to somebody, for a service at last, the latest first. One query."""
    found = rows(
        _COURSES,
        {"practitioner": practitioner_id, "service": service_id, "since": since, "n": visits},
    )
    return [
        PastCourse(one["patient_id"], tuple(one["ids"][-visits:]), one["last_at"]) for one in found
    ]


def lately_here(site_id: UUID, service_id: UUID, most: int) -> list[UUID]:
    """The patients who came last for a service, and have no booking to come. One query."""
    coming = Booking.objects.filter(patient_id=OuterRef("patient_id"), state__in=COMING)
    gone = Booking.objects.filter(~Exists(coming), site_id=site_id, service_id=service_id)
    gone = gone.filter(state="finished")
    return list(gone.order_by("-starts_at", "pk").values_list("patient_id", flat=True)[:most])


def begin_series(plan_id: UUID, course: PastCourse, channel: Channel = Channel.DESK) -> UUID:
    """Write a treatment of which past bookings were the first sittings; the rest is planned.

    Five queries.
    """
    plan = TreatmentPlan.objects.get(pk=plan_id)
    day = course.last_at.astimezone(site_zone(plan.site_id)).date()
    series = Series.objects.create(
        site_id=plan.site_id,
        patient_id=course.patient_id,
        plan=plan,
        name=plan.name,
        same_doctor=plan.same_doctor,
        channel=channel,
        clinic_day=day,
    )
    Sitting.objects.bulk_create(_sittings(series, plan.steps, course.booking_ids))
    return series.pk


def _sittings(
    series: Series, steps: Sequence[dict[str, Any]], booked: Sequence[UUID]
) -> list[Sitting]:
    return [
        Sitting(
            series=series,
            position=n,
            service_id=UUID(step["service"]),
            min_days=step["min_days"],
            max_days=step["max_days"],
            booking_id=booked[n] if n < len(booked) else None,
        )
        for n, step in enumerate(steps)
    ]


_COURSES = """
SELECT patient_id, array_agg(id ORDER BY starts_at) AS ids, max(starts_at) AS last_at
FROM scheduling_booking
WHERE practitioner_id = %(practitioner)s AND state = 'finished' AND starts_at >= %(since)s
GROUP BY patient_id
HAVING count(DISTINCT clinic_day) >= %(n)s
   AND (array_agg(service_id ORDER BY starts_at DESC))[1] = %(service)s
ORDER BY max(starts_at) DESC, patient_id
"""
