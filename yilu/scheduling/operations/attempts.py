"""Keeping count of requests that were not met at once, and of what became of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation, prepared
from yilu.platform.ids import new_id
from yilu.scheduling.models import Attempt, Booking, Hold, WaitingEntry
from yilu.scheduling.rules import LEFT_UNTAKEN, REQUEST_LASTS
from yilu.scheduling.states import Channel

_NOTE = """
INSERT INTO scheduling_attempt
    (id, site_id, service_id, practitioner_id, party, channel, code, asked_on, first_at, last_at,
     tries)
VALUES (%(id)s, %(site)s, %(service)s, %(practitioner)s, %(party)s, %(channel)s, %(code)s,
        %(day)s, %(now)s, %(now)s, 1)
ON CONFLICT (site_id, asked_on, service_id, party) DO UPDATE
SET code = excluded.code, last_at = excluded.last_at, tries = scheduling_attempt.tries + 1
"""


@dataclass(frozen=True, slots=True)
class Refused:
    """What a party asked for, and the code of the refusal."""

    site_id: UUID
    service_id: UUID
    practitioner_id: UUID | None
    channel: str
    party: UUID
    code: str


@operation
def note_refusal(*, actor: Actor, refused: Refused) -> None:
    """Count that a request was refused; trying again on the same day is the same request.

    A count, no deed on anything: it leaves no audit line and tells nobody. One query.
    """
    now = clock.now()
    prepared(
        _NOTE,
        {
            "id": new_id(),
            "site": refused.site_id,
            "service": refused.service_id,
            "practitioner": refused.practitioner_id,
            "party": refused.party,
            "channel": refused.channel,
            "code": refused.code,
            "day": now.astimezone(site_zone(refused.site_id)).date(),
            "now": now,
        },
    )


@operation
def note_untaken(*, actor: Actor, hold_id: UUID) -> None:
    """Count that somebody chose a time, had it kept, and let it go without booking.

    Only a time kept on somebody's way through our pages counts. Two queries.
    """
    hold = Hold.objects.filter(pk=hold_id, way__isnull=False, state="released").first()
    if hold is None or hold.way is None:
        return
    refused = Refused(
        site_id=hold.site_id,
        service_id=hold.service_id,
        practitioner_id=hold.practitioner_id,
        channel=hold.channel or Channel.WEB,
        party=hold.way,
        code=LEFT_UNTAKEN,
    )
    note_refusal(actor=actor, refused=refused)


@operation
def meet_attempts(*, actor: Actor, booking_id: UUID, way: UUID | None = None) -> int:
    """Note that a booking is what somebody was refused before, or had let go, got after all.

    `way` is theirs through our pages, if they came that way. Two queries.
    """
    made = Booking.objects.only("patient_id", "site_id", "service_id", "created_at")
    booking = made.get(pk=booking_id)
    return _open(booking, way, booking.created_at - REQUEST_LASTS).update(booking=booking)


@operation
def turn_into_wish(*, actor: Actor, entry_id: UUID) -> int:
    """Note that who was refused now waits on the waiting list: the wish counts instead.

    Two queries.
    """
    entry = WaitingEntry.objects.get(pk=entry_id)
    if entry.instead_of_id:
        return 0
    return _open(entry, None, entry.created_at - REQUEST_LASTS).update(waiting=entry)


def _open(one: Booking | WaitingEntry, way: UUID | None, since: datetime) -> "QuerySet[Attempt]":
    parties = [one.patient_id, *([way] if way else [])]
    return Attempt.objects.filter(
        party__in=parties,
        site_id=one.site_id,
        service_id=one.service_id,
        first_at__gte=since,
        booking__isnull=True,
    )
