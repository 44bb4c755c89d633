"""Procedures of risk: who talked before, what was checked, said and seen; and what began without
the examination that ought to come first.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from yilu.clinical.states import EntryKind, ProcedureState
from yilu.platform import clock
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.visits.rows import OfVisit


class Exemption(OfVisit):
    """That at one visit a treatment may begin though something is missing, why, and who says so.

    Written once; the manager reads it.
    """

    missing = models.JSONField()
    reason = models.CharField(max_length=500)
    is_emergency = models.BooleanField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["site", "-made_at"], name="clinical_exemption_report")]
        constraints = [
            models.UniqueConstraint(fields=["visit"], name="clinical_exemption_one_per_visit"),
            models.CheckConstraint(name="clinical_exemption_why", condition=~Q(reason="")),
            *in_calendar("clinical_exemption", "made_at"),
        ]


class Procedure(OfVisit):
    """One procedure on one patient. `steps` are those of its kind as they were on the day."""

    kind = models.CharField(max_length=40)
    kind_version = models.CharField(max_length=20)
    steps = models.JSONField()
    what = models.CharField(max_length=200)
    practitioner = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(
        max_length=10, choices=ProcedureState.choices, default=ProcedureState.PLANNED
    )
    planned_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["visit", "planned_at"], name="clinical_procedure_visit"),
            models.Index(fields=["patient", "-planned_at"], name="clinical_procedure_patient"),
            models.Index(fields=["practitioner", "-planned_at"], name="clinical_procedure_leader"),
        ]
        constraints = [
            models.CheckConstraint(
                name="clinical_procedure_known_state",
                condition=Q(state__in=ProcedureState.values),
            ),
            models.CheckConstraint(
                name="clinical_procedure_abandoned_why",
                condition=~Q(state=ProcedureState.ABANDONED) | ~Q(reason=""),
            ),
            *in_calendar("clinical_procedure", "planned_at", "started_at", "ended_at"),
        ]


class ProcedureEntry(models.Model):
    """A line of a procedure's record: talked over, checked, said, seen. Written once.

    `speaker` is who said or did it; `user` who wrote it down.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=8, choices=EntryKind.choices)
    code = models.CharField(max_length=40, blank=True)
    speaker = models.CharField(max_length=10)
    text = models.CharField(max_length=500, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "user"],
                condition=Q(kind=EntryKind.TALK),
                name="clinical_procedureentry_talked_once",
            ),
            models.UniqueConstraint(
                fields=["procedure", "code"],
                condition=Q(kind=EntryKind.CHECK),
                name="clinical_procedureentry_checked_once",
            ),
            models.CheckConstraint(
                name="clinical_procedureentry_says_something",
                condition=~Q(kind=EntryKind.SAID) | ~Q(text=""),
            ),
            *in_calendar("clinical_procedureentry", "at"),
        ]


class Observation(OfVisit):
    """A look at the patient that is due some minutes after a procedure."""

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="observations")
    code = models.CharField(max_length=40)
    title = models.JSONField()
    due_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    is_well = models.BooleanField(null=True)
    text = models.CharField(max_length=500, blank=True)
    overdue_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["site", "due_at"],
                condition=Q(made_at=None),
                name="clinical_observation_due",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "code"], name="clinical_observation_once"),
            models.CheckConstraint(
                name="clinical_observation_unwell_how",
                condition=~Q(is_well=False) | ~Q(text=""),
            ),
            *in_calendar("clinical_observation", "due_at", "made_at", "overdue_at"),
        ]
