"""Vital signs, the scores computed from them, and the nurse's intake."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.visits.rows import OfVisit


class VitalSigns(OfVisit):
    """One round of measuring. A slip of the hand is withdrawn with a reason, never changed.

    `values` are text by code, in the units of the set of bounds named by `bounds_version`;
    `flags` say which of them were out of range then, and what the rules advised.
    """

    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    values = models.JSONField()
    flags = models.JSONField(default=list)
    bounds_version = models.CharField(max_length=20)
    note = models.CharField(max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["visit", "taken_at"], name="clinical_vitals_visit"),
            models.Index(fields=["patient", "taken_at"], name="clinical_vitals_trend"),
        ]
        constraints = [
            *in_calendar("clinical_vitalsigns", "taken_at", "withdrawn_at"),
            models.CheckConstraint(
                name="clinical_vitalsigns_withdrawn_why",
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""),
            ),
        ]


class ScoreResult(models.Model):
    """What a versioned rule set made of what was entered. Never computed again on reading."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey("visits.Visit", models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, related_name="+", db_index=False
    )
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    vitals = models.ForeignKey(VitalSigns, models.PROTECT, null=True, related_name="scores")
    ruleset = models.CharField(max_length=40)
    ruleset_version = models.CharField(max_length=20)
    inputs = models.JSONField()
    points = models.JSONField(default=dict)
    total = models.DecimalField(max_digits=7, decimal_places=2)
    band = models.CharField(max_length=40)
    single_three = models.BooleanField(default=False)
    computed_at = models.DateTimeField()
    computed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    clinic_day = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["visit", "ruleset"], name="clinical_score_visit")]
        constraints = [
            *in_calendar("clinical_scoreresult", "computed_at"),
            models.UniqueConstraint(
                fields=["vitals", "ruleset"], name="clinical_scoreresult_once_each"
            ),
        ]


class Intake(OfVisit):
    """What the nurse asked before the doctor. Saving again adds a version; the last one counts."""

    n = models.PositiveSmallIntegerField()
    content = models.JSONField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            *in_calendar("clinical_intake", "recorded_at"),
            models.UniqueConstraint(fields=["visit", "n"], name="clinical_intake_one_of_each"),
        ]
