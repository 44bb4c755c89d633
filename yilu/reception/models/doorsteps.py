"""Who stands at the desk and has had no word yet."""

from django.db import models
from django.db.models import F, Q

from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id


class Doorstep(models.Model):
    """Somebody who was seen coming through the door, until the desk's first word.

    A booking has one: who is noted again, after a check-in that was taken back, waits anew.
    Without a booking nobody knows yet who it is: the walk-in answers it.
    `is_mistaken`: it was somebody else, whose time counts nowhere.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    booking = models.OneToOneField(
        "scheduling.Booking", models.PROTECT, null=True, related_name="+"
    )
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    seen_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    is_mistaken = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["site", "seen_at"], name="reception_doorstep_of_day")]
        constraints = [
            models.CheckConstraint(
                name="reception_doorstep_in_order",
                condition=Q(answered_at=None) | Q(answered_at__gte=F("seen_at")),
            ),
            *in_calendar("reception_doorstep", "seen_at", "answered_at"),
        ]
