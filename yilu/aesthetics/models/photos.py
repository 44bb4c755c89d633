"""Photographs with what they may be used for, and designs drawn over them."""

from django.conf import settings
from django.db import models

from yilu.platform.db import in_calendar
from yilu.visits.rows import AtVisit, Withdrawable, withdrawn_why


class PhotoUse(AtVisit):
    """What a patient lets photographs be used for, signed. Written anew with each change."""

    care = models.BooleanField(default=False)
    teaching = models.BooleanField(default=False)
    publicity = models.BooleanField(default=False)
    name = models.CharField(max_length=60)
    strokes = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["patient", "-recorded_at"], name="aesthetics_uses_last")]
        constraints = [*in_calendar("aesthetics_photouse", "recorded_at")]


class Photo(Withdrawable):
    """One photograph of a standard view, as it was taken. Points are set on it to compare.

    `points`: two places that are the same on every photograph of the view, in units of a picture
    1000 wide.
    """

    region = models.CharField(max_length=8)
    view = models.CharField(max_length=12)
    area = models.CharField(max_length=24, blank=True)
    file = models.OneToOneField("platform.File", models.PROTECT, related_name="+")
    small = models.OneToOneField("platform.File", models.PROTECT, related_name="+")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    points = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["patient", "-recorded_at"], name="aesthetics_photos_last"),
            models.Index(fields=["visit"], name="aesthetics_photos_of_visit"),
        ]
        constraints = [
            *in_calendar("aesthetics_photo", "recorded_at", "withdrawn_at"),
            withdrawn_why("aesthetics_photo"),
        ]


class Design(AtVisit):
    """What is drawn over a photograph: shapes beside it, never in it. Signed, it stays as it is."""

    photo = models.ForeignKey(Photo, models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=100)
    shapes = models.JSONField(default=list)
    patient_name = models.CharField(max_length=60, blank=True)
    strokes = models.TextField(blank=True)
    patient_signed_at = models.DateTimeField(null=True)
    doctor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    doctor_signed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["photo"], name="aesthetics_designs_of_photo")]
        constraints = [
            *in_calendar(
                "aesthetics_design", "recorded_at", "patient_signed_at", "doctor_signed_at"
            ),
        ]
