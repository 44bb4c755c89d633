"""How a patient likes to read their own record."""

from django.db import models

from yilu.platform.ids import new_id


class ReadingStyle(models.Model):
    """Large print and plain words, kept for the patient and not for the phone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.OneToOneField("patients.Patient", models.PROTECT, related_name="+")
    large = models.BooleanField(default=False)
    plain = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
