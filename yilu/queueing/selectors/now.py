"""Who stands in the queues of a site now, for boards that count: nothing is forecast."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from yilu.platform import clock
from yilu.platform.db import prepared
from yilu.queueing.states import IN_QUEUE
from yilu.visits.states import NIGHT


@dataclass(frozen=True, slots=True)
class Stand:
    """One visit in the queue it joined last, and since when its wait counts."""

    visit_id: UUID
    number: str
    kind: str
    state: str
    since: datetime
    promise_minutes: int
    station_id: UUID | None


# A wait counts from the booked time or the arrival, whichever is later.
_NOW = """
SELECT DISTINCT ON (t.visit_id) t.visit_id, t.number, q.kind, t.state,
    greatest(t.ready_at, t.booked_at), q.promise_minutes, t.station_id
FROM queueing_ticket t JOIN queueing_queue q ON q.id = t.queue_id
WHERE t.site_id = %(site)s AND t.clinic_day IN (%(day)s, %(before)s) AND t.state = ANY(%(live)s)
    AND (t.clinic_day = %(day)s OR t.issued_at > %(since)s) AND q.is_active
ORDER BY t.visit_id, t.issued_at DESC
"""


def stands_now(site_id: UUID, day: date) -> list[Stand]:
    """Who waits, is called or in a room at a site; nobody is named. One query."""
    # Midnight sends nobody home who waits in a night clinic.
    before, since = day - timedelta(days=1), clock.now() - NIGHT
    asked = {
        "site": site_id, "day": day, "before": before, "since": since,
        "live": [str(state) for state in IN_QUEUE],
    }  # fmt: skip
    return [Stand(*row) for row in prepared(_NOW, asked)]
