"""What patients were told when their doctor ran late: come at this time instead."""

from django.db import models
from django.db.models import F, Q

from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.scheduling.models.bookings import Booking


class LaterTime(models.Model):
    """One promise: who comes by `come_at` keeps the place they had by their booked time.

    At most two for a booking on one day, each later than the one before: the database refuses the
    third, whichever job or race wrote it. `low_at` to `high_at` is when the turn was expected then,
    `instead_of` the time that held before.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    practitioner = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, related_name="+", db_index=False
    )
    clinic_day = models.DateField()
    number = models.PositiveSmallIntegerField()
    booked_at = models.DateTimeField()
    instead_of = models.DateTimeField()
    come_at = models.DateTimeField()
    low_at = models.DateTimeField()
    middle_at = models.DateTimeField()
    high_at = models.DateTimeField()
    told_at = models.DateTimeField(default=clock.now)
    lost_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["site", "clinic_day"], name="scheduling_later_of_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "clinic_day", "number"], name="scheduling_later_once_each"
            ),
            models.CheckConstraint(
                name="scheduling_later_two_at_most", condition=Q(number__gte=1, number__lte=2)
            ),
            models.CheckConstraint(
                name="scheduling_later_is_later",
                condition=Q(come_at__gt=F("instead_of"), instead_of__gte=F("booked_at")),
            ),
            models.CheckConstraint(
                name="scheduling_later_before_the_turn", condition=Q(come_at__lte=F("low_at"))
            ),
            *in_calendar(
                "scheduling_latertime",
                "booked_at",
                "instead_of",
                "come_at",
                "low_at",
                "middle_at",
                "high_at",
                "told_at",
                "lost_at",
            ),
        ]


class FixedTimes(models.Model):
    """A patient wants no other time when a doctor runs late, as long as it has not ended."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    since = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(ended_at=None), name="scheduling_fixedtimes_once"
            ),
            *in_calendar("scheduling_fixedtimes", "since", "ended_at"),
        ]
