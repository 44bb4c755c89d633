"""How a clinic day has flowed so far: how long patients waited at each kind of queue, and took."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.platform.db import rows

# A wait counts from the booked time or the arrival, whichever is later; who is called before
# their time has not waited.
_FLOW = """
SELECT kind, max(promise) AS promise, count(*) AS called,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY waited) AS median,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY waited) AS ninth,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY took) AS takes
FROM (
    SELECT q.kind, q.promise_minutes AS promise,
        greatest(0, extract(epoch FROM t.called_at - greatest(t.ready_at, t.booked_at)) / 60)
            AS waited,
        extract(epoch FROM t.ended_at - t.started_at) / 60 AS took
    FROM queueing_ticket t JOIN queueing_queue q ON q.id = t.queue_id
    WHERE t.site_id = %(site)s AND t.clinic_day = %(day)s AND t.called_at IS NOT NULL
) AS seen
GROUP BY kind
"""
# One or two say nothing about a day.
ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Flow:
    """One kind of queue on one day, in whole minutes; `takes` is the time from start to end."""

    kind: str
    called: int
    median: int
    ninth: int
    takes: int | None
    promise: int


def flow_of_day(site_id: UUID, day: date) -> dict[str, Flow]:
    """The flow of a site's day so far, by kind of queue; none of which too few came. One query."""
    return {
        row["kind"]: Flow(
            kind=row["kind"],
            called=row["called"],
            median=round(row["median"]),
            ninth=round(row["ninth"]),
            takes=None if row["takes"] is None else max(1, round(row["takes"])),
            promise=row["promise"],
        )
        for row in rows(_FLOW, {"site": site_id, "day": day})
        if row["called"] >= ENOUGH
    }
