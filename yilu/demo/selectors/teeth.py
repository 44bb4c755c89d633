"""Whose teeth a dentist has seen: the last dental visit of grown-ups, who comes today first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yilu.platform.db import rows

_SEEN = """
SELECT seen.id, seen.patient_id, seen.left_at FROM (
    SELECT DISTINCT ON (v.patient_id) v.id, v.patient_id, v.left_at
    FROM visits_visit v
    JOIN facility_department d ON d.id = v.department_id AND d.specialty = 'dental'
    JOIN patients_patient p ON p.id = v.patient_id
    WHERE v.site_id = %(site)s AND v.practitioner_id = %(dentist)s AND v.left_at < %(now)s
      AND p.born_on < %(grown)s AND p.merged_into_id IS NULL
    ORDER BY v.patient_id, v.left_at DESC
) AS seen
ORDER BY EXISTS (
    SELECT 1 FROM scheduling_booking b WHERE b.patient_id = seen.patient_id
    AND b.starts_at BETWEEN %(now)s - interval '12 hours' AND %(now)s + interval '12 hours'
) DESC, seen.left_at DESC, seen.id
LIMIT %(most)s
"""
GROWN_UP = timedelta(days=18 * 366)


@dataclass(frozen=True, slots=True)
class SeenTeeth:
    """A dental visit that is over."""

    visit_id: UUID
    patient_id: UUID
    left_at: datetime


def seen_teeth(site_id: UUID, dentist_id: UUID | None, now: datetime, most: int) -> list[SeenTeeth]:
    """The last dental visits of as many patients of a dentist. One query."""
    grown = (now - GROWN_UP).date()
    about = {"site": site_id, "dentist": dentist_id, "now": now, "grown": grown, "most": most}
    return [SeenTeeth(one["id"], one["patient_id"], one["left_at"]) for one in rows(_SEEN, about)]
