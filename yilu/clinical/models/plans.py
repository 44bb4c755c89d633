"""Treatment plans in plain language: what was proposed, what the patient understood and chose."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yilu.clinical.states import PlanState, PlanWay
from yilu.platform.crypto import EncryptedTextField
from yilu.platform.db import in_calendar
from yilu.visits.rows import OfVisit


class TreatmentPlan(OfVisit):
    """What a doctor proposes at a visit: options with what each does, risks, takes and costs.

    Once proposed, `content` and its seal `digest` are not changed; who thinks otherwise proposes
    anew, and the plan before is replaced. A choice counts once the doctor has heard the patient say
    it back (`is_understood`). What belongs to the plan is released then, or in an emergency.
    """

    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.PROPOSED)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    practitioner = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, related_name="+", db_index=False
    )
    proposed_at = models.DateTimeField()
    said_back = models.CharField(max_length=500, blank=True)
    is_understood = models.BooleanField(null=True)
    heard_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    heard_at = models.DateTimeField(null=True)
    chosen = models.PositiveSmallIntegerField(null=True)
    way = models.CharField(max_length=10, choices=PlanWay.choices, blank=True)
    witness = EncryptedTextField(column="clinical.plan.witness", null=True)
    strokes = EncryptedTextField(column="clinical.plan.strokes", null=True)
    chosen_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    released_because = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["visit", "proposed_at"], name="clinical_plan_visit"),
            models.Index(fields=["patient", "-proposed_at"], name="clinical_plan_patient"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(state=PlanState.PROPOSED),
                name="clinical_plan_one_proposed",
            ),
            models.CheckConstraint(
                name="clinical_plan_accepted_is_whole",
                condition=~Q(state=PlanState.ACCEPTED)
                | Q(chosen__isnull=False, is_understood=True, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="clinical_plan_declined_why",
                condition=~Q(state=PlanState.DECLINED) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="clinical_plan_by_word_before_witness",
                condition=~Q(way=PlanWay.WORD) | Q(witness__isnull=False),
            ),
            models.CheckConstraint(
                name="clinical_plan_known_state", condition=Q(state__in=PlanState.values)
            ),
            *in_calendar(
                "clinical_treatmentplan", "proposed_at", "heard_at", "chosen_at", "decided_at"
            ),
        ]
