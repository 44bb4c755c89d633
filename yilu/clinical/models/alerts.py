"""What the checks said about prescriptions, and what became of it."""

from django.db import models
from django.db.models import Q

from yilu.clinical.models.prescriptions import Prescription
from yilu.clinical.states import AlertAction
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id


class PrescriptionAlert(models.Model):
    """One alert about one draft: which rule, how grave, and what the doctor did about it.

    Kept for statistics too: a rule that is overridden almost always should be demoted.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    prescription = models.ForeignKey(Prescription, models.PROTECT, related_name="alerts")
    key = models.CharField(max_length=160)
    rule = models.CharField(max_length=40)
    grade = models.CharField(max_length=5)
    drug_id = models.UUIDField(null=True)
    facts = models.JSONField(default=dict)
    ruleset_version = models.CharField(max_length=20, blank=True)
    source = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=10, choices=AlertAction.choices, default=AlertAction.SHOWN)
    reason = models.CharField(max_length=200, blank=True)
    shown_at = models.DateTimeField()
    acted_at = models.DateTimeField(null=True)
    acted_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            *in_calendar("clinical_prescriptionalert", "shown_at", "acted_at"),
            models.UniqueConstraint(
                fields=["prescription", "key"], name="clinical_prescriptionalert_once"
            ),
            models.CheckConstraint(
                name="clinical_prescriptionalert_overridden_why",
                condition=~Q(action=AlertAction.OVERRIDDEN) | ~Q(reason=""),
            ),
        ]
        indexes = [models.Index(fields=["rule", "action"], name="clinical_alert_statistics")]
