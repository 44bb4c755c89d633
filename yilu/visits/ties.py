"""Who looks after a patient because of a visit."""

from django.utils.translation import pgettext_lazy

from yilu.patients.care import Tie, declare

declare(
    Tie(
        "here",
        pgettext_lazy("ground", "Patient of the day"),
        """
        SELECT site_id, arrived_at AS at FROM visits_visit
        WHERE patient_id = %(patient)s AND state <> 'withdrawn'
            AND arrived_at >= %(now)s - interval '36 hours' AND {here}
            AND (%(department)s::uuid IS NULL OR department_id IS NULL
                OR department_id = %(department)s::uuid)
        """,
        position=20,
    ),
    Tie(
        "visit",
        pgettext_lazy("ground", "Visit with this doctor"),
        """
        SELECT site_id, arrived_at AS at FROM visits_visit
        WHERE patient_id = %(patient)s AND state <> 'withdrawn' AND arrived_at >= {since}
            AND (practitioner_id = %(practitioner)s::uuid OR responsible_user_id = %(user)s::uuid)
        """,
        position=10,
    ),
)
