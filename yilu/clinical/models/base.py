"""What every row about a patient says that outlives a visit."""

from django.conf import settings
from django.db import models

from yilu.platform.ids import new_id


class OfPatient(models.Model):
    """A row about a patient that outlives the visit at which it was written."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, related_name="+", db_index=False
    )
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    visit = models.ForeignKey(
        "visits.Visit", models.PROTECT, null=True, related_name="+", db_index=False
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField()
    clinic_day = models.DateField()
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
