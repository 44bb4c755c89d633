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
    Tie(
        "referred",
        pgettext_lazy("ground", "Booked with, or sent on to, this department"),
        """
        SELECT booking.site_id, booking.starts_at AS at FROM scheduling_booking AS booking
        JOIN catalogue_service AS service ON service.id = booking.service_id
        JOIN facility_department AS place
            ON place.site_id = booking.site_id AND place.key = service.department_key
        WHERE booking.patient_id = %(patient)s AND booking.state <> 'cancelled'
            AND booking.starts_at
                BETWEEN %(now)s - interval '36 hours' AND %(now)s + interval '7 days'
            AND place.id = %(department)s::uuid AND booking.{here}
        """,
        position=36,
    ),
)
