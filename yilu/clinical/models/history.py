"""What outlives a visit: allergies, problems, background, and targets that scores depend on."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yilu.clinical.models.base import OfPatient
from yilu.clinical.states import (
    AllergyKind,
    AllergySeverity,
    AllergyStatus,
    Certainty,
    ProblemStatus,
)
from yilu.platform.db import in_calendar


class Allergy(OfPatient):
    """A substance that this patient must not meet, or meets badly.

    `group` names a group of the versioned cross-reactivity table; without one only the
    same substance is recognised. Refuting keeps the row and says why.
    """

    substance = models.CharField(max_length=120)
    group = models.CharField(max_length=40, blank=True)
    atc = models.CharField(max_length=8, blank=True)
    kind = models.CharField(max_length=12, choices=AllergyKind.choices)
    reaction = models.CharField(max_length=200, blank=True)
    severity = models.CharField(max_length=12, choices=AllergySeverity.choices)
    certainty = models.CharField(max_length=10, choices=Certainty.choices)
    onset = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=80, blank=True)
    status = models.CharField(
        max_length=8, choices=AllergyStatus.choices, default=AllergyStatus.ACTIVE
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    verified_at = models.DateTimeField(null=True)
    refuted_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            *in_calendar("clinical_allergy", "recorded_at", "verified_at"),
            models.UniqueConstraint(
                fields=["patient", "substance"],
                condition=Q(status=AllergyStatus.ACTIVE),
                name="clinical_allergy_once",
            ),
            models.CheckConstraint(
                name="clinical_allergy_known_status", condition=Q(status__in=AllergyStatus.values)
            ),
            models.CheckConstraint(
                name="clinical_allergy_refuted_why",
                condition=~Q(status=AllergyStatus.REFUTED) | ~Q(refuted_reason=""),
            ),
        ]


class AllergyStatement(OfPatient):
    """That somebody asked: no allergies are known, or those on record are still right.

    `ended_at` is set when an allergy is recorded after “none known”.
    """

    none_known = models.BooleanField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["patient", "recorded_at"], name="clinical_statement_latest")
        ]
        constraints = [*in_calendar("clinical_allergystatement", "recorded_at", "ended_at")]


class Problem(OfPatient):
    """Something that stays with the patient: a disease, an operation, a risk."""

    code = models.CharField(max_length=12, blank=True)
    text = models.CharField(max_length=200)
    onset = models.CharField(max_length=40, blank=True)
    status = models.CharField(
        max_length=8, choices=ProblemStatus.choices, default=ProblemStatus.ACTIVE
    )
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            *in_calendar("clinical_problem", "recorded_at", "resolved_at"),
            models.UniqueConstraint(
                fields=["patient", "text"],
                condition=Q(status=ProblemStatus.ACTIVE),
                name="clinical_problem_once",
            ),
            models.CheckConstraint(
                name="clinical_problem_known_status", condition=Q(status__in=ProblemStatus.values)
            ),
        ]


class Background(OfPatient):
    """Past, family and social history and immunisations: versions, of which the last counts."""

    n = models.PositiveSmallIntegerField()
    content = models.JSONField()

    class Meta:
        constraints = [
            *in_calendar("clinical_background", "recorded_at"),
            models.UniqueConstraint(
                fields=["patient", "n"], name="clinical_background_one_of_each"
            ),
        ]


class OxygenTarget(OfPatient):
    """A prescriber's documented saturation target of 88–92 %: only then NEWS2 uses scale 2."""

    reason = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            *in_calendar("clinical_oxygentarget", "recorded_at", "ended_at"),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(ended_at__isnull=True),
                name="clinical_oxygentarget_one",
            ),
        ]
