"""Results that a patient brings from elsewhere."""

from django.conf import settings
from django.db import models

from yilu.platform.crypto import EncryptedTextField
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id


class OutsideReport(models.Model):
    """A paper or picture of results from elsewhere, as it was given to us; never our own values.

    `source` is who made it and `taken_on` when, as whoever gave it says.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    file = models.OneToOneField("platform.File", models.PROTECT, related_name="+")
    title = EncryptedTextField(column="diagnostics.outsidereport.title")
    source = EncryptedTextField(column="diagnostics.outsidereport.source")
    taken_on = models.DateField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    is_from_patient = models.BooleanField()
    given_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [*in_calendar("diagnostics_outsidereport", "given_at", "removed_at")]
