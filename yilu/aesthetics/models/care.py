"""How somebody's skin is and what it is cared for with, and what they were told to take home."""

from django.db import models

from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.visits.rows import AtVisit


class CareProfile(AtVisit):
    """Skin, products, sensitivities and preferences as of one moment. Written anew each time."""

    skin = models.CharField(max_length=12, blank=True)
    products = models.CharField(max_length=500, blank=True)
    sensitivities = models.CharField(max_length=500, blank=True)
    preferences = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "-recorded_at"], name="aesthetics_care_last")]
        constraints = [*in_calendar("aesthetics_careprofile", "recorded_at")]


class AdviceText(models.Model):
    """The clinic's own words after a treatment; without them those of the product count."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=24, unique=True)
    words = models.JSONField(default=dict)
    products = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1, editable=False)


class AdviceGiven(AtVisit):
    """What was handed over after a session, as it read then, on paper or to the phone."""

    session = models.ForeignKey(
        "aesthetics.Session", models.PROTECT, related_name="+", db_index=False
    )
    words = models.JSONField(default=dict)
    products = models.JSONField(default=dict)
    on_paper = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["patient", "-recorded_at"], name="aesthetics_advice_last")]
        constraints = [
            *in_calendar("aesthetics_advicegiven", "recorded_at"),
            models.UniqueConstraint(name="aesthetics_advicegiven_once", fields=["session"]),
        ]
