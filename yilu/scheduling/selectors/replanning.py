"""The question that planning anew has to answer, gathered: who, what is free, which things."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.db import rows
from yilu.scheduling.cells import Question, Service
from yilu.scheduling.errors import UnknownPractitioner, UnknownService
from yilu.scheduling.models import Booking, PlannedMove, Resource, WaitingEntry
from yilu.scheduling.planning import HORIZON, Period, Place, Stranded, Wish, on_the_wall, places
from yilu.scheduling.rules import WIDEST_WINDOW
from yilu.scheduling.selectors.facts import Facts, service_facts
from yilu.scheduling.selectors.free_time import free_rows
from yilu.scheduling.selectors.stranded import Cause, stranded
from yilu.scheduling.states import FROZEN, HOLDS_TIME, ResourceKind, Urgency

Needs = dict[tuple[str, str], list[list[Period]]]

_THINGS = """
SELECT r.id, r.kind, r.detail,
       array(SELECT lower(p) FROM unnest(free.times) AS p) AS starts,
       array(SELECT upper(p) FROM unnest(free.times) AS p) AS ends
FROM scheduling_resource r
CROSS JOIN LATERAL (
    SELECT coalesce(opened.times, '{}') - coalesce(taken.times, '{}') AS times
    FROM (
        SELECT range_agg(during) AS times FROM scheduling_session
        WHERE resource_id = r.id AND active AND site_id = %(site)s
          AND lower(during) >= %(first)s::timestamptz - interval '24 hours'
          AND lower(during) < %(until)s
    ) opened CROSS JOIN (
        SELECT range_agg(during) AS times FROM scheduling_allocation
        WHERE resource_id = r.id AND active AND lane = 0
          AND lower(during) >= %(first)s::timestamptz - interval '24 hours'
          AND lower(during) < %(until)s
          AND (expires_at IS NULL OR expires_at > %(now)s)
    ) taken
) free
WHERE r.site_id = %(site)s AND r.is_active AND r.kind <> 'practitioner'
ORDER BY r.id
"""


def question(site_id: UUID, move_ids: Sequence[UUID], *, soon: bool = False) -> Question:
    """Everything that is needed to find places for some moves of a site, in pure facts.

    Seven queries, and two for each service. A booking whose service is gone has no places.
    `soon` also takes times within the hour: whoever is asked is on the telephone.
    """
    now = clock.now()
    moves = list(PlannedMove.objects.filter(pk__in=move_ids).select_related("booking"))
    moves.sort(key=lambda one: (one.old_starts_at, one.pk))
    until = now + min(HORIZON, WIDEST_WINDOW)
    facts = _facts(one.booking.service_id for one in moves)
    things = _things(site_id, now, until)
    services = {key: Service(one.before, one.after, tuple(one.needs)) for key, one in facts.items()}
    zone = site_zone(site_id)
    free = {
        key: on_the_wall(free_rows(one, site_id, now, until), zone) for key, one in facts.items()
    }
    needed = {need: _of_kind(things, need) for one in services.values() for need in one.needs}
    known = _known(site_id, moves)
    people = [_stranded(one, known, facts, needed) for one in moves]
    found = {
        one.booking_id: places(one, free.get(one.service_id, {}), now, zone, soon=soon)
        for one in people
    }
    return Question(people, found, services, needed)


def places_of(site_id: UUID, move_id: UUID, *, soon: bool = False) -> list[Place]:
    """The places for one booking alone, cheapest first. As `question`."""
    asked = question(site_id, [move_id], soon=soon)
    return [place for found in asked.places.values() for place in found]


def urgencies(bookings: Iterable[UUID]) -> dict[UUID, str]:
    """How urgent some bookings are, as the waiting list knows it. One query."""
    found = WaitingEntry.objects.filter(
        Q(booking_id__in=(ids := list(bookings))) | Q(instead_of_id__in=ids)
    ).exclude(urgency=Urgency.USUAL)
    return {
        one: urgency
        for pair in found.order_by("created_at").values_list(
            "booking_id", "instead_of_id", "urgency"
        )
        for one, urgency in ((pair[0], pair[2]), (pair[1], pair[2]))
        if one is not None
    }


class _Known:
    """What is known about the patients of some moves: other times, wishes, why they move."""

    def __init__(self, site_id: UUID, moves: Sequence[PlannedMove]) -> None:
        patients = [one.booking.patient_id for one in moves]
        self.busy = _busy(patients, [one.pk for one in moves])
        self.wishes = _wishes([one.booking_id for one in moves])
        self.causes = stranded([site_id])
        ids = {cause.resource_id for causes in self.causes.values() for cause in causes}
        self.kinds = dict(Resource.objects.filter(pk__in=ids).values_list("pk", "kind"))

    def things_gone(self, booking_id: UUID) -> list[str]:
        """The kinds of what a booking lacks; empty when it is the practitioner, or nothing."""
        causes: Sequence[Cause] = self.causes.get(booking_id, ())
        kinds = [self.kinds[cause.resource_id] for cause in causes]
        return [] if ResourceKind.PRACTITIONER in kinds else kinds


def _known(site_id: UUID, moves: Sequence[PlannedMove]) -> _Known:
    return _Known(site_id, moves)


def _stranded(
    move: PlannedMove, known: _Known, facts: dict[UUID, Facts], needed: Needs
) -> Stranded:
    booking = move.booking
    return Stranded(
        move_id=move.pk,
        booking_id=booking.pk,
        patient_id=booking.patient_id,
        service_id=booking.service_id,
        practitioner_id=booking.practitioner_id,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        urgency=move.urgency,
        is_first_visit=booking.is_first_visit,
        wish=known.wishes.get(booking.pk, Wish()),
        busy=[
            (start, end)
            for owner, start, end in known.busy[booking.patient_id]
            if owner not in {booking.pk, move.pk}
        ],
        declined=[(datetime.fromisoformat(at), UUID(who)) for at, who in move.declined],
        can_stay=_can_stay(booking, known, facts.get(booking.service_id), needed),
    )


def _can_stay(booking: Booking, known: _Known, facts: Facts | None, needed: Needs) -> bool:
    """Whether only things are gone, and another of each sort is free at the very time."""
    gone = known.things_gone(booking.pk)
    if not gone or facts is None or booking.starts_at <= clock.now():
        return False
    start, end = booking.starts_at - facts.before, booking.ends_at + facts.after
    return all(
        any(first <= start and end <= last for free in needed[need] for first, last in free)
        for need in facts.needs
        if need[0] in gone
    )


def _facts(service_ids: Iterable[UUID]) -> dict[UUID, Facts]:
    found = {}
    for service_id in dict.fromkeys(service_ids):
        try:
            found[service_id] = service_facts(service_id)
        except (UnknownService, UnknownPractitioner):
            continue
    return found


def _busy(
    patients: Sequence[UUID], but: Sequence[UUID]
) -> dict[UUID, list[tuple[UUID, datetime, datetime]]]:
    """When patients have something: what is booked, and what another plan keeps for them."""
    found: dict[UUID, list[tuple[UUID, datetime, datetime]]] = defaultdict(list)
    booked = Booking.objects.filter(
        patient_id__in=patients, state__in=HOLDS_TIME, ends_at__gt=clock.now() - timedelta(days=1)
    )
    kept = PlannedMove.objects.filter(
        booking__patient_id__in=patients, state__in=FROZEN, starts_at__isnull=False
    ).exclude(pk__in=but)
    lines = [
        *booked.values_list("patient_id", "pk", "starts_at", "ends_at"),
        *kept.values_list("booking__patient_id", "pk", "starts_at", "ends_at"),
    ]
    for patient_id, owner, starts_at, ends_at in lines:
        if starts_at is not None and ends_at is not None:
            found[patient_id].append((owner, starts_at, ends_at))
    return found


def _wishes(bookings: Sequence[UUID]) -> dict[UUID, Wish]:
    found = WaitingEntry.objects.filter(Q(booking_id__in=bookings) | Q(instead_of_id__in=bookings))
    return {
        one: Wish(tuple(entry.weekdays), entry.not_before, entry.not_after)
        for entry in found.order_by("created_at")
        for one in (entry.booking_id, entry.instead_of_id)
        if one is not None
    }


def _things(site_id: UUID, first: datetime, until: datetime) -> list[dict[str, Any]]:
    params = {"site": site_id, "first": first, "until": until, "now": first}
    return rows(_THINGS, params)


def _of_kind(things: Sequence[dict[str, Any]], need: tuple[str, str]) -> list[list[Period]]:
    kind, detail = need
    return [
        list(zip(one["starts"], one["ends"], strict=True))
        for one in things
        if one["kind"] == kind and detail in {"", one["detail"]}
    ]
