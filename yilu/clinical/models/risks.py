"""What risk scores made of a patient, as it was found on the day."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yilu.platform.db import in_calendar
from yilu.visits.rows import OfVisit


class RiskAssessment(OfVisit):
    """One score of one day, with the inputs it was made of. Never computed again on reading.

    A slip of the hand is withdrawn with a reason, never changed.
    """

    ruleset = models.CharField(max_length=40)
    ruleset_version = models.CharField(max_length=20)
    inputs = models.JSONField()
    points = models.JSONField(default=dict)
    total = models.DecimalField(max_digits=9, decimal_places=3)
    band = models.CharField(max_length=40, blank=True)
    assessed_at = models.DateTimeField()
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["patient", "ruleset", "-assessed_at"], name="clinical_risk_latest")
        ]
        constraints = [
            *in_calendar("clinical_riskassessment", "assessed_at", "withdrawn_at"),
            models.CheckConstraint(
                name="clinical_riskassessment_withdrawn_why",
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""),
            ),
        ]
