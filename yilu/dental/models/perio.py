"""Periodontal charts: what is being measured, and what was signed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.visits.rows import AtVisit


class PerioChart(AtVisit):
    """The measurements of one visit as they are being taken. What is signed lies beside them."""

    draft = models.JSONField(default=dict)
    draft_version = models.PositiveIntegerField(default=0)
    signed_n = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["patient", "clinic_day"], name="dental_perio_of_patient")]
        constraints = [
            *in_calendar("dental_periochart", "recorded_at"),
            models.UniqueConstraint(name="dental_periochart_one", fields=["visit"]),
        ]


class PerioVersion(models.Model):
    """A periodontal chart as it was signed. It is never changed: an amendment is the next one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    chart = models.ForeignKey(PerioChart, models.PROTECT, related_name="+", db_index=False)
    n = models.PositiveSmallIntegerField()
    content = models.JSONField()
    reason = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    practitioner = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, related_name="+", db_index=False
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    signed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            *in_calendar("dental_perioversion", "signed_at"),
            models.UniqueConstraint(name="dental_perioversion_n", fields=["chart", "n"]),
            models.CheckConstraint(
                name="dental_perioversion_amended_why", condition=Q(n=1) | ~Q(reason="")
            ),
        ]
