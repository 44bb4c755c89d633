"""Who is at which point of the day just now: one patient for each, to look through their eyes."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from yilu.platform import clock
from yilu.platform.db import rows

GROWN_UP = timedelta(days=18 * 366)
# Each gives `subject`, the visit or booking, and its patient; the first row is taken.
_PARTS = {
    "coming": """
SELECT v.id AS subject, v.patient_id FROM scheduling_booking v
JOIN patients_patient p ON p.id = v.patient_id
WHERE v.site_id = %(site)s AND v.state = 'confirmed' AND v.starts_at > %(now)s + interval '1 day'
AND p.born_on < %(grown)s AND p.merged_into_id IS NULL ORDER BY v.starts_at, v.id LIMIT 1
""",
    "expected": """
SELECT v.id AS subject, v.patient_id FROM scheduling_booking v
JOIN patients_patient p ON p.id = v.patient_id
WHERE v.site_id = %(site)s AND v.state = 'confirmed' AND v.mode = 'in_person'
AND v.starts_at BETWEEN %(now)s + interval '2 hours' AND %(now)s + interval '8 hours'
AND p.born_on < %(grown)s AND p.merged_into_id IS NULL ORDER BY v.starts_at, v.id LIMIT 1
""",
    "waiting": """
SELECT v.id AS subject, v.patient_id FROM queueing_ticket t
JOIN queueing_queue q ON q.id = t.queue_id AND q.kind = 'consultation'
JOIN visits_visit v ON v.id = t.visit_id JOIN patients_patient p ON p.id = v.patient_id
WHERE t.site_id = %(site)s AND t.state = 'waiting' AND t.issued_at > %(now)s - interval '6 hours'
AND p.born_on < %(grown)s AND p.merged_into_id IS NULL ORDER BY t.issued_at DESC, t.id LIMIT 1
""",
    "paying": """
SELECT v.id AS subject, v.patient_id FROM billing_bill b
JOIN visits_visit v ON v.id = b.visit_id JOIN patients_patient p ON p.id = v.patient_id
WHERE b.site_id = %(site)s AND b.state = 'open' AND b.total > b.paid
AND p.born_on < %(grown)s AND p.merged_into_id IS NULL ORDER BY b.opened_at DESC, b.id LIMIT 1
""",
    "gone": """
SELECT v.id AS subject, v.patient_id FROM visits_visit v
JOIN patients_patient p ON p.id = v.patient_id
JOIN billing_bill b ON b.visit_id = v.id AND b.state = 'settled'
JOIN clinical_prescription r ON r.visit_id = v.id AND r.signed_at IS NOT NULL
WHERE v.site_id = %(site)s AND v.left_at IS NOT NULL
AND p.born_on < %(grown)s AND p.merged_into_id IS NULL ORDER BY v.left_at DESC, v.id LIMIT 1
""",
    "teeth": """
SELECT i.visit_id AS subject, i.patient_id FROM dental_planitem i
JOIN patients_patient p ON p.id = i.patient_id AND p.merged_into_id IS NULL
JOIN dental_periochart c ON c.visit_id = i.visit_id AND c.signed_n > 0
JOIN dental_toothimage t ON t.visit_id = i.visit_id
WHERE i.site_id = %(site)s AND p.born_on < %(grown)s
ORDER BY i.state = 'accepted' DESC, i.recorded_at DESC, i.id LIMIT 1
""",
    "looks": """
SELECT s.visit_id AS subject, s.patient_id FROM aesthetics_session s
JOIN patients_patient p ON p.id = s.patient_id AND p.merged_into_id IS NULL
WHERE s.site_id = %(site)s AND p.born_on < %(grown)s
ORDER BY (SELECT count(*) FROM aesthetics_photo f WHERE f.patient_id = p.id) DESC,
    EXISTS (SELECT 1 FROM aesthetics_course c WHERE c.patient_id = p.id) DESC,
    s.recorded_at DESC, s.id LIMIT 1
""",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One patient, and the visit or booking that puts them at this point."""

    name: str
    patient_id: UUID
    subject_id: UUID


def cast(site_id: UUID) -> list[Part]:
    """A patient who will come, who comes today, who waits, has to pay, went home; whose teeth were
    planned for, and who was treated for looks. Seven queries.

    Who is at none of these points now is left out.
    """
    now = clock.now()
    known = {"site": site_id, "now": now, "grown": now.date() - GROWN_UP}
    found = ((name, rows(text, known)) for name, text in _PARTS.items())
    return [Part(name, who[0]["patient_id"], who[0]["subject"]) for name, who in found if who]
