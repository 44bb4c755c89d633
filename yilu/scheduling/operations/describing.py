"""Changing what a booking says of its visit: why, what is needed, who comes along, notes."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from yilu.patients.states import Need
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.scheduling import changes
from yilu.scheduling.errors import AlreadyCome
from yilu.scheduling.events import BookingDescribed
from yilu.scheduling.models import Booking
from yilu.scheduling.rules import DETAILS, MEDICATION
from yilu.scheduling.states import COMING


@operation
def describe_booking(
    *, actor: Actor, booking_id: UUID, details: Mapping[str, Any], version: int | None = None
) -> int:
    """Change what is said of a visit that is to come, by the names of `DETAILS`. What is not named
    stays; time, doctor and service do too. What was said before is kept in the record.

    Gives back the version of the booking. Saying the same again changes nothing.

    Raises: NotFound, NotAllowed, Stale, Archived.
        AlreadyCome: the patient is here, or the booking is over.
    """
    booking = changes.hold_booking(actor, booking_id, version=version)
    if booking.state not in COMING:
        raise AlreadyCome
    before = _said(booking)
    wanted = before | {name: _plain(details[name]) for name in DETAILS if name in details}
    changed = {
        name: [before[name], wanted[name]] for name in DETAILS if before[name] != wanted[name]
    }
    if not changed:
        return booking.version
    _say(booking, wanted)
    changes.keep(booking, "answers", *(name for name in changed if name != MEDICATION))
    changes.write_down(actor, booking, "described", changes=changed)
    changes.tell(actor, booking, BookingDescribed, booking.state, changed=tuple(changed))
    return booking.version


def _said(booking: Booking) -> dict[str, Any]:
    """What a booking says of its visit now, by name."""
    medication = booking.answers.get(MEDICATION, "")
    return {
        name: medication if name == MEDICATION else _plain(getattr(booking, name))
        for name in DETAILS
    }


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        wanted = set(value)
        return [one for one in Need.values if one in wanted]
    return value


def _say(booking: Booking, wanted: Mapping[str, Any]) -> None:
    for name in DETAILS:
        if name != MEDICATION:
            setattr(booking, name, wanted[name])
    others = {key: one for key, one in booking.answers.items() if key != MEDICATION}
    given = wanted[MEDICATION]
    booking.answers = others | ({MEDICATION: given} if given else {})
