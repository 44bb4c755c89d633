"""Who looks after a patient because of what was prescribed, or is still to be looked at."""

from django.utils.translation import pgettext_lazy

from yilu.patients.care import Tie, declare

declare(
    Tie(
        "prescription",
        pgettext_lazy("ground", "Prescription of this doctor"),
        """
        SELECT site_id, signed_at AS at FROM clinical_prescription
        WHERE patient_id = %(patient)s AND practitioner_id = %(practitioner)s::uuid
            AND signed_at >= {since}
        """,
        position=40,
    ),
    Tie(
        "observation",
        pgettext_lazy("ground", "To be observed after a procedure"),
        """
        SELECT site_id, due_at AS at FROM clinical_observation
        WHERE patient_id = %(patient)s AND made_at IS NULL AND {here}
        """,
        position=41,
    ),
    Tie(
        "opinion",
        pgettext_lazy("ground", "Asked for an opinion"),
        """
        SELECT o.site_id, o.asked_at AS at FROM clinical_opinion o
        WHERE o.patient_id = %(patient)s AND o.state <> 'withdrawn' AND o.asked_at >= {since}
            AND (o.asked_of_id = %(practitioner)s::uuid OR o.department_id = (
                SELECT department_id FROM workforce_practitioner
                WHERE id = %(practitioner)s::uuid))
        """,
        position=42,
    ),
    Tie(
        "discussion",
        pgettext_lazy("ground", "Takes part in a case discussion"),
        """
        SELECT d.site_id, d.planned_at AS at FROM clinical_casediscussion d
        JOIN clinical_discussionmember m ON m.discussion_id = d.id
        WHERE d.patient_id = %(patient)s AND d.planned_at >= {since}
            AND m.practitioner_id = %(practitioner)s::uuid
        """,
        position=43,
    ),
)
