"""Whom the morning of the demonstration can be told of: who was there lately, and who comes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yilu.platform.db import rows

_SEEN = """
SELECT DISTINCT ON (v.left_at, v.id) v.id, v.patient_id
FROM visits_visit v JOIN catalogue_service s ON s.id = v.service_id
JOIN patients_patient p ON p.id = v.patient_id
WHERE v.site_id = %(site)s AND v.left_at BETWEEN %(since)s AND %(before)s
  AND s.key = 'general_first' AND p.born_on < %(grown)s AND p.merged_into_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM scheduling_booking b WHERE b.patient_id = p.id
                  AND b.starts_at > %(before)s)
ORDER BY v.left_at DESC, v.id LIMIT %(most)s
"""
_COMING = """
SELECT b.id FROM scheduling_booking b JOIN catalogue_service s ON s.id = b.service_id
WHERE b.site_id = %(site)s AND b.state = 'confirmed' AND b.starts_at > %(after)s
  AND s.key = ANY(%(services)s)
ORDER BY b.starts_at, b.id LIMIT %(most)s
"""
GROWN_UP = timedelta(days=18 * 366)
LATELY = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit that is over, and its patient."""

    visit_id: UUID
    patient_id: UUID


def seen_lately(site_id: UUID, before: datetime, most: int) -> list[Seen]:
    """Grown-ups who left before an instant and come for nothing else yet, the latest first. One
    query."""
    asked = {"site": site_id, "before": before, "since": before - LATELY, "most": most}
    found = rows(_SEEN, asked | {"grown": (before - GROWN_UP).date()})
    return [Seen(row["id"], row["patient_id"]) for row in found]


def coming_for(site_id: UUID, services: list[str], after: datetime, most: int) -> list[UUID]:
    """Bookings for some services, by key, that are still to come, the soonest first. One query."""
    asked = {"site": site_id, "services": services, "after": after, "most": most}
    return [row["id"] for row in rows(_COMING, asked)]
