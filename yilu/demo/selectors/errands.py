"""What the desks have to do besides serving whom they called: explain, tell, look after, telephone.

One statement for a site; the players act on it as on what `sight.py` sees.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yilu.platform.db import rows

_ERRANDS = """
SELECT 'explain' AS what, id, visit_id AS of_id, raised_at AS since, version
FROM queueing_longwait
WHERE site_id = %(site)s AND clinic_day = %(day)s AND state = 'open'
UNION ALL
SELECT 'tell', id, visit_id, made_at, version FROM queueing_progressnotice
WHERE site_id = %(site)s AND clinic_day = %(day)s AND state = 'asked'
UNION ALL
SELECT CASE state WHEN 'open' THEN 'look_after' ELSE 'looked_after' END,
       id, visit_id, said_at, version
FROM intake_feltworse WHERE site_id = %(site)s AND clinic_day = %(day)s
UNION ALL
SELECT CASE state WHEN 'ringing' THEN 'pick_up' ELSE 'hang_up' END,
       id, taken_by_id, coalesce(begun_at, rang_at), version
FROM reception_call WHERE site_id = %(site)s AND state IN ('ringing', 'talking')
UNION ALL
SELECT 'call_back', b.id, b.owner_id, b.due_at, b.version
FROM reception_callback b WHERE b.site_id = %(site)s AND b.state = 'due'
  AND NOT EXISTS (SELECT FROM reception_call c WHERE c.call_back_id = b.id AND c.state = 'talking')
UNION ALL
SELECT 'kiosk', id, user_id, seen_at, version
FROM kiosk_kiosk WHERE site_id = %(site)s AND withdrawn_at IS NULL AND opened_at IS NOT NULL
ORDER BY 1, 4, 2
"""


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to be done: since when it waits, and whose it is.

    `of_id` is the visit; of a call, who speaks; of a call that is owed, who shall call; of a
    kiosk, the user as which it is signed in.
    """

    what: str
    id: UUID
    of_id: UUID | None
    since: datetime
    version: int


def errands(here: Mapping[str, Any]) -> tuple[Errand, ...]:
    """What is to be done at a site, by kind and then the longest first. One query."""
    return tuple(Errand(**row) for row in rows(_ERRANDS, dict(here)))
