"""Films and photographs of teeth."""

from django.db import models
from django.db.models import Q

from yilu.dental.states import ImageKind
from yilu.platform.db import in_calendar
from yilu.visits.rows import Withdrawable, withdrawn_why


class ToothImage(Withdrawable):
    """One picture of some teeth, or of all when none is named. `small` is the same for lists."""

    kind = models.CharField(max_length=12, choices=ImageKind.choices)
    teeth = models.CharField(max_length=160, blank=True)
    taken_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    file = models.OneToOneField("platform.File", models.PROTECT, related_name="+")
    small = models.OneToOneField("platform.File", models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["patient", "-taken_on"], name="dental_images_of_patient")]
        constraints = [
            *in_calendar("dental_toothimage", "recorded_at", "withdrawn_at"),
            withdrawn_why("dental_toothimage"),
            models.CheckConstraint(
                name="dental_toothimage_known_kind", condition=Q(kind__in=ImageKind.values)
            ),
            models.CheckConstraint(
                name="dental_toothimage_teeth",
                condition=Q(teeth__regex=r"^(([1-4][1-8]|[5-8][1-5])(,|$))*$"),
            ),
            models.CheckConstraint(
                name="dental_toothimage_not_ahead",
                condition=Q(taken_on__lte=models.F("clinic_day")),
            ),
        ]
