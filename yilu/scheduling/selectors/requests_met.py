"""Of the requests for time, how many ended in a booking that the patient accepted (A22)."""

from collections import Counter
from dataclasses import dataclass, replace

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import rows
from yilu.scheduling import permissions
from yilu.scheduling.rules import REQUEST_LASTS
from yilu.scheduling.selectors.counting import DAYS, FILTERED, Scope
from yilu.scheduling.selectors.tallies import CHANNEL, MADE, chosen


@dataclass(frozen=True, slots=True)
class Met:
    """Requests that ended in a booking, that did not, and that may still."""

    met: int = 0
    unmet: int = 0
    open: int = 0

    @property
    def asked(self) -> int:
        """Those of which it is known how they ended."""
        return self.met + self.unmet

    @property
    def share(self) -> float | None:
        return self.met / self.asked if self.asked else None

    def plus(self, what: str, count: int) -> "Met":
        """With `count` more of `what`."""
        values = {"met": self.met, "unmet": self.unmet, "open": self.open}
        values[what] += count
        return Met(**values)


@dataclass(frozen=True, slots=True)
class RequestsMet:
    """The requests of a period in all and by channel, those before, and why some were not met."""

    total: Met
    before: Met
    by_channel: dict[str, Met]
    codes: dict[str, int]


# A request belongs to the day on which it ended: the booking was made, the first refusal had no
# booking within a day, or the wish on the waiting list was over.
_REQUESTS = f"""
WITH {DAYS}, period AS (
    SELECT * FROM unnest(%(sites)s::uuid[], %(begin)s::timestamptz[], %(turn)s::timestamptz[],
                         %(end)s::timestamptz[]) AS p (site_id, begins, turn, ends)
)
SELECT what, channel, code, is_now, sum(count)::int AS count FROM (
    SELECT CASE WHEN is_open THEN 'open' ELSE 'met' END AS what, channel, '' AS code, is_now,
           count(*) AS count
    FROM ({MADE}) AS made GROUP BY 1, 2, 3, 4
  UNION ALL
    SELECT n.what, b.channel, '', d.is_now, sum(n.count)
    FROM counted d
    CROSS JOIN LATERAL (
        SELECT * FROM scheduling_requesttally t
        WHERE t.day_id = d.id AND t.part = %(stored)s OFFSET 0
    ) b
    CROSS JOIN LATERAL (VALUES ('met', b.met), ('open', b.open)) AS n (what, count)
    WHERE {FILTERED} GROUP BY 1, 2, 3, 4
  UNION ALL
    SELECT CASE WHEN b.first_at > %(still)s THEN 'open' ELSE 'unmet' END, b.channel, b.code,
           b.asked_on >= %(first)s, 1
    FROM period p JOIN scheduling_attempt b
      ON b.site_id = p.site_id AND b.asked_on >= %(before_first)s AND b.asked_on <= %(last)s
    WHERE b.booking_id IS NULL AND b.waiting_id IS NULL AND {FILTERED}
  UNION ALL
    SELECT 'unmet', b.channel, 'waiting_' || b.state, b.ended_at >= p.turn, 1
    FROM period p JOIN scheduling_waitingentry b
      ON b.site_id = p.site_id AND b.ended_at >= p.begins AND b.ended_at < p.ends
    WHERE b.state IN ('left', 'ended') AND b.booking_id IS NULL AND b.instead_of_id IS NULL
      AND {FILTERED}
  UNION ALL
    SELECT 'open', b.channel, '', true, 1
    FROM period p JOIN scheduling_waitingentry b
      ON b.site_id = p.site_id AND b.state = 'waiting' AND b.created_at < p.ends
    WHERE b.instead_of_id IS NULL AND b.created_at >= p.turn AND {FILTERED}
) AS asked
GROUP BY what, channel, code, is_now
HAVING sum(count) > 0
"""  # noqa: S608 (its parts are ours)


def requests_met(actor: Actor, scope: Scope) -> RequestsMet:
    """How many requests ended in a booking, by channel, and why the others did not. One query.

    Raises: NotAllowed.
    """
    scope.require(actor, permissions.SEE)
    still = clock.now() - REQUEST_LASTS
    totals = {True: Met(), False: Met()}
    by_channel: dict[str, Met] = {}
    codes: Counter[str] = Counter()
    by = replace(scope, channel="")  # Every tally of requests knows its channel.
    more = {"still": still, "stored": CHANNEL & chosen(by), "has_tallies": by.has_tallies}
    for row in rows(_REQUESTS, scope.params() | more):
        totals[row["is_now"]] = totals[row["is_now"]].plus(row["what"], row["count"])
        if not row["is_now"]:
            continue
        channel = row["channel"]
        by_channel[channel] = by_channel.get(channel, Met()).plus(row["what"], row["count"])
        if row["what"] == "unmet":
            codes[row["code"]] += row["count"]
    return RequestsMet(totals[True], totals[False], by_channel, dict(codes.most_common()))
