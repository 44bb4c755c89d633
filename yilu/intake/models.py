"""What intake stores, and what the database refuses to store."""

from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yilu.intake.states import PROMISED, SheetState, WorseState
from yilu.platform.crypto import EncryptedTextField
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id


class Sheet(models.Model):
    """The questions of one booking, or of one visit without one, and what was answered.

    Answers are JSON, encrypted; `earlier` are those that staff changed, with when and by whom.
    `sets` and `set_version` say which questions were asked. `taken` are the questions whose
    answers went into the record.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="+")
    booking = models.OneToOneField(
        "scheduling.Booking", models.PROTECT, null=True, related_name="+"
    )
    visit = models.OneToOneField("visits.Visit", models.PROTECT, null=True, related_name="+")
    service_key = models.CharField(max_length=40)
    specialty = models.CharField(max_length=20, blank=True)
    sets = ArrayField(models.CharField(max_length=20))
    set_version = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=SheetState.choices, default=SheetState.ASKED)
    answers = EncryptedTextField(column="intake.sheet.answers")
    earlier = EncryptedTextField(column="intake.sheet.earlier", null=True)
    filled_by = models.CharField(max_length=8, blank=True)
    taken = ArrayField(models.CharField(max_length=40), default=list)
    clinic_day = models.DateField()
    asked_at = models.DateTimeField()
    consent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="intake_sheet_known_state", condition=Q(state__in=SheetState.values)
            ),
            models.CheckConstraint(
                name="intake_sheet_answered_with_consent",
                condition=~Q(state=SheetState.ANSWERED)
                | Q(answered_at__isnull=False, consent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="intake_sheet_of_booking_or_visit",
                condition=Q(booking__isnull=False, visit__isnull=True)
                | Q(booking__isnull=True, visit__isnull=False),
            ),
            *in_calendar("intake_sheet", "asked_at", "consent_at", "answered_at"),
        ]

    @property
    def asked_for(self) -> UUID:
        """The booking, or else the visit, whose questions these are."""
        return cast("UUID", self.booking_id or self.visit_id)


class PreTriage(models.Model):
    """What somebody complained of, and where the rules of that day sent them.

    `inputs` are everything that the rules saw, JSON, encrypted; of somebody without a record the
    findings are kept and not the words. `department` is where a person decided to go instead.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, null=True, related_name="+")
    booking = models.ForeignKey(
        "scheduling.Booking", models.PROTECT, null=True, related_name="+", db_index=False
    )
    visit = models.ForeignKey("visits.Visit", models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=8)
    clinic_day = models.DateField()
    asked_at = models.DateTimeField()
    inputs = EncryptedTextField(column="intake.pretriage.inputs")
    rules_version = models.CharField(max_length=12)
    outcome = models.CharField(max_length=20)
    confidence = models.CharField(max_length=8)
    level = models.PositiveSmallIntegerField(null=True)
    answer = EncryptedTextField(column="intake.pretriage.answer")
    department = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [models.Index(fields=["site", "clinic_day"], name="intake_pretriage_of_day")]
        constraints = [
            models.CheckConstraint(
                name="intake_pretriage_other_with_reason",
                condition=Q(department="") | Q(decided_at__isnull=False) & ~Q(reason=""),
            ),
            *in_calendar("intake_pretriage", "asked_at", "decided_at"),
        ]


class FeltWorse(models.Model):
    """A patient who waits said that they feel worse. One is open for a visit at a time.

    `presses` counts how often it was said; only a nurse closes it, with a level and a reason.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    visit = models.ForeignKey("visits.Visit", models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=8, choices=WorseState.choices, default=WorseState.OPEN)
    channel = models.CharField(max_length=8)
    words = EncryptedTextField(column="intake.feltworse.words")
    alarms = ArrayField(models.CharField(max_length=30), default=list)
    rules_version = models.CharField(max_length=12)
    suggested = models.PositiveSmallIntegerField(null=True)
    clinic_day = models.DateField()
    said_at = models.DateTimeField()
    pressed_at = models.DateTimeField()
    presses = models.PositiveSmallIntegerField(default=1)
    promise_minutes = models.PositiveSmallIntegerField(default=PROMISED)
    level_before = models.PositiveSmallIntegerField(null=True)
    level = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["site", "said_at"], condition=Q(state="open"), name="intake_feltworse_open"
            ),
            models.Index(fields=["visit", "said_at"], name="intake_feltworse_of_visit"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["visit"], condition=Q(state="open"), name="intake_feltworse_one_open"
            ),
            models.CheckConstraint(
                name="intake_feltworse_known_state", condition=Q(state__in=WorseState.values)
            ),
            models.CheckConstraint(
                name="intake_feltworse_answered_why",
                condition=Q(state="open")
                | Q(level__gte=1, level__lte=4, answered_at__isnull=False) & ~Q(reason=""),
            ),
            *in_calendar("intake_feltworse", "said_at", "pressed_at", "answered_at"),
        ]
