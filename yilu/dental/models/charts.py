"""The tooth chart: what was found on, planned for and done to each tooth, entry by entry."""

from django.db import models
from django.db.models import Q

from yilu.dental.states import Layer
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.visits.rows import Withdrawable, withdrawn_why


class Chart(models.Model):
    """One patient's chart: which teeth it shows (empty: by age). Who charts locks it first."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.OneToOneField("patients.Patient", models.PROTECT, related_name="+")
    dentition = models.CharField(max_length=10, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)


class ToothEntry(Withdrawable):
    """One thing said of one tooth. All entries in their order make the chart of any day.

    `n` counts a patient's entries; `withdrawn_n` is the count at which one was withdrawn, so that
    a window knows what it has not seen.
    """

    n = models.PositiveIntegerField()
    tooth = models.CharField(max_length=2)
    surfaces = models.CharField(max_length=5, blank=True)
    finding = models.CharField(max_length=24)
    detail = models.CharField(max_length=16, blank=True)
    layer = models.CharField(max_length=8, choices=Layer.choices)
    note = models.CharField(max_length=200, blank=True)
    withdrawn_n = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "n"], name="dental_entries_in_order")]
        constraints = [
            *in_calendar("dental_toothentry", "recorded_at", "withdrawn_at"),
            withdrawn_why("dental_toothentry"),
            models.CheckConstraint(
                name="dental_toothentry_fdi",
                condition=Q(tooth__regex=r"^([1-4][1-8]|[5-8][1-5])$"),
            ),
            models.CheckConstraint(
                name="dental_toothentry_surfaces",
                condition=Q(surfaces__regex=r"^M?[OI]?D?B?L?$"),
            ),
        ]
