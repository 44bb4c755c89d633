"""Examinations that are asked for, and the trips in which they are booked together."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yilu.diagnostics.states import PENDING, ExamKind, ExamState, Urgency
from yilu.platform import clock
from yilu.platform.crypto import EncryptedTextField
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id


class Trip(models.Model):
    """Examinations of one patient that were booked together. `version` counts what is told."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    clinic_day = models.DateField()
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        indexes = [models.Index(fields=["site", "created_at"], name="diagnostics_trip_of_site")]
        constraints = [*in_calendar("diagnostics_trip", "created_at")]


class ExamRequest(models.Model):
    """An examination that a doctor asks for, from the asking to the doing.

    `kind` and `flags` are those of the table of examinations when it was asked for, with what
    the doctor changed. `due_at` is our promise for its kind. A booking that was cancelled stays
    named until there is another, so that taking the cancelling back finds its way home.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    visit = models.ForeignKey("visits.Visit", models.PROTECT, related_name="+")
    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, related_name="+", db_index=False
    )
    practitioner = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, null=True, related_name="+", db_index=False
    )
    trip = models.ForeignKey(Trip, models.PROTECT, null=True, related_name="requests")
    booking = models.OneToOneField(
        "scheduling.Booking", models.PROTECT, null=True, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=ExamKind.choices)
    urgency = models.CharField(max_length=8, choices=Urgency.choices)
    flags = ArrayField(models.CharField(max_length=12), default=list)
    reason = EncryptedTextField(column="diagnostics.examrequest.reason")
    wanted_by = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=ExamState.choices, default=ExamState.OPEN)
    requested_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    starts_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    clinic_day = models.DateField()
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["site", "requested_at"],
                condition=Q(state__in=PENDING),
                name="diagnostics_request_pending",
            ),
            models.Index(fields=["site", "requested_at"], name="diagnostics_request_figures"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "service", "site"],
                condition=Q(state__in=PENDING),
                name="diagnostics_request_once",
            ),
            models.CheckConstraint(
                name="diagnostics_request_known",
                condition=Q(state__in=ExamState.values)
                & Q(kind__in=ExamKind.values)
                & Q(urgency__in=Urgency.values),
            ),
            models.CheckConstraint(
                name="diagnostics_request_booked",
                condition=Q(state__in=("open", "here", "withdrawn"))
                | Q(state="done", booking__isnull=True)
                | Q(booking__isnull=False, trip__isnull=False, starts_at__isnull=False),
            ),
            *in_calendar(
                "diagnostics_examrequest", "requested_at", "due_at", "starts_at", "ended_at"
            ),
        ]
