"""Calendars that other programs read by a secret address."""

from django.db import models
from django.db.models import Q

from yilu.interop.states import FeedKind
from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id


class CalendarFeed(models.Model):
    """The bookings of a practitioner or a room as a calendar, for whoever holds its address.

    Only the hash of the address is kept. Patients' names are in it only when its maker had the
    right to show them and chose to.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=FeedKind.choices)
    resource_id = models.UUIDField()
    digest = models.BinaryField(max_length=32, unique=True)
    shows_names = models.BooleanField(default=False)
    made_by = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True)
    last_read_on = models.DateField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="interop_calendarfeed_known_kind", condition=Q(kind__in=FeedKind.values)
            ),
            *in_calendar("interop_calendarfeed", "created_at", "withdrawn_at"),
        ]
