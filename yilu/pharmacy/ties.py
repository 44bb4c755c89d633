"""Who looks after a patient because of medicines to be handed over."""

from django.utils.translation import pgettext_lazy

from yilu.patients.care import Tie, declare

declare(
    Tie(
        "dispense",
        pgettext_lazy("ground", "Medicines to be handed over"),
        """
        SELECT site_id, created_at AS at FROM pharmacy_dispense
        WHERE patient_id = %(patient)s AND %(department)s::uuid IS NULL AND {here}
            AND (state NOT IN ('handed_over', 'cancelled')
                OR moved_at >= %(now)s - interval '7 days')
        """,
        position=47,
    ),
)
