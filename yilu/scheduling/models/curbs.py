"""A limit on what patients may book by themselves at a site, for as long as it is on."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id


class Curb(models.Model):
    """Fewer bookings online at one site: so many a day, or none of some services.

    It holds while it `is_on`. It binds patients and partners on every channel of theirs, never
    staff.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.OneToOneField("facility.Site", models.PROTECT, related_name="+")
    per_day = models.PositiveSmallIntegerField(null=True)
    closed_ids = ArrayField(models.UUIDField(), default=list)
    is_on = models.BooleanField(default=True)
    since = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="scheduling_curb_says_something",
                condition=Q(is_on=False) | Q(per_day__isnull=False) | ~Q(closed_ids=[]),
            ),
            *in_calendar("scheduling_curb", "since"),
        ]
