"""Who looks after a patient because somebody is to ask how they are."""

from django.utils.translation import pgettext_lazy

from yilu.patients.care import Tie, declare

declare(
    Tie(
        "follow_up",
        pgettext_lazy("ground", "Follow-up"),
        """
        SELECT site_id, due_at AS at FROM aftercare_followup
        WHERE patient_id = %(patient)s
            AND (owner_id = %(user)s::uuid AND due_at >= {since}
                OR %(department)s::uuid IS NULL AND {here}
                    AND (state = 'due' OR ended_at >= %(now)s - interval '7 days'))
        """,
        position=48,
    ),
)
