"""The kiosks of a site. What patients do there is stored by the apps whose deeds they are."""

from django.db import models

from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id


class Kiosk(models.Model):
    """A device at which patients help themselves. It signs in by its link and may do nothing else.

    `place` says where it stands. `seen_at` is when it last said that it is alive.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    place = models.CharField(max_length=80, blank=True)
    user = models.OneToOneField("platform.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            *in_calendar("kiosk_kiosk", "created_at", "opened_at", "seen_at", "withdrawn_at")
        ]
