"""What each reader of the desk grid keeps: bookings on a pinboard, and which columns to show."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yilu.platform import clock
from yilu.platform.ids import new_id
from yilu.scheduling.models.bookings import Booking
from yilu.scheduling.states import ResourceKind


class Pin(models.Model):
    """A booking that somebody at the desk has taken up to put it elsewhere. It keeps its place.

    `starts_at` and `practitioner_id` are those it was taken from: a booking that has gone
    elsewhere meanwhile is no longer on the board. One taken off is not active.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user_id = models.UUIDField()
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="+")
    site_id = models.UUIDField()
    starts_at = models.DateTimeField()
    practitioner_id = models.UUIDField()
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user_id", "booking"], name="scheduling_pin_once"),
        ]


class GridView(models.Model):
    """How somebody looks at the grid of a site: columns of which kind, and which are left out."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user_id = models.UUIDField()
    site_id = models.UUIDField()
    kind = models.CharField(
        max_length=16, choices=ResourceKind.choices, default=ResourceKind.PRACTITIONER
    )
    department = models.CharField(max_length=40, blank=True)
    hidden = ArrayField(models.UUIDField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user_id", "site_id"], name="scheduling_gridview_one_of_user"
            ),
            models.CheckConstraint(
                name="scheduling_gridview_known_kind", condition=Q(kind__in=ResourceKind.values)
            ),
        ]
