"""Who asked for a time and was refused it at first: the requests behind the success rate.

It draws nothing from the story's chance: what else happened stays as it was.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from yilu.scheduling.demo import PastAttempt, PastBooking
from yilu.scheduling.states import Channel

# Of a thousand bookings: so many were refused another time first, and beside so many somebody
# else went without. The promise of 95 % is kept, and there is something to look into.
MET, UNMET = 45, 30
REFUSALS = {
    Channel.WEB: ("slot_taken", "left_untaken", "slot_taken", "nothing_suits"),
    Channel.MY: ("slot_taken", "left_untaken", "too_soon"),
    Channel.PHONE: ("nothing_suits", "outside_sessions", "resource_away"),
    Channel.DESK: ("nothing_suits", "slot_taken", "patient_busy"),
}
USUAL = ("slot_taken", "nothing_suits", "too_soon")


def asked_beside(booking: PastBooking, zone: ZoneInfo, now: datetime) -> Iterator[PastAttempt]:
    """What was refused around a booking: to who booked it, or to somebody else, or nothing."""
    drawn = booking.id.int % 1000
    if booking.channel == Channel.WALK_IN or drawn >= MET + UNMET:
        return
    met = drawn < MET
    minutes = 2 + drawn % 17
    # Who went without asked after the time was gone; who got one, before it.
    at = booking.created_at + timedelta(minutes=-minutes if met else minutes)
    if at > now:
        return
    codes = REFUSALS.get(Channel(booking.channel), USUAL)
    yield PastAttempt(
        id=_key(booking.id, "attempt"),
        site_id=booking.site_id,
        service_id=booking.service_id,
        practitioner_id=booking.practitioner_id,
        party=_key(booking.id, "party"),
        channel=booking.channel,
        code=codes[drawn % len(codes)],
        asked_on=at.astimezone(zone).date(),
        first_at=at,
        last_at=at,
        tries=1 + drawn % 3,
        booking_id=booking.id if met else None,
    )


def _key(booking_id: UUID, what: str) -> UUID:
    return uuid5(booking_id, what)
