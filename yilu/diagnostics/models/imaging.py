"""Examinations done with a device: the study, its images, and its report."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yilu.diagnostics.models.exams import ExamRequest
from yilu.diagnostics.models.laboratory import Issued, person, rules_of_issues
from yilu.diagnostics.states import STUDY_HERE, STUDY_PENDING, Side, StudyState
from yilu.platform.crypto import EncryptedTextField
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.visits.rows import OfVisit


class Study(OfVisit):
    """One examination that was asked for, from the asking to the report.

    The request says why, how urgent, and when it is booked; the study says what is done. Devices
    know it by `accession` and `uid`. `identity` names the identifiers by which the patient was
    told, `checks` the answers before it began, `override` why it began in spite of them. `again`:
    why it was asked for although there is a recent report.
    """

    request = models.OneToOneField(ExamRequest, models.PROTECT, related_name="study")
    accession = models.CharField(max_length=16, unique=True)
    uid = models.CharField(max_length=64, unique=True)
    modality = models.CharField(max_length=4)
    part = models.CharField(max_length=16)
    side = models.CharField(max_length=5, choices=Side.choices, blank=True)
    again = EncryptedTextField(column="diagnostics.study.again")
    state = models.CharField(max_length=10, choices=StudyState.choices, default=StudyState.ORDERED)
    identity = models.JSONField(default=dict)
    checks = models.JSONField(default=dict)
    override = EncryptedTextField(column="diagnostics.study.override")
    is_overridden = models.BooleanField(default=False)
    ordered_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)
    arrived_by = person()
    begun_at = models.DateTimeField(null=True)
    begun_by = person()
    taken_at = models.DateTimeField(null=True)
    taken_by = person()
    due_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["site", "ordered_at"],
                condition=Q(state__in=STUDY_PENDING),
                name="diagnostics_study_pending",
            ),
            models.Index(fields=["site", "begun_at"], name="diagnostics_study_figures"),
            models.Index(fields=["visit"], name="diagnostics_study_visit"),
            models.Index(fields=["patient", "taken_at"], name="diagnostics_study_patient"),
        ]
        constraints = [
            models.CheckConstraint(
                name="diagnostics_study_known",
                condition=Q(state__in=StudyState.values) & Q(side__in=("", *Side.values)),
            ),
            models.CheckConstraint(
                name="diagnostics_study_here",
                condition=~Q(state__in=STUDY_HERE) | Q(arrived_at__isnull=False),
            ),
            models.CheckConstraint(
                name="diagnostics_study_begun",
                condition=Q(state__in=("ordered", "arrived", "cancelled"))
                | Q(begun_at__isnull=False),
            ),
            *in_calendar(
                "diagnostics_study", "ordered_at", "arrived_at", "begun_at", "taken_at", "due_at"
            ),
        ]


class StudyReport(Issued):
    """What was found, and what it means. `findings_told` are those that could not wait."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="reports")
    findings = EncryptedTextField(column="diagnostics.studyreport.findings")
    impression = EncryptedTextField(column="diagnostics.studyreport.impression")
    why = EncryptedTextField(column="diagnostics.studyreport.why")
    critical = ArrayField(models.CharField(max_length=24), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["patient", "verified_at"], name="diagnostics_studyreport_mine"),
            models.Index(fields=["visit"], name="diagnostics_studyreport_visit"),
        ]
        constraints = [
            *rules_of_issues("diagnostics_studyreport", "study"),
            *in_calendar("diagnostics_studyreport", "entered_at", "verified_at", "explained_at"),
        ]


class StudyImage(models.Model):
    """One image, or stack of images, as a device or a person gave it; the bytes lie in `file`.

    Without a study nobody knows yet whose it is: `told` keeps what the device said of the patient,
    for whoever assigns it. `sop_uid` is the image's own name: what comes twice is kept once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    study = models.ForeignKey(Study, models.PROTECT, null=True, related_name="images")
    file = models.OneToOneField("platform.File", models.PROTECT, related_name="+")
    sop_uid = models.CharField(max_length=64, unique=True)
    series_uid = models.CharField(max_length=64)
    series_number = models.PositiveIntegerField(default=0)
    number = models.PositiveIntegerField(default=0)
    modality = models.CharField(max_length=16, blank=True)
    title = models.CharField(max_length=100, blank=True)
    frames = models.PositiveIntegerField(default=1)
    is_dicom = models.BooleanField(default=True)
    source = models.CharField(max_length=64, blank=True)
    told = EncryptedTextField(column="diagnostics.studyimage.told")
    received_at = models.DateTimeField()
    given_by = person()
    assigned_at = models.DateTimeField(null=True)
    assigned_by = person()
    removed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["site", "received_at"],
                condition=Q(study__isnull=True, removed_at__isnull=True),
                name="diagnostics_image_unmatched",
            ),
        ]
        constraints = [
            *in_calendar("diagnostics_studyimage", "received_at", "assigned_at", "removed_at"),
        ]
