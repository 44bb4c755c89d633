"""Whom somebody of a speciality has seen: the last visit of grown-ups, who comes today first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yilu.platform.db import rows

_SEEN = """
SELECT seen.id, seen.patient_id, seen.left_at, before.id AS earlier_id,
    before.left_at AS earlier_left_at
FROM (
    SELECT DISTINCT ON (v.patient_id) v.id, v.patient_id, v.left_at
    FROM visits_visit v
    JOIN facility_department d ON d.id = v.department_id AND d.specialty = %(specialty)s
    JOIN patients_patient p ON p.id = v.patient_id
    WHERE v.site_id = %(site)s AND v.practitioner_id = %(who)s AND v.left_at < %(now)s
      AND p.born_on < %(grown)s AND p.merged_into_id IS NULL
    ORDER BY v.patient_id, v.left_at DESC
) AS seen
LEFT JOIN LATERAL (
    SELECT e.id, e.left_at FROM visits_visit e
    JOIN facility_department d ON d.id = e.department_id AND d.specialty = %(specialty)s
    WHERE e.patient_id = seen.patient_id AND e.site_id = %(site)s
      AND e.practitioner_id = %(who)s AND e.left_at < seen.left_at - interval '10 days'
    ORDER BY e.left_at DESC LIMIT 1
) AS before ON true
ORDER BY EXISTS (
    SELECT 1 FROM scheduling_booking b WHERE b.patient_id = seen.patient_id
    AND b.starts_at BETWEEN %(now)s - interval '12 hours' AND %(now)s + interval '12 hours'
) DESC, seen.left_at DESC, seen.id
LIMIT %(most)s
"""
GROWN_UP = timedelta(days=18 * 366)


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """A visit that is over, and the one before it, if any."""

    visit_id: UUID
    patient_id: UUID
    left_at: datetime
    earlier_id: UUID | None
    earlier_left_at: datetime | None


def seen_before(
    site_id: UUID, practitioner_id: UUID | None, specialty: str, now: datetime, most: int
) -> list[SeenBefore]:
    """The last visits of as many patients of somebody to departments of a speciality. One query."""
    about: dict[str, object] = {
        "site": site_id,
        "who": practitioner_id,
        "specialty": specialty,
        "now": now,
    }
    about |= {"grown": (now - GROWN_UP).date(), "most": most}
    return [
        SeenBefore(
            one["id"], one["patient_id"], one["left_at"], one["earlier_id"],
            one["earlier_left_at"],
        )
        for one in rows(_SEEN, about)
    ]  # fmt: skip
