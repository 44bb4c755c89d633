"""What aftercare stores, and what the database refuses to store."""

from django.db import models
from django.db.models import Q

from yilu.aftercare.states import FollowUpKind, FollowUpState, Medication, Recovery
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id


class FollowUp(models.Model):
    """Somebody asks a patient after a visit how they are, by `due_at` at the latest.

    One of a kind for each visit, whoever hears of its end twice. `sheet_read_at` is when the
    after-visit sheet was first opened.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    visit = models.ForeignKey("visits.Visit", models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    clinic_day = models.DateField()
    kind = models.CharField(max_length=10, choices=FollowUpKind.choices)
    state = models.CharField(
        max_length=10, choices=FollowUpState.choices, default=FollowUpState.DUE
    )
    due_at = models.DateTimeField()
    owner = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    script = models.CharField(max_length=40, default="after_visit")
    tries = models.PositiveSmallIntegerField(default=0)
    recovery = models.CharField(max_length=10, choices=Recovery.choices, blank=True)
    medication = models.CharField(max_length=10, choices=Medication.choices, blank=True)
    reactions = models.CharField(max_length=400, blank=True)
    satisfaction = models.PositiveSmallIntegerField(null=True)
    wants_visit = models.BooleanField(default=False)
    needs_doctor = models.BooleanField(default=False)
    note = models.CharField(max_length=1000, blank=True)
    planned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    sheet_read_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["site", "due_at"],
                condition=Q(state=FollowUpState.DUE),
                name="aftercare_followup_due",
            ),
            models.Index(fields=["site", "ended_at"], name="aftercare_followup_ended"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["visit", "kind"], name="aftercare_followup_once"),
            models.CheckConstraint(
                name="aftercare_followup_known_state", condition=Q(state__in=FollowUpState.values)
            ),
            models.CheckConstraint(
                name="aftercare_followup_ended_when_over",
                condition=Q(state=FollowUpState.DUE, ended_at=None)
                | ~Q(state=FollowUpState.DUE) & Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="aftercare_followup_satisfaction",
                condition=Q(satisfaction=None) | Q(satisfaction__gte=1, satisfaction__lte=5),
            ),
            *in_calendar("aftercare_followup", "due_at", "planned_at", "ended_at", "sheet_read_at"),
        ]
