"""How a booking gets its number. Only operations call this."""

import json

from yilu.platform import numbers
from yilu.platform.db import prepared
from yilu.scheduling.models import Booking


def insert_numbered(booking: Booking) -> str:
    """Write a booking down under the next number of its site and clinic day. One query.

    The day's numbers are locked until the deed ends, so call it when all else is held.
    """
    values = {name: getattr(booking, name) for name in _COLUMNS}
    values["answers"] = json.dumps(booking.answers)
    values |= {"series": f"booking:{booking.site_id}:{booking.clinic_day}", "count": 1}
    ((number,),) = prepared(_INSERT, values)
    return str(number)


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
_INSERT = f"""
WITH next AS ({numbers.NEXT})
INSERT INTO scheduling_booking ({", ".join(_COLUMNS)}, number)
SELECT {", ".join(f"%({name})s" for name in _COLUMNS)},
       to_char(%(clinic_day)s::date, 'YYYYMMDD') || '-'
           || lpad(last::text, greatest(4, length(last::text)), '0')
FROM next
RETURNING number
"""  # noqa: S608 (only names from this module are put in)
