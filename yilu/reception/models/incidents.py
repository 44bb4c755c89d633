"""Incidents at the desk, and the timeline of what was done about them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from yilu.platform import clock
from yilu.platform.crypto import EncryptedTextField
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.reception.states import IncidentKind, IncidentOutcome, IncidentState


class Incident(models.Model):
    """Something that happened at the desk or in the halls, from the first press to its outcome.

    `resource_id`, `block_ids` and `plan_id` belong to scheduling: what failed, the time that is
    blocked because of it, and the plan that finds its bookings another place. Words about people
    lie encrypted.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=24, unique=True)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    clinic_day = models.DateField()
    kind = models.CharField(max_length=10, choices=IncidentKind.choices)
    state = models.CharField(
        max_length=10, choices=IncidentState.choices, default=IncidentState.OPEN
    )
    place = models.CharField(max_length=120, blank=True)
    what = EncryptedTextField(column="reception.incident")
    patient = models.ForeignKey("patients.Patient", models.PROTECT, null=True, related_name="+")
    resource_id = models.UUIDField(null=True)
    block_ids = ArrayField(models.UUIDField(), default=list)
    plan_id = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    outcome = models.CharField(max_length=16, choices=IncidentOutcome.choices, blank=True)
    outcome_note = EncryptedTextField(column="reception.incident_outcome")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(
                fields=["site"], condition=Q(state="open"), name="reception_incident_open"
            ),
            models.Index(fields=["site", "-opened_at"], name="reception_incident_latest"),
        ]
        constraints = [
            models.CheckConstraint(
                name="reception_incident_known",
                condition=Q(kind__in=IncidentKind.values, state__in=IncidentState.values),
            ),
            models.CheckConstraint(
                name="reception_incident_ends_with_an_outcome",
                condition=Q(state="closed", closed_at__isnull=False)
                & Q(outcome__in=IncidentOutcome.values)
                | Q(state__in=["open", "withdrawn"], closed_at=None, outcome=""),
            ),
            models.CheckConstraint(
                name="reception_incident_closed_after_opened",
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")),
            ),
            *in_calendar("reception_incident", "opened_at", "closed_at"),
        ]


class IncidentEntry(models.Model):
    """One line of the timeline: what was done, when it was truly done, and who says so.

    `at` is when it was done, `recorded_at` when it was written down. A line written by mistake
    is struck out and stays.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="entries")
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    clinic_day = models.DateField()
    deed = models.CharField(max_length=20, blank=True)
    text = EncryptedTextField(column="reception.incident_entry")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    struck_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["at", "recorded_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="reception_entry_not_in_the_future",
                condition=Q(at__lte=F("recorded_at")),
            ),
            *in_calendar("reception_incidententry", "at", "recorded_at", "struck_at"),
        ]
