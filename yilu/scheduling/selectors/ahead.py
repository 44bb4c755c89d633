"""What practitioners still have before them on a clinic day: for predicting how long a wait is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yilu.platform.db import prepared
from yilu.scheduling.states import COMING

# Sessions and blocks of the practitioner's own resource, and bookings whose patient is not here.
_AHEAD = """
SELECT practitioner_id, 'booked' AS what, starts_at, ends_at, service_id, id, come_at
FROM scheduling_booking
WHERE site_id = %(site)s AND clinic_day BETWEEN %(day)s - 1 AND %(day)s
  AND state = ANY(%(coming)s) AND practitioner_id = ANY(%(who)s)
UNION ALL
SELECT r.practitioner_id, 'session', lower(s.during), upper(s.during), NULL, NULL, NULL
FROM scheduling_session s JOIN scheduling_resource r ON r.id = s.resource_id
WHERE s.site_id = %(site)s AND s.clinic_day BETWEEN %(day)s - 1 AND %(day)s AND s.active
  AND r.practitioner_id = ANY(%(who)s)
UNION ALL
SELECT r.practitioner_id, 'block', lower(b.during), upper(b.during), NULL, NULL, NULL
FROM scheduling_block b JOIN scheduling_resource r ON r.id = b.resource_id
WHERE b.site_id = %(site)s AND b.clinic_day BETWEEN %(day)s - 1 AND %(day)s AND b.active
  AND r.practitioner_id = ANY(%(who)s)
ORDER BY 3, 4
"""
Period = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Expected:
    """A booking whose patient has not come yet. `come_at`: they were told a later time."""

    starts_at: datetime
    ends_at: datetime
    service_id: UUID
    booking_id: UUID | None = None
    come_at: datetime | None = None

    @property
    def comes_at(self) -> datetime:
        """When the patient is to come: a promised later time, else the booked one."""
        return self.come_at or self.starts_at


@dataclass(frozen=True, slots=True)
class WorkAhead:
    """One practitioner's clinic day: when they see patients, when not, and who is to come."""

    sessions: tuple[Period, ...] = ()
    blocks: tuple[Period, ...] = ()
    expected: tuple[Expected, ...] = ()

    @property
    def breaks(self) -> tuple[Period, ...]:
        """The gaps between one session and the next."""
        pairs = zip(self.sessions, self.sessions[1:], strict=False)
        return tuple((one[1], other[0]) for one, other in pairs if one[1] < other[0])


def work_ahead(site_id: UUID, day: date, practitioner_ids: Iterable[UUID]) -> dict[UUID, WorkAhead]:
    """What these practitioners have before them at a site on a clinic day. One query.

    The day before counts as well: its last session may run beyond midnight.
    """
    asked = {
        "site": site_id,
        "day": day,
        "who": list(practitioner_ids),
        "coming": [str(state) for state in COMING],
    }
    found: dict[UUID, dict[str, list[Any]]] = defaultdict(
        lambda: {"booked": [], "session": [], "block": []}
    )
    for who, what, *line in prepared(_AHEAD, asked):
        found[who][what].append(line)
    return {
        who: WorkAhead(
            sessions=tuple((one[0], one[1]) for one in lines["session"]),
            blocks=tuple((one[0], one[1]) for one in lines["block"]),
            expected=tuple(Expected(*one) for one in lines["booked"]),
        )
        for who, lines in found.items()
    }
