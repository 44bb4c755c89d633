"""Days whose figures have been added up, so that a year needs no counting anew.

While a row of `CountedDay` stands, its tallies are what counting the day afresh would give: the
database takes the row away when anything that they count changes (migration 0011).
"""

from django.db import models

from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.scheduling.states import Channel


class CountedDay(models.Model):
    """A day of a site that has been counted, and on which nothing has changed since."""

    id = models.BigAutoField(primary_key=True)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    clinic_day = models.DateField()
    counted_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "clinic_day"], name="scheduling_countedday_once"
            ),
            *in_calendar("scheduling_countedday", "counted_at"),
        ]


class BookingTally(models.Model):
    """How many bookings of a day share something, and what became of them.

    `part` says by what they were grouped (`selectors/tallies.py`); columns that were not are null.
    Two at most are, besides the reason, which comes with who cancelled.
    """

    id = models.BigAutoField(primary_key=True)
    day = models.ForeignKey(CountedDay, models.CASCADE, related_name="+", db_index=False)
    part = models.SmallIntegerField()
    channel = models.CharField(max_length=12, choices=Channel.choices, null=True)  # noqa: DJ001
    service_id = models.UUIDField(null=True)
    practitioner_id = models.UUIDField(null=True)
    hour = models.SmallIntegerField(null=True)
    lead = models.SmallIntegerField(null=True)
    cancelled_by_kind = models.CharField(max_length=8, null=True)  # noqa: DJ001
    cancel_reason = models.CharField(max_length=12, null=True)  # noqa: DJ001
    booked = models.PositiveIntegerField()
    seen = models.PositiveIntegerField()
    cancelled = models.PositiveIntegerField()
    missed = models.PositiveIntegerField()
    to_come = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["day", "part"], name="scheduling_bookingtally_part")]


class RequestTally(models.Model):
    """How many bookings that were made on a day are agreed, and how many not yet.

    By channel, and by channel with service or practitioner; `part` as in `BookingTally`.
    """

    id = models.BigAutoField(primary_key=True)
    day = models.ForeignKey(CountedDay, models.CASCADE, related_name="+", db_index=False)
    part = models.SmallIntegerField()
    channel = models.CharField(max_length=12, choices=Channel.choices)
    service_id = models.UUIDField(null=True)
    practitioner_id = models.UUIDField(null=True)
    met = models.PositiveIntegerField()
    open = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["day", "part"], name="scheduling_requesttally_part")]


class UseTally(models.Model):
    """Seconds of a resource on a day: open to booking, and used by bookings."""

    id = models.BigAutoField(primary_key=True)
    day = models.ForeignKey(CountedDay, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=16)
    of_id = models.UUIDField()
    open = models.PositiveIntegerField()
    used = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "kind", "of_id"], name="scheduling_usetally_once"
            ),
        ]
