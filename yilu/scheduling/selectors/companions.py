"""Who comes along with a patient, as it was said when booking."""

from collections.abc import Iterable
from uuid import UUID

from yilu.scheduling.models import Booking


def companions_booked(booking_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Who comes along to some bookings, by patient, where it was said. One query.

    Asks nobody and records nothing: who shows it asks for the patients as well.
    """
    found = Booking.objects.filter(pk__in=list(booking_ids)).exclude(companion="").order_by()
    return dict(found.values_list("patient_id", "companion"))
