"""Which bookings and kept times are whose partner's."""

from django.db import models

from yilu.interop.models.partners import Partner
from yilu.platform import clock
from yilu.platform.crypto import BlindField
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id


class PartnerBooking(models.Model):
    """A booking that a partner made, under the partner's own reference.

    `person` tells whether the partner books for somebody again. `made_on` is the day on the wall
    of the site when it was made, by which the partner's bookings of a day are counted.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", db_index=False)
    booking = models.OneToOneField("scheduling.Booking", models.PROTECT, related_name="+")
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, related_name="+", db_index=False
    )
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    reference = models.CharField(max_length=64)
    person = BlindField()
    made_on = models.DateField()
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "reference"], name="interop_partnerbooking_one_reference"
            ),
            *in_calendar("interop_partnerbooking", "created_at"),
        ]
        indexes = [
            models.Index(fields=["partner", "made_on"], name="interop_partnerbooking_made"),
            models.Index(fields=["partner", "id"], name="interop_partnerbooking_listed"),
            models.Index(fields=["partner", "person"], name="interop_partnerbooking_person"),
        ]


class PartnerHold(models.Model):
    """A time that is kept for a partner. Whether it still is, the hold itself says."""

    hold = models.OneToOneField(
        "scheduling.Hold", models.PROTECT, related_name="+", primary_key=True
    )
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", db_index=False)
    site_id = models.UUIDField()
    service_id = models.UUIDField()
    practitioner_id = models.UUIDField()
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    is_open = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["partner", "expires_at"],
                condition=models.Q(is_open=True),
                name="interop_partnerhold_open",
            )
        ]
        constraints = [*in_calendar("interop_partnerhold", "starts_at", "expires_at")]
