"""The laboratory: what is ordered, the tube it is taken into, the report, and its values."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yilu.diagnostics.states import (
    CriticalState,
    LabState,
    ReportState,
    SpecimenState,
    Urgency,
)
from yilu.platform.crypto import EncryptedTextField
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.visits.rows import OfVisit


def person() -> "models.ForeignKey[object, object]":
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )


class Specimen(OfVisit):
    """One tube, with its number on the label: who took it from whom, and when it came.

    `identity` names the identifiers by which the patient was told, `checks` the answers before
    collection. `due_at` is what we promise: the earliest of its tests.
    """

    number = models.CharField(max_length=20)
    container = models.CharField(max_length=16)
    urgency = models.CharField(max_length=8, choices=Urgency.choices)
    state = models.CharField(max_length=10, choices=SpecimenState.choices)
    identity = models.JSONField(default=dict)
    checks = models.JSONField(default=dict)
    collected_at = models.DateTimeField()
    collected_by = person()
    received_at = models.DateTimeField(null=True)
    received_by = person()
    rejected_at = models.DateTimeField(null=True)
    rejected_by = person()
    rejection = models.CharField(max_length=16, blank=True)
    rejection_note = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["site", "due_at"],
                condition=Q(state__in=("collected", "received", "entered")),
                name="diagnostics_specimen_open",
            ),
            models.Index(fields=["site", "collected_at"], name="diagnostics_specimen_figures"),
            models.Index(fields=["visit"], name="diagnostics_specimen_visit"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="diagnostics_specimen_number"),
            models.CheckConstraint(
                name="diagnostics_specimen_known",
                condition=Q(state__in=SpecimenState.values) & Q(urgency__in=Urgency.values),
            ),
            models.CheckConstraint(
                name="diagnostics_specimen_received",
                condition=Q(state__in=("collected", "rejected")) | Q(received_at__isnull=False),
            ),
            models.CheckConstraint(
                name="diagnostics_specimen_refused",
                condition=~Q(state="rejected") | (Q(rejected_at__isnull=False) & ~Q(rejection="")),
            ),
            *in_calendar(
                "diagnostics_specimen", "collected_at", "received_at", "rejected_at", "due_at"
            ),
        ]


class LabOrder(OfVisit):
    """One test that a doctor ordered, from the ordering to the report.

    `sending` is shared by what was sent together. `again` says why it was ordered although a
    recent result was there. The specimen is the one in hand; a refused one is let go of.
    """

    sending = models.UUIDField()
    test = models.CharField(max_length=24)
    table_version = models.CharField(max_length=20)
    practitioner = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, null=True, related_name="+", db_index=False
    )
    ordered_by = person()
    ordered_at = models.DateTimeField()
    urgency = models.CharField(max_length=8, choices=Urgency.choices)
    reason = EncryptedTextField(column="diagnostics.laborder.reason")
    again = EncryptedTextField(column="diagnostics.laborder.again")
    state = models.CharField(max_length=10, choices=LabState.choices, default=LabState.ORDERED)
    specimen = models.ForeignKey(Specimen, models.PROTECT, null=True, related_name="orders")
    refused = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["site", "ordered_at"],
                condition=Q(state="ordered"),
                name="diagnostics_order_to_collect",
            ),
            models.Index(fields=["visit"], name="diagnostics_order_visit"),
            models.Index(fields=["patient", "test"], name="diagnostics_order_before"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "test"],
                condition=Q(state__in=("ordered", "collected")),
                name="diagnostics_order_once",
            ),
            models.CheckConstraint(
                name="diagnostics_order_known",
                condition=Q(state__in=LabState.values) & Q(urgency__in=Urgency.values),
            ),
            models.CheckConstraint(
                name="diagnostics_order_in_tube",
                condition=Q(state__in=("ordered", "cancelled")) | Q(specimen__isnull=False),
            ),
            *in_calendar("diagnostics_laborder", "ordered_at", "ended_at"),
        ]


class Issued(OfVisit):
    """A report that one person writes and another verifies. A correction is a new issue."""

    issue = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=ReportState.choices)
    entered_at = models.DateTimeField()
    entered_by = person()
    verified_at = models.DateTimeField(null=True)
    verified_by = person()
    sent_back = models.CharField(max_length=200, blank=True)
    explained_at = models.DateTimeField(null=True)
    explained_by = person()

    class Meta:
        abstract = True


def rules_of_issues(prefix: str, about: str) -> list[models.BaseConstraint]:
    """What the database refuses of any report: two in force, or verified by whoever wrote it."""
    return [
        models.UniqueConstraint(fields=[about, "issue"], name=f"{prefix}_each_issue_once"),
        models.UniqueConstraint(
            fields=[about], condition=Q(state="entered"), name=f"{prefix}_one_entered"
        ),
        models.UniqueConstraint(
            fields=[about], condition=Q(state="released"), name=f"{prefix}_one_in_force"
        ),
        models.CheckConstraint(name=f"{prefix}_known", condition=Q(state__in=ReportState.values)),
        models.CheckConstraint(
            name=f"{prefix}_second_person",
            condition=Q(verified_by__isnull=True)
            | Q(entered_by__isnull=True)
            | ~Q(verified_by=F("entered_by")),
        ),
        models.CheckConstraint(
            name=f"{prefix}_verified",
            condition=Q(state__in=("entered", "dropped")) | Q(verified_at__isnull=False),
        ),
    ]


class LabReport(Issued):
    """What the laboratory says of one tube. A correction is a new issue; the old stays readable.

    Nobody verifies what they entered: the database refuses it.
    """

    specimen = models.ForeignKey(Specimen, models.PROTECT, related_name="reports")
    note = EncryptedTextField(column="diagnostics.labreport.note")
    why = EncryptedTextField(column="diagnostics.labreport.why")
    has_critical = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["site", "entered_at"],
                condition=Q(state="entered"),
                name="diagnostics_report_to_verify",
            ),
            models.Index(fields=["patient", "verified_at"], name="diagnostics_report_patient"),
            models.Index(fields=["site", "verified_at"], name="diagnostics_report_figures"),
        ]
        constraints = [
            *rules_of_issues("diagnostics_report", "specimen"),
            *in_calendar("diagnostics_labreport", "entered_at", "verified_at", "explained_at"),
        ]


class LabValue(models.Model):
    """One value of a report, with the range and unit by which it was judged. Written once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(LabReport, models.PROTECT, related_name="values")
    order = models.ForeignKey(LabOrder, models.PROTECT, related_name="+", db_index=False)
    analyte = models.CharField(max_length=24)
    number = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    text = models.CharField(max_length=24)
    unit = models.CharField(max_length=16, blank=True)
    low = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    high = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    bounds = models.CharField(max_length=24, blank=True)
    flag = models.CharField(max_length=2, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "analyte"], name="diagnostics_value_once_in_report"
            ),
            models.CheckConstraint(
                name="diagnostics_value_known_flag",
                condition=Q(flag__in=("", "L", "H", "LL", "HH", "A")),
            ),
        ]


class CriticalValue(OfVisit):
    """A value or finding that somebody must be told of at once, until they have said it back.

    It is of a report of the laboratory, or of one of an examination.
    """

    report = models.ForeignKey(LabReport, models.PROTECT, null=True, related_name="+")
    study_report = models.ForeignKey(
        "diagnostics.StudyReport", models.PROTECT, null=True, related_name="+"
    )
    practitioner = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, null=True, related_name="+", db_index=False
    )
    analyte = models.CharField(max_length=24)
    shown = models.CharField(max_length=60)
    flag = models.CharField(max_length=2)
    state = models.CharField(max_length=12, choices=CriticalState.choices)
    raised_at = models.DateTimeField()
    raised_by = person()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = person()
    handled_at = models.DateTimeField(null=True)
    handled_by = person()
    action = EncryptedTextField(column="diagnostics.criticalvalue.action")

    class Meta:
        indexes = [
            models.Index(
                fields=["site", "raised_at"],
                condition=Q(state__in=("open", "acknowledged")),
                name="diagnostics_critical_open",
            ),
            models.Index(fields=["visit"], name="diagnostics_critical_visit"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["report", "analyte"], name="diagnostics_critical_once"),
            models.UniqueConstraint(
                fields=["study_report", "analyte"], name="diagnostics_critical_finding_once"
            ),
            models.CheckConstraint(
                name="diagnostics_critical_of_one",
                condition=Q(report__isnull=True, study_report__isnull=False)
                | Q(report__isnull=False, study_report__isnull=True),
            ),
            models.CheckConstraint(
                name="diagnostics_critical_known", condition=Q(state__in=CriticalState.values)
            ),
            models.CheckConstraint(
                name="diagnostics_critical_answered",
                condition=Q(state__in=("open", "withdrawn")) | Q(acknowledged_at__isnull=False),
            ),
            *in_calendar("diagnostics_criticalvalue", "raised_at", "acknowledged_at", "handled_at"),
        ]
