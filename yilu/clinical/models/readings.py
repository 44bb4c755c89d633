"""Who has read something that waits to be read: words of a procedure, a report."""

from django.conf import settings
from django.db import models

from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id


class Reading(models.Model):
    """Up to when somebody has read a thing of the record, of this app or of one above it.

    It only moves on: what is added later is unread again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    thing_id = models.UUIDField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thing_id", "user"], name="clinical_reading_once"),
            *in_calendar("clinical_reading", "read_at"),
        ]
