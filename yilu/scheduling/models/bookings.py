"""Bookings, and changes to them that wait for the desk."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import GreaterThan, LessThanOrEqual

from yilu.catalogue.modes import Mode
from yilu.platform import clock, numbers
from yilu.platform.db import in_calendar
from yilu.platform.ids import new_id
from yilu.scheduling.models.checks import Period
from yilu.scheduling.rules import LONGEST
from yilu.scheduling.states import HOLDS_TIME, OVER, BookingState, CancelReason, Channel


class Booking(models.Model):
    """A patient's agreed time with a practitioner for a service.

    Its allocations hold the practitioner and every room, chair and device it needs, all or
    none. A patient never has two at a time: the database refuses the second. `clinic_day` is
    the date on the wall of the site when the practitioner's session began. `version` rises by
    one with each change; `undo` keeps what the newest deed replaced, for ten minutes.
    `mode` is how its service took place when it was booked: at the clinic, by telephone or video.
    Those who come together have one `group_id`.
    `come_at` is the later time that the patient was told to come at when the doctor runs late: it
    is kept until the booking moves. `under_way_at`: they said that they have left home.
    `cancel_reason` is a code; `cancel_words` what was added, or the reason itself of `other`.
    `archived_at` says that it is old and over: the database refuses every change of it then.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=numbers.LONGEST)
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+", db_index=False)
    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, related_name="+", db_index=False
    )
    practitioner = models.ForeignKey(
        "workforce.Practitioner", models.PROTECT, related_name="+", db_index=False
    )
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, related_name="+", db_index=False
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    clinic_day = models.DateField()
    state = models.CharField(max_length=16, choices=BookingState.choices)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.IN_PERSON)
    lane = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=500, blank=True)
    reason_for_visit = models.CharField(max_length=500, blank=True)
    is_first_visit = models.BooleanField(default=False)
    companion = models.CharField(max_length=80, blank=True)
    special_needs = ArrayField(models.CharField(max_length=40), default=list)
    answers = models.JSONField(default=dict)
    price = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    overrule_reason = models.CharField(max_length=200, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    running_late_minutes = models.PositiveSmallIntegerField(null=True)
    come_at = models.DateTimeField(null=True)
    under_way_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=12, choices=CancelReason.choices, blank=True)
    cancel_words = models.CharField(max_length=200, blank=True)
    cancelled_by_kind = models.CharField(max_length=8, blank=True)
    moved_from = models.DateTimeField(null=True)
    undo = models.JSONField(null=True)
    made_by = models.UUIDField(null=True)
    group_id = models.UUIDField(null=True)
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    changed_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(
                fields=["site", "clinic_day", "starts_at"], name="scheduling_booking_of_day"
            ),
            models.Index(fields=["patient", "starts_at"], name="scheduling_booking_of_patient"),
            models.Index(
                fields=["practitioner", "clinic_day"], name="scheduling_booking_of_doctor"
            ),
            models.Index(fields=["site", "created_at"], name="scheduling_booking_made"),
            models.Index(
                fields=["group_id"],
                condition=Q(group_id__isnull=False),
                name="scheduling_booking_group",
            ),
            # Written by the nightly job only: booking does not pay for it.
            models.Index(
                fields=["site", "clinic_day"],
                condition=Q(archived_at__isnull=False),
                name="scheduling_booking_archived",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "number"], name="scheduling_booking_one_number"
            ),
            ExclusionConstraint(
                name="scheduling_booking_patient_once",
                expressions=[
                    ("patient", RangeOperators.EQUAL),
                    (Period("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=HOLDS_TIME),
            ),
            models.CheckConstraint(
                name="scheduling_booking_known_state", condition=Q(state__in=BookingState.values)
            ),
            models.CheckConstraint(
                name="scheduling_booking_known_mode", condition=Q(mode__in=Mode.values)
            ),
            models.CheckConstraint(
                name="scheduling_booking_known_channel", condition=Q(channel__in=Channel.values)
            ),
            models.CheckConstraint(
                name="scheduling_booking_ends_after_start",
                condition=GreaterThan(F("ends_at"), F("starts_at")),
            ),
            models.CheckConstraint(
                name="scheduling_booking_a_day_at_most",
                condition=LessThanOrEqual(F("ends_at") - F("starts_at"), LONGEST),
            ),
            models.CheckConstraint(
                name="scheduling_booking_cancelled_with_reason",
                condition=~Q(state=BookingState.CANCELLED) | ~Q(cancel_reason=""),
            ),
            models.CheckConstraint(
                name="scheduling_booking_known_cancel_reason",
                condition=Q(cancel_reason="") | Q(cancel_reason__in=CancelReason.values),
            ),
            models.CheckConstraint(
                name="scheduling_booking_extra_lane_with_reason",
                condition=Q(lane=0) | ~Q(overrule_reason=""),
            ),
            models.CheckConstraint(
                name="scheduling_booking_comes_later",
                condition=Q(come_at__isnull=True) | Q(come_at__gt=F("starts_at")),
            ),
            models.CheckConstraint(
                name="scheduling_booking_archived_when_over",
                condition=Q(archived_at__isnull=True) | Q(state__in=OVER),
            ),
            *in_calendar(
                "scheduling_booking",
                "starts_at",
                "ends_at",
                "confirmed_at",
                "come_at",
                "under_way_at",
                "created_at",
                "changed_at",
                "moved_from",
                "archived_at",
            ),
        ]

    def __str__(self) -> str:
        return f"booking {self.number} ({self.state})"


class ChangeRequest(models.Model):
    """A change that a patient asked for too late to make it alone. It waits for the desk."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="+")
    site = models.ForeignKey("facility.Site", models.PROTECT, related_name="+")
    clinic_day = models.DateField()
    kind = models.CharField(max_length=8)
    reason = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField(null=True)
    service_id = models.UUIDField(null=True)
    state = models.CharField(max_length=8, default="waiting")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking"],
                condition=Q(state="waiting"),
                name="scheduling_changerequest_one_waiting",
            ),
            models.CheckConstraint(
                name="scheduling_changerequest_known",
                condition=Q(kind__in=("cancel", "move", "service"))
                & Q(state__in=("waiting", "granted", "refused")),
            ),
            *in_calendar("scheduling_changerequest", "starts_at", "created_at"),
        ]
