"""Who looks after a patient because of a booking."""

from django.utils.translation import pgettext_lazy

from yilu.patients.care import Tie, declare

declare(
    Tie(
        "booking",
        pgettext_lazy("ground", "Booking with this doctor"),
        """
        SELECT site_id, starts_at AS at FROM scheduling_booking
        WHERE patient_id = %(patient)s AND practitioner_id = %(practitioner)s::uuid
            AND state <> 'cancelled' AND starts_at >= {since}
        """,
        position=30,
    ),
    Tie(
        "expected",
        pgettext_lazy("ground", "Expected within a week"),
        """
        SELECT site_id, starts_at AS at FROM scheduling_booking
        WHERE patient_id = %(patient)s AND state <> 'cancelled'
            AND starts_at BETWEEN %(now)s - interval '36 hours' AND %(now)s + interval '7 days'
            AND %(department)s::uuid IS NULL AND {here}
        """,
        position=35,
    ),
)
