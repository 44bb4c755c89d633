"""Who looks after a patient because of an examination or a test."""

from django.utils.translation import pgettext_lazy

from yilu.patients.care import Tie, declare

declare(
    Tie(
        "critical",
        pgettext_lazy("ground", "Critical value"),
        """
        SELECT site_id, raised_at AS at FROM diagnostics_criticalvalue
        WHERE patient_id = %(patient)s AND state IN ('open', 'acknowledged') AND {here}
        """,
        position=15,
    ),
    Tie(
        "examination",
        pgettext_lazy("ground", "Examination asked for"),
        """
        SELECT site_id, requested_at AS at FROM diagnostics_examrequest
        WHERE patient_id = %(patient)s AND state <> 'withdrawn'
            AND (practitioner_id = %(practitioner)s::uuid AND requested_at >= {since}
                OR state IN ('open', 'booked') AND %(department)s::uuid IS NULL AND {here})
        """,
        position=45,
    ),
    Tie(
        "study",
        pgettext_lazy("ground", "Examination to be reported"),
        """
        SELECT site_id, ordered_at AS at FROM diagnostics_study
        WHERE patient_id = %(patient)s AND state NOT IN ('released', 'cancelled')
            AND %(department)s::uuid IS NULL AND {here}
        """,
        position=44,
    ),
    Tie(
        "laboratory",
        pgettext_lazy("ground", "Test ordered"),
        """
        SELECT site_id, ordered_at AS at FROM diagnostics_laborder
        WHERE patient_id = %(patient)s
            AND (practitioner_id = %(practitioner)s::uuid AND ordered_at >= {since}
                OR ordered_at >= %(now)s - interval '7 days'
                    AND %(department)s::uuid IS NULL AND {here})
        """,
        position=46,
    ),
)
