"""What outbreak mode stores, and what the database refuses to store."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from yilu.outbreak.states import (
    AskedVia,
    CaseGroup,
    CaseOutcome,
    CaseState,
    CaseWay,
    Illness,
    ScreeningOutcome,
)
from yilu.platform import clock
from yilu.platform.crypto import EncryptedTextField
from yilu.platform.db import in_calendar
from yilu.platform.fields import LocalizedField
from yilu.platform.ids import new_id


class SitePlan(models.Model):
    """What a site does in an outbreak: the route, the room and queue apart, limits, reminders.

    `queue` is the queue of the room; `online_per_day` and `closed_service_ids` bind patients'
    own bookings while the mode is on. A screening holds for `valid_hours`; contacts are looked
    for up to `window_minutes` around a stay; a drill is due after `drill_days`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.OneToOneField("facility.Site", models.PROTECT, related_name="+")
    route = LocalizedField()
    room = models.ForeignKey("facility.Room", models.PROTECT, related_name="+", db_index=False)
    queue = models.ForeignKey("queueing.Queue", models.PROTECT, related_name="+", db_index=False)
    valid_hours = models.PositiveSmallIntegerField(default=24)
    window_minutes = models.PositiveSmallIntegerField(default=30)
    drill_days = models.PositiveSmallIntegerField(default=90)
    online_per_day = models.PositiveSmallIntegerField(null=True)
    closed_service_ids = ArrayField(models.UUIDField(), default=list)
    made_at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outbreak_siteplan_bounds",
                condition=Q(
                    valid_hours__gte=1,
                    valid_hours__lte=72,
                    window_minutes__lte=240,
                    drill_days__gte=1,
                    drill_days__lte=730,
                ),
            ),
            *in_calendar("outbreak_siteplan", "made_at"),
        ]


class Outbreak(models.Model):
    """A time during which a site is in outbreak mode, or drills it. One at a time for a site.

    `end_note` is why it ended; of a drill, what was found.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    is_drill = models.BooleanField()
    illness = models.CharField(max_length=12, choices=Illness.choices)
    reason = models.CharField(max_length=300)
    began_at = models.DateTimeField()
    began_by = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    end_note = models.CharField(max_length=1000, blank=True)
    is_withdrawn = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-began_at", "-id"]
        indexes = [models.Index(fields=["site", "-began_at"], name="outbreak_outbreak_latest")]
        constraints = [
            models.UniqueConstraint(
                fields=["site"], condition=Q(ended_at=None), name="outbreak_one_at_a_time"
            ),
            models.CheckConstraint(
                name="outbreak_outbreak_known",
                condition=Q(illness__in=Illness.values) & ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="outbreak_outbreak_ends_after_it_began",
                condition=Q(ended_at=None, is_withdrawn=False) | Q(ended_at__gte=F("began_at")),
            ),
            *in_calendar("outbreak_outbreak", "began_at", "ended_at"),
        ]


class Screening(models.Model):
    """The entry questions as one person answered them, or a suspicion without them.

    Answers are JSON, encrypted, with the version of the questions. Without a patient only in a
    drill: somebody plays one. `apart_at` is when the patient was sent the isolation route.
    A suspicion that still counts at one more visit has a row for that visit, too: `first` is the
    one that was answered.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    outbreak = models.ForeignKey(Outbreak, models.PROTECT, related_name="screenings")
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    is_drill = models.BooleanField()
    clinic_day = models.DateField()
    patient = models.ForeignKey("patients.Patient", models.PROTECT, null=True, related_name="+")
    booking = models.ForeignKey(
        "scheduling.Booking", models.PROTECT, null=True, related_name="+", db_index=False
    )
    visit = models.ForeignKey("visits.Visit", models.PROTECT, null=True, related_name="+")
    first = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False, editable=False
    )
    via = models.CharField(max_length=8, choices=AskedVia.choices)
    set_version = models.CharField(max_length=12)
    answers = EncryptedTextField(column="outbreak.screening.answers")
    why = EncryptedTextField(column="outbreak.screening.why")
    outcome = models.CharField(max_length=8, choices=ScreeningOutcome.choices)
    asked_by = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField()
    apart_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    met_by = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    lift_reason = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["site", "answered_at"], name="outbreak_screening_of_site"),
            models.Index(
                fields=["site"],
                condition=Q(outcome="positive", met_at=None, lifted_at=None),
                name="outbreak_screening_unmet",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="outbreak_screening_known",
                condition=Q(outcome__in=ScreeningOutcome.values, via__in=AskedVia.values),
            ),
            models.CheckConstraint(
                name="outbreak_screening_of_a_patient",
                condition=Q(is_drill=True) | Q(patient__isnull=False),
            ),
            models.CheckConstraint(
                name="outbreak_screening_drill_moves_nobody",
                condition=Q(is_drill=False) | Q(apart_at=None),
            ),
            models.CheckConstraint(
                name="outbreak_screening_lifted_why",
                condition=Q(lifted_at=None, lift_reason="")
                | Q(lifted_at__isnull=False) & ~Q(lift_reason=""),
            ),
            *in_calendar("outbreak_screening", "answered_at", "apart_at", "met_at", "lifted_at"),
        ]


class CaseReport(models.Model):
    """The report of a suspected case to the authorities, and its clock.

    `limit_minutes` is the limit that held when it was written. A drill's is practised and
    sent to nobody.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=24, unique=True)
    screening = models.ForeignKey(Screening, models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    is_drill = models.BooleanField()
    patient = models.ForeignKey("patients.Patient", models.PROTECT, null=True, related_name="+")
    group = models.CharField(max_length=8, choices=CaseGroup.choices)
    disease = EncryptedTextField(column="outbreak.case.disease")
    limit_minutes = models.PositiveSmallIntegerField()
    suspected_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=CaseState.choices, default=CaseState.OPEN)
    opened_by = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    way = models.CharField(max_length=8, choices=CaseWay.choices, blank=True)
    receipt = models.CharField(max_length=80, blank=True)
    over_at = models.DateTimeField(null=True)
    over_by = models.ForeignKey(
        "platform.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    withdrawn_why = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=9, choices=CaseOutcome.choices, blank=True)
    outcome_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-suspected_at", "-id"]
        indexes = [models.Index(fields=["site", "-suspected_at"], name="outbreak_case_latest")]
        constraints = [
            models.UniqueConstraint(
                fields=["screening"],
                condition=~Q(state="withdrawn"),
                name="outbreak_case_one_live",
            ),
            models.CheckConstraint(
                name="outbreak_case_known",
                condition=Q(group__in=CaseGroup.values)
                & Q(way__in=["", *CaseWay.values])
                & Q(outcome__in=["", *CaseOutcome.values]),
            ),
            models.CheckConstraint(
                name="outbreak_case_ends_how",
                condition=Q(state="open", over_at=None, way="", withdrawn_why="", outcome="")
                | Q(state="sent", over_at__isnull=False, withdrawn_why="") & ~Q(way="")
                | Q(state="withdrawn", over_at__isnull=False, way="", outcome="")
                & ~Q(withdrawn_why=""),
            ),
            models.CheckConstraint(
                name="outbreak_case_of_a_patient",
                condition=Q(is_drill=True) | Q(patient__isnull=False),
            ),
            models.CheckConstraint(
                name="outbreak_case_due_after", condition=Q(due_at__gt=F("suspected_at"))
            ),
            *in_calendar("outbreak_case", "suspected_at", "due_at", "over_at", "outcome_at"),
        ]
