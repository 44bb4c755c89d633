"""Requests for time that were refused or given up at least once."""

from django.db import models
from django.db.models import Q

from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.scheduling.models.bookings import Booking
from yilu.scheduling.models.waiting import WaitingEntry
from yilu.scheduling.states import Channel


class Attempt(models.Model):
    """Somebody asked for a time and did not get it at once.

    One row for each party, service, site and day of asking, however often they try. The party is
    a patient, or the way of somebody through our pages who is not known yet. `code` is the last
    refusal. `booking` is what it ended in after all; `waiting` the wish it became.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, related_name="+", db_index=False
    )
    practitioner_id = models.UUIDField(null=True)
    party = models.UUIDField()
    channel = models.CharField(max_length=12, choices=Channel.choices)
    code = models.CharField(max_length=40)
    asked_on = models.DateField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=1)
    booking = models.ForeignKey(
        Booking, models.PROTECT, related_name="+", null=True, db_index=False
    )
    waiting = models.ForeignKey(
        WaitingEntry, models.PROTECT, related_name="+", null=True, db_index=False
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["party"],
                condition=Q(booking__isnull=True),
                name="scheduling_attempt_unmet",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "asked_on", "service", "party"],
                name="scheduling_attempt_one_a_day",
            ),
            models.CheckConstraint(
                name="scheduling_attempt_known_channel", condition=Q(channel__in=Channel.values)
            ),
            *in_calendar("scheduling_attempt", "first_at", "last_at"),
        ]
