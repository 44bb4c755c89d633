"""How long tests took against what was promised: for the laboratory and its manager."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from yilu.diagnostics import permissions
from yilu.diagnostics.selectors.lab_worklist import names_of_tests
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import rows
from yilu.platform.names import Localized

OVER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class LabFigures:
    """One test over thirty days: how often, how long from collection to report, how often in time.

    What is not reported yet counts as taking until now, so that it cannot hide.
    """

    test: str
    name: Localized
    number: int
    median: int | None
    within: int | None
    refused: int


def lab_figures(actor: Actor, site_id: UUID) -> list[LabFigures]:
    """The figures of each test that was collected in thirty days, the most frequent first.

    One query. Raises: NotFound.
    """
    actor.require_to_see(permissions.SEE, site_id)
    now = clock.now()
    found = rows(_FIGURES, {"site": site_id, "from": now - OVER, "now": now})
    names = names_of_tests(row["test"] for row in found)
    return [LabFigures(name=name, **row) for name, row in zip(names, found, strict=True)]


_FIGURES = """
SELECT o.test, count(*)::int AS number,
       round(percentile_cont(0.5) WITHIN GROUP (
           ORDER BY extract(epoch FROM coalesce(r.verified_at, %(now)s) - s.collected_at) / 60
       )::numeric)::int AS median,
       round(avg(CASE WHEN coalesce(r.verified_at, %(now)s) <= s.due_at THEN 100 ELSE 0 END))::int
           AS within,
       sum(o.refused)::int AS refused
FROM diagnostics_laborder o
JOIN diagnostics_specimen s ON s.id = o.specimen_id
LEFT JOIN diagnostics_labreport r ON r.specimen_id = s.id AND r.issue = (
    SELECT min(f.issue) FROM diagnostics_labreport f
    WHERE f.specimen_id = s.id AND f.state IN ('released', 'replaced'))
WHERE o.site_id = %(site)s AND s.collected_at >= %(from)s
  AND (r.id IS NOT NULL OR s.due_at < %(now)s)
GROUP BY o.test ORDER BY count(*) DESC, o.test
"""
