"""What booking a service depends on, in one statement: it is asked before every booking."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from yilu.catalogue.models import Performs, Price, Service
from yilu.catalogue.modes import Mode
from yilu.catalogue.selectors.services import Need, Performer
from yilu.platform.db import prepared
from yilu.platform.errors import NotFound


@dataclass(frozen=True, slots=True)
class Bookable:
    """A service's facts that decide when and with whom it can be had, and its fee on a day."""

    id: UUID
    key: str
    minutes: int
    buffer_before: int
    buffer_after: int
    needs: tuple[Need, ...]
    online: bool
    min_notice_minutes: int
    window_days: int
    change_until_minutes: int
    is_active: bool
    fee: Decimal | None
    performers: tuple[Performer, ...]
    mode: Mode = Mode.IN_PERSON


def bookable(service_id: UUID, day: date | None = None) -> Bookable:
    """A service with who performs it, and its fee on `day` when given. One query.

    Performers are those who work here now. Raises: NotFound.
    """
    found = prepared(_BOOKABLE, {"service": service_id, "day": day})
    if not found:
        raise NotFound
    *facts, needs, mode, fee, who, minutes = found[0]
    key, length, before, after, online, notice, window, change, is_active = facts
    return Bookable(
        id=service_id,
        key=key,
        minutes=length,
        buffer_before=before,
        buffer_after=after,
        needs=tuple(Need(need["kind"], need.get("device_kind", "")) for need in needs),
        online=online,
        min_notice_minutes=notice,
        window_days=window,
        change_until_minutes=change,
        is_active=is_active,
        fee=fee,
        performers=tuple(map(Performer, who or (), minutes or ())),
        mode=Mode(mode),
    )


_BOOKABLE = f"""
SELECT s.key, s.minutes, s.buffer_before, s.buffer_after, s.online, s.min_notice_minutes,
       s.window_days, s.change_until_minutes, s.is_active, s.needs, s.mode,
       (SELECT p.amount FROM {Price._meta.db_table} p
        WHERE p.item_id = s.fee_item_id AND p.during @> %(day)s::date),
       who.ids, who.minutes
FROM {Service._meta.db_table} s
CROSS JOIN LATERAL (
    SELECT array_agg(p.practitioner_id ORDER BY p.practitioner_id) AS ids,
           array_agg(coalesce(p.minutes, s.minutes) ORDER BY p.practitioner_id) AS minutes
    FROM {Performs._meta.db_table} p
    JOIN workforce_practitioner w ON w.id = p.practitioner_id AND w.is_bookable
    JOIN workforce_staffmember m ON m.id = w.staff_id AND m.is_active
    WHERE p.service_id = s.id
) who
WHERE s.id = %(service)s
"""  # noqa: S608, SLF001 (only tables' own names are put in)
