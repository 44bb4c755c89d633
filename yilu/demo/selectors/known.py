"""Who comes again and again: patients of doctors at a site, with their visits that are over."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from yilu.diagnostics.demo import PastSeen
from yilu.platform.db import rows

_AGAIN = """
SELECT v.id AS visit_id, v.patient_id, v.site_id, v.clinic_day, v.arrived_at AS at,
       v.practitioner_id, s.user_id AS doctor_id, p.sex,
       extract(year FROM age(v.clinic_day, p.born_on))::int AS age
FROM visits_visit v
JOIN workforce_practitioner d ON d.id = v.practitioner_id
JOIN workforce_staffmember s ON s.id = d.staff_id
JOIN patients_patient p ON p.id = v.patient_id AND p.merged_into_id IS NULL
JOIN (
    SELECT w.patient_id, count(*) AS often, max(w.left_at) AS last,
           EXISTS (SELECT FROM scheduling_booking b
                   WHERE b.patient_id = w.patient_id AND b.starts_at > %(now)s
                     AND b.starts_at < %(now)s + interval '9 hours') AS comes_today
    FROM visits_visit w
    WHERE w.site_id = %(site)s AND w.practitioner_id = ANY(%(doctors)s) AND w.left_at < %(now)s
    GROUP BY w.patient_id
    ORDER BY comes_today DESC, often DESC, last DESC, w.patient_id LIMIT %(people)s
) AS chosen ON chosen.patient_id = v.patient_id
WHERE v.site_id = %(site)s AND v.practitioner_id = ANY(%(doctors)s) AND v.left_at < %(now)s
ORDER BY v.patient_id, v.arrived_at DESC, v.id
"""


def coming_again(
    site_id: UUID, doctors: Sequence[UUID], now: datetime, *, people: int, visits: int
) -> list[list[PastSeen]]:
    """The latest visits of so many patients, who comes today first. One query."""
    asked = {"site": site_id, "doctors": list(doctors), "now": now, "people": people}
    found: dict[UUID, list[PastSeen]] = {}
    for row in rows(_AGAIN, asked):
        found.setdefault(row["patient_id"], []).append(PastSeen(**row))
    return [many[:visits] for many in found.values()]
