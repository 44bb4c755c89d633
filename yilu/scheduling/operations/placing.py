"""Placing a booking automatically: the system chooses time, practitioner and things."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from yilu.facility.selectors.sites import site_zone
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.scheduling.allocation import NO_WISHES, Placed, Reason, Wishes
from yilu.scheduling.asking import counted
from yilu.scheduling.errors import NotFree, NothingSuits, PatientBusy
from yilu.scheduling.operations.booking import BookingWish, book_appointment
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.selectors.placing import Ask, placements

ROUNDS, TRIES = 4, 3


@dataclass(frozen=True, slots=True)
class Range:
    """The days within which a place is looked for, and what the patient would like."""

    until_on: date
    wishes: Wishes = NO_WISHES


@dataclass(frozen=True, slots=True)
class Allocated:
    """A booking that the system placed, and why there."""

    booked: Booked
    score: int
    reasons: tuple[Reason, ...]


@operation
@counted
def place_booking(*, actor: Actor, wish: BookingWish, within: Range) -> Allocated:
    """Book the best place from the day of `wish.starts_at` until a last day.

    Best is what `allocation` weighs highest: wishes of the patient, then an even load, few idle
    gaps, and soon. What somebody else takes meanwhile is passed over; after a few losses
    the places are weighed anew, so two at once get two places. Four queries to weigh, then those of
    `book_appointment` for each try.

    Raises:
        NothingSuits: nothing is free on those days, or all was taken meanwhile.
        And what `book_appointment` raises about the actor, the patient and the service.
    """
    first = wish.starts_at.astimezone(site_zone(wish.site_id)).date()
    ask = Ask(
        wish.site_id, wish.service_id, wish.practitioner_id, first, within.until_on,
        within.wishes, wish.patient_id, wish.channel,
    )  # fmt: skip
    lost: set[tuple[datetime, UUID]] = set()
    for _round in range(ROUNDS):
        found = [one for one in placements(ask) if _key(one) not in lost]
        for placed in found[:TRIES]:
            booked = _try(actor, wish, placed)
            if booked:
                return Allocated(booked, placed.score, placed.reasons)
            lost.add(_key(placed))
    raise NothingSuits


def _try(actor: Actor, wish: BookingWish, placed: Placed) -> Booked | None:
    place = placed.place
    exact = replace(wish, starts_at=place.starts_at, practitioner_id=place.practitioner_id)
    try:
        # A savepoint: what a lost place had taken already is given back before the next is tried.
        with transaction.atomic():
            return book_appointment(actor=actor, wish=exact)
    except (NotFree, PatientBusy):
        return None


def _key(placed: Placed) -> tuple[datetime, UUID]:
    return placed.place.starts_at, placed.place.practitioner_id
