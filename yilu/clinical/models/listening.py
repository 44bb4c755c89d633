"""Listening first: whether a site asks for it, and when at a visit one first typed and ordered."""

from django.db import models

from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.visits.rows import OfVisit


class ListeningSwitch(models.Model):
    """That the rooms of a site open with the time to listen. A site without one does not."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.OneToOneField("facility.Site", models.PROTECT, related_name="+")
    is_on = models.BooleanField()
    version = models.PositiveIntegerField(default=1, editable=False)


class Listening(OfVisit):
    """When a doctor's room first showed who had come, and when they first typed and ordered.

    Each instant is noted once. Patients are never shown it.
    """

    practitioner = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, related_name="+", db_index=False
    )
    began_at = models.DateTimeField()
    typed_at = models.DateTimeField(null=True)
    ordered_at = models.DateTimeField(null=True)
    skipped_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["site", "began_at"], name="clinical_listening_figures")]
        constraints = [
            models.UniqueConstraint(fields=["visit"], name="clinical_listening_once"),
            *in_calendar("clinical_listening", "began_at", "typed_at", "ordered_at", "skipped_at"),
        ]
