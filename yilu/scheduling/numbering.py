"""How a booking gets its number. Only operations call this."""

import json
from typing import Any
from uuid import UUID

from yilu.platform import numbers
from yilu.platform.db import prepared
from yilu.platform.inserts import insert
from yilu.scheduling.models.bookings import Booking


def insert_numbered(booking: Booking) -> str:
    """Write a booking down under the next number of its site and clinic day. One query.

    The day's numbers are locked until the deed ends, so call it when all else is held.
    """
    values = {name: getattr(booking, name) for name in _COLUMNS}
    values["answers"] = json.dumps(booking.answers)
    ((number,),) = prepared(_INSERT, values | _series(booking))
    return str(number)


def insert_unnumbered(booking: Booking) -> str:
    """Write a booking down that gets its number later in the deed, by `number_group`. One query."""
    booking.number = numbers.provisional(booking.pk)
    insert(booking)
    return booking.number


def number_group(group_id: UUID) -> dict[UUID, str]:
    """Give those who come together their numbers, in order of time; by booking. One query, and
    one for each.

    Numbered when all of them are held, they keep nobody waiting who has what one of them wants.
    """
    given = {}
    for booking in Booking.objects.filter(group_id=group_id).order_by("starts_at", "pk"):
        values = {"id": booking.pk, "clinic_day": booking.clinic_day}
        ((number,),) = prepared(_NUMBER, values | _series(booking))
        given[booking.pk] = str(number)
    return given


def _series(booking: Booking) -> dict[str, Any]:
    return {"series": f"booking:{booking.site_id}:{booking.clinic_day}", "count": 1}


_COLUMNS = (
    "id",
    "site_id",
    "service_id",
    "practitioner_id",
    "patient_id",
    "starts_at",
    "ends_at",
    "clinic_day",
    "state",
    "channel",
    "mode",
    "group_id",
    "lane",
    "note",
    "reason_for_visit",
    "is_first_visit",
    "companion",
    "special_needs",
    "answers",
    "price",
    "overrule_reason",
    "cancel_reason",
    "cancel_words",
    "cancelled_by_kind",
    "made_by",
    "version",
    "created_at",
    "changed_at",
)

# 20261121-0042: the local date, and the day's count in four digits or as many as it takes.
_READABLE = """to_char(%(clinic_day)s::date, 'YYYYMMDD') || '-'
           || lpad(last::text, greatest(4, length(last::text)), '0')"""

_INSERT = f"""
WITH next AS ({numbers.NEXT})
INSERT INTO scheduling_booking ({", ".join(_COLUMNS)}, number)
SELECT {", ".join(f"%({name})s" for name in _COLUMNS)},
       {_READABLE}
FROM next
RETURNING number
"""  # noqa: S608 (only names from this module are put in)

_NUMBER = f"""
WITH next AS ({numbers.NEXT})
UPDATE scheduling_booking SET number = {_READABLE}
FROM next WHERE id = %(id)s::uuid
RETURNING number
"""  # noqa: S608 (only SQL from this module is put in)
